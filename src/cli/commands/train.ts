import { join, relative } from 'node:path'
import { type Command, Option } from 'commander'
import { refresh } from '../../pipelines/refresh.ts'
import { reportFile, type TrainReport } from '../../pipelines/register-model.ts'
import { train } from '../../pipelines/train.ts'
import { linearKind } from '../../training/linear-kind.ts'
import { type ModelKind, type Preset, presets } from '../../training/model.ts'
import { twoTowerKind } from '../../training/network/two-tower-kind.ts'
import { evaluationTable } from '../evaluation-table.ts'
import { type CommonOptions, consonanceCommand, wholeNumber } from '../options.ts'
import { count, ending, json, line, strong } from '../output.ts'
import { withWorkspace } from '../workspace.ts'

const kinds: Readonly<Record<string, ModelKind>> = { [twoTowerKind.kind]: twoTowerKind, [linearKind.kind]: linearKind }

interface TrainCommandOptions extends CommonOptions {
  readonly seed: number
  readonly preset: Preset
  readonly kind?: string
  readonly exclude?: string
  readonly tune?: number
}

export function trainCommand(): Command {
  return consonanceCommand('train')
    .description('train a model on the stored listeners, evaluate it beside the simple ways, register and promote it')
    .option('--seed <n>', 'the same data, seed and options give the same model', wholeNumber(0), 1)
    .addOption(new Option('--preset <preset>', 'how long to train').choices([...presets]).default('standard'))
    .addOption(
      new Option('--kind <kind>', 'one kind of model alone (default: the better of both on validation)').choices(
        Object.keys(kinds),
      ),
    )
    .option('--exclude <file>', 'listeners to leave out, one id a line, as halves writes them')
    .option(
      '--tune <n>',
      'try n configurations of the network on validation listeners, the recipe first',
      wholeNumber(1),
    )
    .action((options: TrainCommandOptions) =>
      withWorkspace(options, 'existing', async ({ store, registry, progress, signal, elapsed }) => {
        const { seed, preset, exclude, tune } = options
        const command = `npx consonance ${process.argv.slice(2).join(' ')}`
        const report = await train(
          {
            ...{ seed, preset, command, checkpoint: join(options.data, 'training.checkpoint') },
            ...(exclude && { exclude }),
            ...(tune !== undefined && { tune }),
          },
          {
            ...{ store, registry, progress, signal },
            ...(options.kind === undefined
              ? { kind: twoTowerKind, simpler: linearKind }
              : { kind: kinds[options.kind]! }),
          },
        )
        if (report.promoted) await refresh({ store, registry, progress, signal })
        if (options.json) json(report)
        else print(report, fromHere(join(registry.folder(report.version), reportFile)), elapsed())
      }),
    )
}

/** The shorter of its two ways to be written. */
function fromHere(path: string): string {
  const way = relative('', path)
  return way.length < path.length ? way : path
}

function print(report: TrainReport, page: string, seconds: number): void {
  const { version, promoted, why, card, listeners, validated, notes } = report
  const left = listeners.excluded > 0 ? `, ${count(listeners.excluded)} left out` : ''
  line(`${count(listeners.train)} listeners to train on, ${count(listeners.validation)} to validate on${left}`)
  for (const { source, kind, evaluation } of validated) {
    const task = kind === 'friends' ? 'friends' : `halves without a shared ${kind.replace(/s$/, '')}`
    line()
    line(
      strong(
        `${source}, ${task}: ${count(evaluation.queries)} held out among ${count(evaluation.candidates)} listeners`,
      ),
    )
    line(evaluationTable(evaluation))
  }
  line()
  for (const note of notes) line(note)
  if (card.marks.length > 0) line(`Terms of the data: ${card.marks.join(', ')}`)
  line(`v${version} (${card.kind}) is ${promoted ? 'promoted' : 'registered, not promoted'}: ${why}`)
  line(`The report with pictures: ${page}`)
  ending('Trained', seconds, 'consonance match LISTENER')
}
