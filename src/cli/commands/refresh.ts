import { join } from 'node:path'
import type { Command } from 'commander'
import { keepFresh, refresh } from '../../pipelines/refresh.ts'
import { scheduleDefaults, startSchedule } from '../../pipelines/schedule.ts'
import { train } from '../../pipelines/train.ts'
import { linearKind } from '../../training/linear-kind.ts'
import { twoTowerKind } from '../../training/network/two-tower-kind.ts'
import { type CommonOptions, consonanceCommand } from '../options.ts'
import { counted, ending, json, line } from '../output.ts'
import { withWorkspace } from '../workspace.ts'

export function refreshCommand(): Command {
  return consonanceCommand('refresh')
    .description('bring embeddings up to the promoted model, the newest profiles, genres and audio features')
    .option('--watch', 'go on until Ctrl-C: describe whoever comes or changes, and train anew by the schedule')
    .action((options: CommonOptions & { watch?: true }) =>
      withWorkspace(options, 'existing', async ({ store, registry, policy, progress, signal, elapsed }) => {
        const deps = { store, registry, progress, signal }
        if (!options.watch) {
          const report = await refresh(deps)
          if (options.json) json(report)
          else {
            line(`Model v${report.model}: ${counted(report.described, 'listener')} described anew`)
            ending('Refreshed', elapsed(), 'consonance match LISTENER')
          }
          return
        }
        const kinds = { kind: twoTowerKind, simpler: linearKind }
        const checkpoint = join(options.data, 'training.checkpoint')
        const schedule = startSchedule(
          {
            ...deps,
            retrain: () => train({ seed: 1, preset: 'standard', checkpoint }, { ...deps, ...kinds }),
            failed: (error) => line(`The scheduled run failed: ${error instanceof Error ? error.message : error}`),
          },
          {
            cron: policy['refresh.schedule'] ?? scheduleDefaults.cron,
            retrainShare: policy['refresh.retrainShare'] ?? scheduleDefaults.retrainShare,
          },
        )
        if (!options.json) line(`Watching. Next scheduled run: ${schedule.next()?.toISOString() ?? 'never'}`)
        await keepFresh(deps)
        schedule.stop()
        if (!options.json) ending('Watched', elapsed())
      }),
    )
}
