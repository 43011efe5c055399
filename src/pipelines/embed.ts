import type { ListenerRow } from '../features/build-corpus.ts'
import { lookupsFor } from '../features/load.ts'
import { describe } from '../matching/description/describe.ts'
import type { Description } from '../matching/description/description.ts'
import { packDescription } from '../matching/description/description-bytes.ts'
import type { DescriptionRow, FeatureStore } from '../store/feature-store.ts'
import type { OpenedModel } from '../training/open-model.ts'

export interface Embedded {
  readonly key: string
  readonly description: Description
  readonly row: DescriptionRow
}

/**
 * Describes listeners for a model and stores that: embedding and feature blob, one row per listener and version. Who is
 * not stored any more, or may not be matched, is passed over.
 * @param keys opaque keys of listeners, a few at a time
 */
export async function embed(
  keys: readonly string[],
  { card, model }: Pick<OpenedModel, 'card' | 'model'>,
  store: FeatureStore,
): Promise<readonly Embedded[]> {
  // Whatever changes from here on is newer than the description.
  const madeAt = await store.lastChange()
  const rows: (ListenerRow & { readonly key: string })[] = []
  for (const key of keys) {
    const listener = await store.listenerByKey(key)
    const profile = listener && (await store.profile(listener.id, 'match'))
    if (!profile) continue
    const { playlists, tagged } = profile
    rows.push({ key, id: listener.id, source: listener.provenance.source, playlists, tagged })
  }
  const descriptions = await describe(rows, model.pair, lookupsFor(store, 'match'))
  const embedded = rows.map(({ key }, i): Embedded => {
    const description = descriptions[i]!
    return { key, description, row: { key, madeAt, ...packDescription(description) } }
  })
  await store.putDescriptions(
    card.version,
    embedded.map(({ row }) => row),
  )
  return embedded
}
