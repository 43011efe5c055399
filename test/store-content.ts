import type { FeatureStore, Page, PageQuery, StoredProfile } from '../src/store/feature-store.ts'
import { openStore } from '../src/store/open.ts'

/**
 * Opens the store of a data folder for the time of some work.
 * @param url of a store elsewhere
 */
export async function withStore<T>(data: string, work: (store: FeatureStore) => Promise<T>, url?: string): Promise<T> {
  const { store, close } = await openStore(url, data, {}, { create: true })
  try {
    return await work(store)
  } finally {
    await close()
  }
}

/** Everything that sources brought, without what differs from one import to the next: random keys and the time. */
export interface Content {
  /** Profiles as JSON, by listener. */
  readonly profiles: ReadonlyMap<string, string>
  readonly friends: readonly string[]
  /** Artists and tracks that anybody has, as JSON. */
  readonly catalogue: readonly string[]
}

export async function contentOf(store: FeatureStore): Promise<Content> {
  const stored = await all((query) => store.profiles('keep', query))
  const entries = stored.flatMap(({ playlists }) => playlists.flatMap((playlist) => playlist.entries))
  const artists = await store.artists([...new Set(entries.flatMap((entry) => entry.artists))].sort())
  const tracks = await store.tracks([...new Set(entries.flatMap((entry) => entry.track ?? []))].sort())
  return {
    profiles: new Map(
      stored.map(({ listener, ...rest }) => [listener.id, timeless({ ...rest, ...listener, key: '' })]),
    ),
    friends: (await all((query) => store.friends('keep', query))).map((pair) => [...pair].sort().join(' ')).sort(),
    catalogue: [...artists, ...tracks].map(timeless),
  }
}

export async function profilesOf(store: FeatureStore): Promise<Content['profiles']> {
  return told(await all((query) => store.profiles('keep', query)))
}

function told(stored: readonly StoredProfile[]): Content['profiles'] {
  return new Map(stored.map(({ listener, ...rest }) => [listener.id, timeless({ ...rest, ...listener, key: '' })]))
}

function timeless(value: unknown): string {
  return JSON.stringify(value, (name, part) => (name === 'readAt' ? undefined : part))
}

async function all<T>(read: (query: PageQuery) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = []
  let after: string | undefined
  do {
    const page = await read(after === undefined ? {} : { after })
    rows.push(...page.rows)
    after = page.next
  } while (after !== undefined)
  return rows
}
