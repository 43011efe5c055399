import type { Command } from 'commander'
import { type DiscoverReport, discover } from '../../pipelines/discover.ts'
import { Problem } from '../../taste/problem.ts'
import { type CommonOptions, consonanceCommand, wholeNumber } from '../options.ts'
import { count, counted, duration, ending, faint, json, line, table } from '../output.ts'
import { readSettings } from '../settings.ts'
import { discoveryNotes, openSpotify } from '../spotify.ts'
import { withWorkspace } from '../workspace.ts'

interface DiscoverOptions extends CommonOptions {
  readonly search?: readonly string[]
  readonly fromPlaylists?: readonly string[]
  readonly from?: readonly string[]
  readonly column?: string
  readonly limit?: number
}

export function discoverCommand(): Command {
  return consonanceCommand('discover')
    .description('find Spotify profiles worth reading, for ingest --candidates; run again to continue')
    .option('--search <text...>', 'people who made the playlists that these searches find, such as a genre')
    .option('--from-playlists <link...>', 'people who made these playlists, or put tracks into them')
    .option('--from <file...>', 'profiles listed in files: one a line, a column of a CSV file, or JSON')
    .option('--column <name>', 'the column or field of the files that names the profile')
    .option('--limit <n>', 'stop when about so many new profiles were found', wholeNumber(1))
    .action(async (options: DiscoverOptions) => {
      const { search = [], fromPlaylists = [], from = [], column, limit } = options
      if (search.length + fromPlaylists.length + from.length === 0)
        throw new Problem('discover: no place to look at is named', {
          do: 'give --search TEXT, --from-playlists LINK or --from FILE',
          exitCode: 2,
        })
      const asks = search.length + fromPlaylists.length > 0
      const client = asks ? await openSpotify(options.data, await readSettings(options.data)) : undefined
      await withWorkspace(options, 'create', async ({ store, progress, signal, elapsed }) => {
        try {
          const report = await discover(
            { searches: search, playlists: fromPlaylists, files: from, column },
            {
              client,
              store,
              persistence: discoveryNotes(options.data),
              limit,
              progress,
              signal,
              now: () => Math.floor(Date.now() / 1000),
            },
          )
          if (options.json) json(report)
          else print(report, elapsed())
          if (report.stopped || report.places.every(({ state }) => state === 'failed')) process.exitCode = 1
        } finally {
          await client?.gate.close()
        }
      })
    })
}

/** Places that are each told about. */
const fewPlaces = 30

const words = { searched: '', waiting: 'more to come', failed: 'failed' } as const

function print(report: DiscoverReport, seconds: number): void {
  const { places, found, added, requests, quota, stopped, simulated } = report
  line(
    table(
      ['place', 'requests', 'profiles', 'new', ''],
      places
        .slice(0, fewPlaces)
        .map(({ place, requests, found, added, state, note }) => [
          place,
          count(requests),
          count(found),
          count(added),
          note ?? words[state],
        ]),
    ),
  )
  if (places.length > fewPlaces) line(faint(`and ${count(places.length - fewPlaces)} more; --json tells of each`))
  line(`${counted(found, 'profile')}, ${count(added)} of them new${simulated ? faint(' (simulated)') : ''}`)
  const left =
    quota && Number.isFinite(quota.perDay) ? `, ${count(Math.max(0, quota.perDay - quota.used))} left today` : ''
  line(`${counted(requests, 'request')}${left}`)
  if (stopped) {
    process.stderr.write(`consonance: ${stopped.reason}\n`)
    line(`Stopped after ${duration(seconds)}; what was found is kept.`)
  } else ending('Found', seconds, 'consonance ingest --candidates 100')
}
