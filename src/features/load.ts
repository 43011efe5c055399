import type { FeatureStore, Purpose } from '../store/feature-store.ts'
import type { Profile } from '../taste/listener.ts'
import { type ListenerId, parseListenerId } from '../taste/listener-id.ts'
import { buildCorpora, type ListenerRow, type Lookups } from './build-corpus.ts'
import type { Corpus } from './corpus.ts'

/** A profile that is compared without being stored, such as a line of an evaluation file. */
export type LooseProfile = Pick<Profile, 'id' | 'items' | 'tagged'>

export interface LoadOptions {
  /** Listeners to leave out. */
  readonly exclude?: ReadonlySet<ListenerId>
  /** Load these listeners only. */
  readonly only?: ReadonlySet<ListenerId>
}

/** Genres and audio features as far as their origins allow them to be used for a purpose. */
export function lookupsFor(store: Lookups, purpose: Purpose): Lookups {
  return {
    artists: (keys) => store.artists(keys, purpose),
    tracks: (keys) => store.tracks(keys, purpose),
  }
}

/** The listeners that the store allows to be read for a purpose, page by page. */
export async function* storedRows(
  store: FeatureStore,
  purpose: Purpose,
  { exclude, only }: LoadOptions = {},
): AsyncGenerator<ListenerRow> {
  let after: string | undefined
  do {
    const page = await store.profiles(purpose, after === undefined ? {} : { after })
    for (const { listener, playlists, tagged } of page.rows)
      if (!exclude?.has(listener.id) && (!only || only.has(listener.id)))
        yield { id: listener.id, source: listener.provenance.source, playlists, tagged }
    after = page.next
  } while (after !== undefined)
}

const looseRowsAtOnce = 50

/** A profile that is not stored, its names resolved as the store would resolve them. Nothing is written. */
export async function looseRow(store: FeatureStore, { id, items, tagged }: LooseProfile): Promise<ListenerRow> {
  return {
    id,
    source: parseListenerId(id).source,
    playlists: [{ entries: await store.resolve(items) }],
    tagged: tagged?.length ? await store.resolveTagged(tagged) : [],
  }
}

/** Many of them, in the order given; asks the store about several at a time. */
export async function* looseRows(
  store: FeatureStore,
  profiles: Iterable<LooseProfile> | AsyncIterable<LooseProfile>,
): AsyncGenerator<ListenerRow> {
  let page: LooseProfile[] = []
  for await (const profile of profiles) {
    page.push(profile)
    if (page.length < looseRowsAtOnce) continue
    yield* resolved(store, page)
    page = []
  }
  yield* resolved(store, page)
}

async function* resolved(store: FeatureStore, page: readonly LooseProfile[]): AsyncGenerator<ListenerRow> {
  const entries = await store.resolve(page.flatMap(({ items }) => items))
  let from = 0
  for (const { id, items, tagged } of page) {
    yield {
      id,
      source: parseListenerId(id).source,
      playlists: [{ entries: entries.slice(from, from + items.length) }],
      tagged: tagged?.length ? await store.resolveTagged(tagged) : [],
    }
    from += items.length
  }
}

/** The stored listeners that may be read for a purpose, as one corpus. */
export async function loadCorpus(store: FeatureStore, purpose: Purpose, options: LoadOptions = {}): Promise<Corpus> {
  const [corpus] = await buildCorpora([storedRows(store, purpose, options)], lookupsFor(store, purpose))
  return corpus!
}
