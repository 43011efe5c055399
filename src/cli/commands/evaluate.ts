import { type Command, Option } from 'commander'
import { evaluate } from '../../pipelines/evaluate.ts'
import { Problem } from '../../taste/problem.ts'
import { evaluationTable } from '../evaluation-table.ts'
import { similarUsersOf } from '../names.ts'
import { type CommonOptions, consonanceCommand, wholeNumber } from '../options.ts'
import { counted, ending, json, line } from '../output.ts'
import { withWorkspace } from '../workspace.ts'

interface EvaluateCommandOptions extends CommonOptions {
  readonly halves?: string
  readonly friends?: string
  readonly model?: number
  readonly baselines: boolean
  readonly similarUsers?: true
  readonly seed: number
}

export function evaluateCommand(): Command {
  return consonanceCommand('evaluate')
    .description('measure a model, and every simple way beside it, on an evaluation file')
    .addOption(new Option('--halves <file>', 'find the other half of each listener').conflicts('friends'))
    .option('--friends <file>', "find each listener's friends")
    .option('--model <version>', 'version of the model (default: the promoted one)', (text) =>
      wholeNumber(1)(text.replace(/^v/, '')),
    )
    .option('--baselines', 'measure the simple ways too (default)', true)
    .option('--no-baselines', 'measure the model alone')
    .option('--similar-users', 'with --friends: whom ListenBrainz finds similar, as one more simple way')
    .option('--seed <n>', 'seed of the bootstrap', wholeNumber(0), 1)
    .action((options: EvaluateCommandOptions) =>
      withWorkspace(options, 'existing', async ({ store, registry, policy, progress, signal, elapsed }) => {
        const { halves, friends, model, baselines, similarUsers, seed } = options
        const file = halves ?? friends
        if (file === undefined)
          throw new Problem('evaluate needs a file', { do: 'give --halves FILE or --friends FILE', exitCode: 2 })
        const told = similarUsers && (await similarUsersOf(options.data, policy, { progress, signal }))
        const report = await evaluate(
          {
            task: halves ? 'halves' : 'friends',
            file,
            baselines,
            seed,
            ...(model !== undefined && { model }),
            ...(told && { told }),
          },
          { store, registry, progress, signal },
        )
        if (options.json) {
          json(report)
          return
        }
        line(
          `${file}: ${counted(report.queries, 'query', 'queries')} among ${counted(report.candidates, 'candidate')}, model v${report.model}`,
        )
        line(evaluationTable(report))
        line('"unseen" ranks only among listeners that training never saw; ± is half the width of the 95 % interval.')
        for (const note of report.notes) line(note)
        ending('Evaluated', elapsed())
      }),
    )
}
