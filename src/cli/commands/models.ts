import { writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { Problem } from '../../taste/problem.ts'
import { FittedTwoTower } from '../../training/network/two-tower-kind.ts'
import { openModel } from '../../training/open-model.ts'
import { type CommonOptions, consonanceCommand, wholeNumber } from '../options.ts'
import { ending, json, line, table } from '../output.ts'
import { withWorkspace } from '../workspace.ts'

export function modelsCommand(): Command {
  const models = new Command('models').description('list, promote or roll back models')

  models.addCommand(
    consonanceCommand('list')
      .description('all versions, newest first')
      .action((options: CommonOptions) =>
        withWorkspace(options, 'existing', async ({ registry, elapsed }) => {
          const all = await registry.models()
          if (options.json) {
            json({ models: all })
            return
          }
          const rows = all.map((model) => [
            `v${model.version}`,
            model.promoted ? 'promoted' : '',
            model.kind,
            new Date(model.trainedAt * 1000).toISOString().slice(0, 16).replace('T', ' '),
            model.hash.slice(0, 12),
            model.marks.join(', '),
          ])
          line(table(['version', 'state', 'kind', 'trained (UTC)', 'hash', 'marks'], rows))
          ending(`Listed ${all.length}`, elapsed(), all.length === 0 ? 'consonance train' : 'consonance match LISTENER')
        }),
      ),
    { isDefault: true },
  )
  models.addCommand(
    consonanceCommand('promote')
      .description('serve this version')
      .argument('<version>', 'number of the version, as in models list', versionNumber)
      .action((version: number, options: CommonOptions) =>
        withWorkspace(options, 'existing', async ({ registry, elapsed }) => {
          await registry.promote(version)
          if (options.json) json({ promoted: version })
          else ending(`Promoted v${version}`, elapsed(), 'consonance match LISTENER')
        }),
      ),
  )
  models.addCommand(
    consonanceCommand('rollback')
      .description('serve the version that was promoted before')
      .action((options: CommonOptions) =>
        withWorkspace(options, 'existing', async ({ registry, elapsed }) => {
          const version = await registry.rollback()
          if (options.json) json({ promoted: version })
          else ending(`Rolled back to v${version}`, elapsed(), 'consonance models list')
        }),
      ),
  )
  models.addCommand(
    consonanceCommand('onnx')
      .description('write both towers of a network as an ONNX file, to serve them elsewhere')
      .argument('<version>', 'number of the version, as in models list', versionNumber)
      .requiredOption('--out <file>', 'file to write')
      .action((version: number, options: CommonOptions & { out: string }) =>
        withWorkspace(options, 'existing', async ({ registry, elapsed }) => {
          const { model } = await openModel(registry, version)
          if (!(model instanceof FittedTwoTower))
            throw new Problem(`models: v${version} is a ${model.kind} model`, {
              do: 'only networks are written as ONNX',
            })
          const onnx = await model.toOnnx()
          await writeFile(options.out, onnx).catch((cause: NodeJS.ErrnoException) => {
            throw new Problem(`models: "${options.out}" can't be written (${cause.code})`, { cause })
          })
          if (options.json) json({ version, out: options.out, bytes: onnx.length })
          else ending(`Wrote v${version} to ${options.out}, ${(onnx.length / 1e6).toFixed(1)} MB,`, elapsed())
        }),
      ),
  )
  return models
}

function versionNumber(text: string): number {
  return wholeNumber(1)(text.replace(/^v/, ''))
}
