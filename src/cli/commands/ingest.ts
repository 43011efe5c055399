import { readFile } from 'node:fs/promises'
import { text as readAll } from 'node:stream/consumers'
import type { Command } from 'commander'
import { embedByArtists, itemsEmbedder, readingLimits } from '../../pipelines/enough.ts'
import type { FillReport } from '../../pipelines/enrich.ts'
import {
  ingestSpotify,
  type ProfileOutcome,
  type SpotifyIngestOptions,
  type SpotifyIngestReport,
} from '../../pipelines/ingest-spotify.ts'
import { originOf } from '../../pipelines/profile-collector.ts'
import { refreshPromoted } from '../../pipelines/refresh.ts'
import type { NameReader } from '../../sources/names/name-reader.ts'
import { isLoopback, profileLink, type SpotifyClient, signedInPerson } from '../../spotify/index.ts'
import type { FeatureStore } from '../../store/feature-store.ts'
import { allows } from '../../store/policy.ts'
import { scan } from '../../store/scan.ts'
import type { ListenerId } from '../../taste/listener-id.ts'
import { Problem } from '../../taste/problem.ts'
import { featuresOf } from '../features-of.ts'
import { namesEndedWell, printNames, readersOf, readNames, splitNames } from '../ingest-names.ts'
import { type CommonOptions, consonanceCommand, wholeNumber } from '../options.ts'
import { count, counted, duration, ending, faint, json, line } from '../output.ts'
import { readSettings } from '../settings.ts'
import { hostsFrom, openSpotify } from '../spotify.ts'
import { type Workspace, withWorkspace } from '../workspace.ts'

interface IngestOptions extends CommonOptions {
  readonly from?: string
  readonly candidates?: number
  readonly whole?: true
  readonly perProfile?: number
  readonly signIn?: true
  readonly readmit?: true
}

export function ingestCommand(): Command {
  return consonanceCommand('ingest')
    .description('read profiles through Web APIs into the store; run again to continue or to refresh')
    .argument('[profile...]', 'Spotify links, URIs or ids; listenbrainz:NAME; lastfm:NAME')
    .option('--from <file>', 'read them from a file, one a line; - is standard input')
    .option('--candidates <n>', 'read the next ones of the profiles that discover found', wholeNumber(1))
    .option('--whole', 'read every playlist to its end; default where requests are not counted by the day')
    .option('--per-profile <n>', 'read the most telling playlists, with at most so many requests each', wholeNumber(2))
    .option('--sign-in', 'sign in with a browser on this machine, and read your own profile, private playlists too')
    .option('--readmit', "read the named profiles even if they were erased for good: only with their owners' word")
    .action(async (given: string[], options: IngestOptions) => {
      const named = [...given, ...(options.from === undefined ? [] : await linksFrom(options.from))]
      if (named.length === 0 && !options.signIn && !options.candidates)
        throw new Problem('ingest: no profile is named', {
          do: 'give links, or --from FILE, or --candidates N, or --sign-in',
          exitCode: 2,
        })
      const { names, others } = splitNames(named)
      const settings = await readSettings(options.data)
      // First of all: without credentials, no folder is made.
      const readers = await readersOf(names, options.data, settings)
      if (names.length > 0 && others.length === 0 && !options.signIn && !options.candidates) {
        await ingestOnlyNames(names, readers, options)
        return
      }
      const client = await openSpotify(options.data, settings, options.signIn && { show })
      await withWorkspace(options, 'create', async ({ store, registry, policy, progress, signal, elapsed }) => {
        try {
          const people = names.length > 0 && (await readNames(names, readers, { store, policy, progress, signal }))
          const me = options.signIn ? await signedInPerson(client, { requests: 0 }, signal) : undefined
          const found = options.candidates === undefined ? [] : await nextCandidates(store, options.candidates)
          const links = [...(me ? [profileLink(me.id).uri] : []), ...others, ...found.map(linkOf)]
          if (links.length === 0)
            throw new Problem('ingest: no candidate waits to be read', { do: 'find some with consonance discover' })
          const report = await ingestSpotify(links, {
            client,
            store,
            candidates: new Set(found),
            whole: options.whole,
            readmit: options.readmit,
            byWorth: await worthOf(options, client, { store, registry, policy }),
            publicProfiles: policy.publicProfiles,
            signedIn: me?.id,
            progress,
            signal,
            now: () => Math.floor(Date.now() / 1000),
          })
          const features = await featuresOf(read(report), options.data, { store, policy, progress, signal })
          const refreshed = await refreshPromoted({ store, registry, progress, signal }, { catalogue: false })
          if (people && !options.json) printNames(people)
          if (options.json) json({ ...report, ...(features && { features }), ...(people && { people }) })
          else {
            const prospects = {
              hasModel: refreshed !== undefined,
              mayMatch: allows(originOf(client), 'match', policy),
            }
            print(report, elapsed(), features, prospects)
          }
          if (report.stopped || !report.profiles.some(isWell)) process.exitCode = 1
        } finally {
          await client.gate.close()
        }
      })
    })
}

async function ingestOnlyNames(
  names: readonly string[],
  readers: readonly NameReader[],
  options: IngestOptions,
): Promise<void> {
  await withWorkspace(options, 'create', async (workspace) => {
    const report = await readNames(names, readers, workspace)
    await refreshPromoted(workspace, { catalogue: false })
    if (options.json) json(report)
    else {
      printNames(report)
      ending('Read', workspace.elapsed(), `consonance match ${names[0]}`)
    }
    if (!namesEndedWell(report)) process.exitCode = 1
  })
}

/** Where requests are scarce, or as asked: the most telling pages, until they show the taste. */
async function worthOf(
  { whole, perProfile }: IngestOptions,
  client: SpotifyClient,
  { store, registry, policy }: Pick<Workspace, 'store' | 'registry' | 'policy'>,
): Promise<SpotifyIngestOptions['byWorth']> {
  if (whole || (perProfile === undefined && !Number.isFinite(client.gate.limits.perDay))) return undefined
  const mayEmbed = isLoopback(hostsFrom(process.env).api) || allows('spotify', 'match', policy)
  const embed = mayEmbed ? await itemsEmbedder(store, registry) : embedByArtists
  return { embed, limits: { ...readingLimits, ...(perProfile !== undefined && { most: perProfile }) } }
}

/** Listeners who were read anew. */
function read({ profiles }: SpotifyIngestReport): readonly ListenerId[] {
  return profiles.flatMap(({ listener, entries, outcome }) =>
    listener && entries && outcome !== 'unchanged' ? listener : [],
  )
}

/** Ids of the candidates that wait, `most` at most. */
async function nextCandidates(store: FeatureStore, most: number): Promise<readonly ListenerId[]> {
  const found: ListenerId[] = []
  for await (const { id } of scan((query) => store.candidates('waiting', query)))
    if (id.startsWith('spotify:') && found.push(id) === most) break
  return found
}

function linkOf(candidate: ListenerId): string {
  return profileLink(candidate.slice('spotify:'.length)).uri
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
  barred: 'erased for good',
  waiting: 'not reached',
}

/** Profiles that are each told about; of more, only those that went wrong, and what is true of many once. */
const fewProfiles = 10

interface Prospects {
  /** Whether a model is promoted. */
  readonly hasModel: boolean
  /** Whether profiles of this origin may be matched. */
  readonly mayMatch: boolean
}

function print(
  report: SpotifyIngestReport,
  seconds: number,
  features: FillReport | undefined,
  prospects: Prospects,
): void {
  const { profiles, outcomes, requests, quota, artists, tracks, stopped, simulated } = report
  const reached = profiles.filter(({ outcome }) => outcome !== 'waiting')
  sayWhatHappened(reached.length <= fewProfiles ? reached : reached.filter((profile) => !isWell(profile)))
  const counts = (Object.keys(words) as ProfileOutcome['outcome'][]).flatMap((outcome) =>
    outcomes[outcome] ? [`${count(outcomes[outcome])} ${words[outcome]}`] : [],
  )
  line(`${counted(profiles.length, 'profile')}: ${counts.join(', ')}${simulated ? faint(' (simulated)') : ''}`)
  if (profiles.some(({ notRead }) => notRead?.some(({ reason }) => reason === 'enough')))
    line(faint('Playlists that tell little more were left for another time; --whole reads them.'))
  sayAsked('genres', 'artist', artists)
  sayAsked('audio features', 'track', tracks)
  for (const { name, found, asked } of features?.providers ?? [])
    line(`audio features from ${name}: ${count(found)} of ${counted(asked, 'track')}`)
  const left = Number.isFinite(quota.perDay) ? `, ${count(Math.max(0, quota.perDay - quota.used))} left today` : ''
  line(`${counted(requests, 'request')}${left}`)
  if (stopped) {
    process.stderr.write(`consonance: ${stopped.reason}\n`)
    line(`Stopped after ${duration(seconds)}; what was read is kept.`)
  } else ending('Read', seconds, nextStep(profiles, prospects))
}

function nextStep(profiles: readonly ProfileOutcome[], { hasModel, mayMatch }: Prospects): string {
  if (!profiles.some(isWell)) return 'consonance status'
  const known = profiles.find(({ outcome }) => outcome === 'read' || outcome === 'unchanged')
  if (!hasModel || !known) return 'consonance train'
  return mayMatch ? `consonance match ${known.listener}` : 'consonance status'
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
