import type { Command } from 'commander'
import { forgetInServer } from '../../server/ledger/ledger.ts'
import { Problem } from '../../taste/problem.ts'
import { type CommonOptions, consonanceCommand } from '../options.ts'
import { ending, json } from '../output.ts'
import { withWorkspace } from '../workspace.ts'

export function eraseCommand(): Command {
  return consonanceCommand('erase')
    .description("remove a listener's data everywhere, at once and for good")
    .argument('<listener>', 'id as in lastfm-2k:2')
    .action((listener: string, options: CommonOptions) =>
      withWorkspace(options, 'existing', async ({ store, elapsed }) => {
        const found = await store.listener(listener)
        const erased = await store.erase(listener)
        if (found) forgetInServer(options.data, found)
        if (!erased)
          throw new Problem(`erase: no listener "${listener}" is stored`, { do: 'check the id with consonance match' })
        if (options.json) json({ erased: listener })
        else
          ending(
            `Erased ${listener} from rows, embeddings, logs, splits and the server's books`,
            elapsed(),
            'consonance status',
          )
      }),
    )
}
