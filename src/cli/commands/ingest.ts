import { readFile } from 'node:fs/promises'
import { text as readAll } from 'node:stream/consumers'
import type { Command } from 'commander'
import { ingestSpotify, type ProfileOutcome, type SpotifyIngestReport } from '../../pipelines/ingest-spotify.ts'
import { profileLink, signedInPerson } from '../../spotify/index.ts'
import { Problem } from '../../taste/problem.ts'
import { type CommonOptions, consonanceCommand } from '../options.ts'
import { count, counted, duration, ending, faint, json, line } from '../output.ts'
import { readSettings } from '../settings.ts'
import { openSpotify } from '../spotify.ts'
import { withWorkspace } from '../workspace.ts'

interface IngestOptions extends CommonOptions {
  readonly from?: string
  readonly signIn?: true
}

export function ingestCommand(): Command {
  return consonanceCommand('ingest')
    .description('read Spotify profiles through the Web API into the store; run again to continue or to refresh')
    .argument('[profile...]', 'links, spotify:user: URIs or ids of profiles')
    .option('--from <file>', 'read them from a file, one a line; - is standard input')
    .option('--sign-in', 'sign in with a browser on this machine, and read your own profile, private playlists too')
    .action(async (given: string[], options: IngestOptions) => {
      const named = [...given, ...(options.from === undefined ? [] : await linksFrom(options.from))]
      if (named.length === 0 && !options.signIn)
        throw new Problem('ingest: no profile is named', {
          do: 'give links, or --from FILE, or --sign-in',
          exitCode: 2,
        })
      // First of all: without credentials, no folder is made.
      const client = await openSpotify(options.data, await readSettings(options.data), options.signIn && { show })
      await withWorkspace(options, 'create', async ({ store, policy, progress, signal, elapsed }) => {
        try {
          const me = options.signIn ? await signedInPerson(client, { requests: 0 }, signal) : undefined
          const report = await ingestSpotify(me ? [profileLink(me.id).uri, ...named] : named, {
            client,
            store,
            publicProfiles: policy.publicProfiles,
            signedIn: me?.id,
            progress,
            signal,
            now: () => Math.floor(Date.now() / 1000),
          })
          if (options.json) json(report)
          else print(report, elapsed())
          if (report.stopped || !report.profiles.some(isWell)) process.exitCode = 1
        } finally {
          await client.gate.close()
        }
      })
    })
}

/** On stderr, beside whatever is printed for scripts. */
function show(url: string): void {
  process.stderr.write(`Open this address in a browser on this machine to sign in at Spotify:\n  ${url}\n`)
}

async function linksFrom(file: string): Promise<readonly string[]> {
  const text = file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8').catch(unreadable(file))
  return text
    .replace(/^\ufeff/, '')
    .split(/\r?\n|\r/)
    .map((each) => each.trim())
    .filter((each) => each !== '')
}

function unreadable(file: string) {
  return (error: NodeJS.ErrnoException): never => {
    throw new Problem(`ingest: "${file}" can't be read (${error.code})`, { do: 'check --from', cause: error })
  }
}

const wellEnded: readonly ProfileOutcome['outcome'][] = ['read', 'unchanged', 'partly', 'empty', 'private']

function isWell({ outcome }: ProfileOutcome): boolean {
  return wellEnded.includes(outcome)
}

/** In the order in which they are counted. */
const words: Readonly<Record<ProfileOutcome['outcome'], string>> = {
  read: 'read',
  partly: 'read in part',
  unchanged: 'unchanged',
  empty: 'without music',
  private: 'without public playlists',
  'not-found': 'not found',
  'not-permitted': 'not permitted',
  failed: 'failed',
  refused: 'no profile',
  waiting: 'not reached',
}

/** Profiles that are each told about; of more, only those that went wrong, and what is true of many once. */
const fewProfiles = 10

function print(report: SpotifyIngestReport, seconds: number): void {
  const { profiles, outcomes, requests, quota, artists, tracks, stopped, simulated } = report
  const reached = profiles.filter(({ outcome }) => outcome !== 'waiting')
  sayWhatHappened(reached.length <= fewProfiles ? reached : reached.filter((profile) => !isWell(profile)))
  const counts = (Object.keys(words) as ProfileOutcome['outcome'][]).flatMap((outcome) =>
    outcomes[outcome] ? [`${count(outcomes[outcome])} ${words[outcome]}`] : [],
  )
  line(`${counted(profiles.length, 'profile')}: ${counts.join(', ')}${simulated ? faint(' (simulated)') : ''}`)
  sayAsked('genres', 'artist', artists)
  sayAsked('audio features', 'track', tracks)
  const left = Number.isFinite(quota.perDay) ? `, ${count(Math.max(0, quota.perDay - quota.used))} left today` : ''
  line(`${counted(requests, 'request')}${left}`)
  if (stopped) {
    process.stderr.write(`consonance: ${stopped.reason}\n`)
    line(`Stopped after ${duration(seconds)}; what was read is kept.`)
  } else ending('Read', seconds, profiles.some(isWell) ? 'consonance train' : 'consonance status')
}

function sayWhatHappened(profiles: readonly ProfileOutcome[]): void {
  const same = Map.groupBy(profiles, ({ sentences }) => sentences.join(' '))
  for (const [said, those] of [...same].slice(0, fewProfiles)) {
    const [{ listener }] = those as [ProfileOutcome]
    if (!listener) line(said)
    else if (profiles.length <= fewProfiles) for (const each of those) line(`${each.listener}: ${said}`)
    else line(`${listener}${those.length > 1 ? ` and ${count(those.length - 1)} more` : ''}: ${said}`)
  }
  if (same.size > fewProfiles) line(faint(`and ${count(same.size - fewProfiles)} more; --json tells of each`))
}

function sayAsked(what: string, of: string, { asked, found, closed }: SpotifyIngestReport['artists']): void {
  if (closed) line(`${what}: none, ${closed}`)
  else if (asked > 0) line(`${what}: ${count(found)} of ${counted(asked, of)}`)
}
