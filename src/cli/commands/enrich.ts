import { type Command, Option } from 'commander'
import { type EnrichReport, enrich, type FillReport } from '../../pipelines/enrich.ts'
import { clock } from '../../spotify/errors.ts'
import { Problem } from '../../taste/problem.ts'
import { openProviders, type ProviderName, providerNames } from '../catalogue.ts'
import { type CommonOptions, consonanceCommand, wholeNumber } from '../options.ts'
import { count, counted, ending, faint, json, line } from '../output.ts'
import { readSettings } from '../settings.ts'
import { withWorkspace } from '../workspace.ts'

interface EnrichOptions extends CommonOptions {
  readonly only?: 'genres' | 'features'
  readonly from?: readonly ProviderName[]
  readonly limit?: number
}

export function enrichCommand(): Command {
  return consonanceCommand('enrich')
    .description('fill the gaps: genres of artists and audio features of tracks; run again to continue')
    .addOption(new Option('--only <what>', 'only one of the two').choices(['genres', 'features']))
    .addOption(
      new Option('--from <provider...>', 'ask these only, of those that are switched on').choices(providerNames),
    )
    .option('--limit <n>', 'at most so many artists and so many tracks, those that most listeners have', wholeNumber(1))
    .action(async (options: EnrichOptions) => {
      const settings = await readSettings(options.data)
      await withWorkspace(options, 'existing', async ({ store, progress, signal, elapsed }) => {
        const providers = await openProviders(options.data, settings, { ...(options.from && { from: options.from }) })
        try {
          const features = options.only === 'genres' ? [] : providers.features
          const genres = options.only === 'features' ? [] : providers.genres
          const off = providers.off.map(({ name, because }) => `${name}: ${because}`)
          if (features.length + genres.length === 0)
            throw new Problem(`enrich: nobody who could be asked is switched on (${off.join('; ') || 'see --only'})`, {
              do: 'see docs/catalogue.md for who can be, and how',
            })
          const report = await enrich({
            store,
            features,
            genres,
            progress,
            signal,
            now: () => Math.floor(Date.now() / 1000),
            ...(options.limit !== undefined && { limit: options.limit }),
          })
          if (options.json) json({ ...report, off: providers.off })
          else print(report, off, elapsed())
          if (unfinished(report).length > 0) process.exitCode = 1
        } finally {
          await providers.close()
        }
      })
    })
}

/** What is left to do that another run would do. */
function unfinished({ genres, features }: EnrichReport): readonly string[] {
  return [...genres.providers, ...features.providers].flatMap(({ name, closed, failed }) => [
    ...(closed?.continueAt === undefined ? [] : [`${name}: ${closed.reason}`]),
    ...(failed ? [`${name}: ${counted(failed.batches, 'request')} failed: ${failed.first}`] : []),
  ])
}

function print(report: EnrichReport, off: readonly string[], seconds: number): void {
  show('genres', 'artist', report.genres)
  show('audio features', 'track', report.features)
  for (const each of off) line(faint(`not asked, ${each}`))
  for (const each of unfinished(report)) process.stderr.write(`consonance: ${each}\n`)
  ending('Asked', seconds, unfinished(report).length > 0 ? 'consonance enrich' : 'consonance train')
}

function show(what: string, of: string, { gaps, filled, unknown, untaken, providers }: FillReport): void {
  if (providers.length === 0) return
  line(`${what}: ${count(filled)} of ${counted(gaps, of)} filled, ${count(unknown)} unknown to everybody who was asked`)
  if (untaken > 0) line(faint(`  ${counted(untaken, of)} without an id that any of them takes`))
  for (const { name, asked, found, requests, closed } of providers) {
    const until = closed?.continueAt === undefined ? '' : `, closed until ${clock(closed.continueAt)}`
    line(`  ${name}: knew ${count(found)} of ${count(asked)}, ${counted(requests, 'request')}${until}`)
    if (closed && closed.continueAt === undefined) line(faint(`  ${closed.reason}`))
  }
}
