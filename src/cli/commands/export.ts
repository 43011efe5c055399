import type { Command } from 'commander'
import { exportProfile } from '../../pipelines/export.ts'
import { type CommonOptions, consonanceCommand } from '../options.ts'
import { json } from '../output.ts'
import { withWorkspace } from '../workspace.ts'

export function exportCommand(): Command {
  return consonanceCommand('export')
    .description("print everything that is stored of a listener's data, as one line of the profiles format")
    .argument('<listener>', 'id as in lastfm-2k:2')
    .action((listener: string, options: CommonOptions) =>
      withWorkspace(options, 'existing', async ({ store }) => json(await exportProfile(listener, { store }))),
    )
}
