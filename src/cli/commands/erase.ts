import type { Command } from 'commander'
import { forgetInServer } from '../../server/ledger/ledger.ts'
import { isSpotifyListener, spotifyListener } from '../../sources/spotify/reading-notes.ts'
import { parseProfileLink } from '../../spotify/index.ts'
import type { FeatureStore } from '../../store/feature-store.ts'
import type { ListenerId } from '../../taste/listener-id.ts'
import { Problem } from '../../taste/problem.ts'
import { type CommonOptions, consonanceCommand } from '../options.ts'
import { ending, json, line } from '../output.ts'
import { withWorkspace } from '../workspace.ts'

interface EraseOptions extends CommonOptions {
  readonly mayReturn?: true
}

export function eraseCommand(): Command {
  return consonanceCommand('erase')
    .description("remove a listener's data everywhere, at once and for good")
    .argument('<listener>', 'id as in lastfm-2k:2, or the link of a Spotify profile')
    .option('--may-return', 'let a Spotify profile be read again; else that takes its owner, or ingest --readmit')
    .action((given: string, options: EraseOptions) =>
      withWorkspace(options, 'existing', async ({ store, elapsed }) => {
        const listener = listenerOf(given)
        const before = await store.lastChange()
        const forGood = isSpotifyListener(listener) && !options.mayReturn
        const erased = await store.erase(listener, { forGood })
        for await (const key of erasedSince(store, before)) forgetInServer(options.data, { key, id: listener })
        if (!erased && !forGood)
          throw new Problem(`erase: no listener "${listener}" is stored`, { do: 'check the id with consonance match' })
        if (options.json) json({ erased: listener, forGood })
        else {
          if (forGood) line(`${listener} is not read again unless its owner signs in: docs/data-terms.md`)
          const done = erased
            ? `Erased ${listener} from rows, embeddings, logs, splits and the server's books`
            : `${listener} was not stored; erased whatever else named it`
          ending(done, elapsed(), 'consonance status')
        }
      }),
    )
}

/** Their keys: the listener's id may be stored in other letters than it was given in. */
async function* erasedSince(store: FeatureStore, seq: number): AsyncIterable<string> {
  const last = await store.lastChange()
  for (let at = seq; at < last; ) {
    const changes = await store.changes(at)
    for (const { kind, key } of changes) if (kind === 'erased' && key !== undefined) yield key
    at = changes.at(-1)?.seq ?? last
  }
}

/** People who want to be erased send their link. */
function listenerOf(given: string): ListenerId {
  const isLink = /^(?:https?:|spotify:user:|open\.spotify\.com\/)/i.test(given)
  return isLink ? spotifyListener(parseProfileLink(given).id) : given
}
