import type { ListenerRow, Lookups } from '../../features/build-corpus.ts'
import type { Artist, ArtistKey } from '../../taste/artist.ts'
import type { Track, TrackKey } from '../../taste/track.ts'

const pageSize = 2000

/** What a store knows of the artists and tracks of some listeners, read at once. */
export interface FoundCatalogue extends Lookups {
  track(key: TrackKey): Track | undefined
  artistName(key: ArtistKey): string | undefined
}

export async function readCatalogue(rows: readonly ListenerRow[], lookups: Lookups): Promise<FoundCatalogue> {
  const artistKeys = new Set<ArtistKey>()
  const trackKeys = new Set<TrackKey>()
  for (const { playlists } of rows)
    for (const { entries } of playlists)
      for (const entry of entries) {
        for (const artist of entry.artists) artistKeys.add(artist)
        if (entry.track !== undefined) trackKeys.add(entry.track)
      }
  const [artists, tracks] = await Promise.all([
    paged<Artist>([...artistKeys], (keys) => lookups.artists(keys)),
    paged<Track>([...trackKeys], (keys) => lookups.tracks(keys)),
  ])
  return {
    artists: async (keys) => keys.map((key) => artists.get(key)),
    tracks: async (keys) => keys.map((key) => tracks.get(key)),
    track: (key) => tracks.get(key),
    artistName: (key) => artists.get(key)?.name,
  }
}

async function paged<T>(
  keys: readonly string[],
  read: (keys: readonly string[]) => Promise<readonly (T | undefined)[]>,
): Promise<ReadonlyMap<string, T>> {
  const found = new Map<string, T>()
  for (let from = 0; from < keys.length; from += pageSize) {
    const page = keys.slice(from, from + pageSize)
    for (const [i, value] of (await read(page)).entries()) if (value) found.set(page[i]!, value)
  }
  return found
}
