import type { Command } from 'commander'
import { halves } from '../../pipelines/halves.ts'
import { type CommonOptions, consonanceCommand, share, wholeNumber } from '../options.ts'
import { count, ending, json, line, table } from '../output.ts'
import { withWorkspace } from '../workspace.ts'

export function halvesCommand(): Command {
  return consonanceCommand('halves')
    .description('write evaluation files, and the list of listeners that training must then leave out')
    .requiredOption('--out <dir>', 'folder for the files')
    .option('--share <share>', 'share of the listeners to hold out', share, 0.3)
    .option('--seed <n>', 'seed of the choice and the cuts', wholeNumber(0), 1)
    .action((options: CommonOptions & { out: string; share: number; seed: number }) =>
      withWorkspace(options, 'existing', async (workspace) => {
        const report = await halves(options, workspace)
        if (options.json) {
          json(report)
          return
        }
        const rows = report.files.map((file) => [file.path, file.task, count(file.listeners), count(file.queries)])
        line(table(['file', 'task', 'listeners', 'held out'], rows))
        line(`${report.exclude.path} lists ${count(report.exclude.listeners)} listeners to leave out`)
        ending('Written', workspace.elapsed(), `consonance train --exclude ${report.exclude.path}`)
      }),
    )
}
