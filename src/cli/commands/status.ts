import type { Command } from 'commander'
import { type CommonOptions, consonanceCommand } from '../options.ts'
import { count, ending, json, line, table } from '../output.ts'
import { withWorkspace } from '../workspace.ts'

export function statusCommand(): Command {
  return consonanceCommand('status')
    .description('listeners, catalogue and models of the store')
    .action((options: CommonOptions) =>
      withWorkspace(options, 'existing', async ({ store, registry, elapsed }) => {
        const [counts, models, lastChange] = await Promise.all([store.counts(), registry.models(), store.lastChange()])
        const promoted = models.find((model) => model.promoted)
        if (options.json) {
          json({ ...counts, lastChange, models: models.length, promoted: promoted?.version ?? null })
          return
        }
        line(
          table(
            ['what', 'number'],
            [
              ['listeners', count(counts.listeners)],
              ...counts.bySource.map((row) => [`  ${row.source} (${row.origin})`, count(row.listeners)]),
              ['playlists', count(counts.playlists)],
              ['entries', count(counts.entries)],
              ['tracks', count(counts.tracks)],
              ['  with audio features', count(counts.tracksWithAudio)],
              ['artists', count(counts.artists)],
              ['  with genres', count(counts.artistsWithGenres)],
              ['candidates to read', count(counts.candidates)],
              ['models', count(models.length)],
            ],
          ),
        )
        line(promoted ? `Promoted: v${promoted.version} (${promoted.kind})` : 'No model is promoted yet.')
        ending('Counted', elapsed(), nextStep(counts.listeners, promoted !== undefined))
      }),
    )
}

function nextStep(listeners: number, trained: boolean): string {
  if (listeners === 0) return 'consonance import PATH'
  return trained ? 'consonance match LISTENER' : 'consonance train'
}
