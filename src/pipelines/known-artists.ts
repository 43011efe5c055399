import type { FeatureStore } from '../store/feature-store.ts'
import type { Profile } from '../taste/listener.ts'

/** What finding out needs of the store. */
export type ArtistLookups = Pick<FeatureStore, 'resolve' | 'artists' | 'listener'>

const itemsAtOnce = 1_000

/** How many of a profile's artists (the main ones of its items) somebody else here listens to, or have genres. */
export async function knownArtists({ id, items }: Pick<Profile, 'id' | 'items'>, store: ArtistLookups) {
  const keys = new Set<string>()
  for (let from = 0; from < items.length; from += itemsAtOnce)
    for (const { artists } of await store.resolve(items.slice(from, from + itemsAtOnce)))
      if (artists[0]) keys.add(artists[0])
  const others = (await store.listener(id)) ? 1 : 0
  const found = await store.artists([...keys])
  const artists = found.filter((artist) => artist && (artist.listeners > others || artist.genres)).length
  return { artists, of: keys.size }
}
