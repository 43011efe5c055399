import type { AudioFeatures } from '../src/taste/audio-features.ts'
import { type Consent, pseudonymousConsent } from '../src/taste/consent.ts'
import type { Item } from '../src/taste/item.ts'
import type { Profile } from '../src/taste/listener.ts'
import type { ListenerId } from '../src/taste/listener-id.ts'
import type { Provenance } from '../src/taste/provenance.ts'
import type { World } from './world/world.ts'

/** What a store is told about the world, in the shape of any other source's events. */
export type WorldEvent =
  | { readonly kind: 'profile'; readonly profile: Profile }
  | { readonly kind: 'friends'; readonly links: readonly (readonly [ListenerId, ListenerId])[] }
  | {
      readonly kind: 'genres'
      readonly rows: readonly {
        readonly name: string
        readonly ids: { readonly spotify: string }
        readonly genres: readonly string[]
        readonly provenance: Provenance
      }[]
    }
  | {
      readonly kind: 'audio'
      readonly rows: readonly {
        readonly ids: { readonly spotify: string }
        readonly audio: AudioFeatures
        readonly provenance: Provenance
      }[]
    }

/** Nobody is behind the name, so it may be shown. */
const consent: Consent = { ...pseudonymousConsent, showName: true }
const batchSize = 100

function provenanceAt(now: number): Provenance {
  return { origin: 'simulated', source: 'simulated', readAt: now }
}

/** `simulated:morning-owl`. */
export function simulatedId(world: World, i: number): ListenerId {
  return `simulated:${world.listener(i).name}`
}

/**
 * Listener `i` as a profile.
 * @param now seconds since 1970
 */
export function simulatedProfile(world: World, i: number, now: number): Profile {
  const { name } = world.listener(i)
  const items = world.playlists(i).flatMap((playlist) =>
    playlist.tracks.map(({ id, addedAt }): Item => {
      const track = world.track(id)!
      return {
        artists: track.artists.map((artist) => artist.name),
        artistIds: track.artists.map((artist) => ({ spotify: artist.id })),
        track: track.title,
        album: track.album.title,
        year: track.year,
        ids: { spotify: id },
        durationMs: track.durationMs,
        playlist: playlist.name,
        addedAt: new Date(addedAt * 1000).toISOString(),
      }
    }),
  )
  return { id: `simulated:${name}`, name, provenance: provenanceAt(now), consent, items }
}

/**
 * The whole world, a batch of listeners at a time: their profiles, then genres and sound of the artists and tracks that
 * nobody had before, then the batch's friends. Memory grows with the number of distinct artists and tracks only.
 * @param now seconds since 1970
 */
export function* worldEvents(world: World, now: number): Generator<WorldEvent> {
  const provenance = provenanceAt(now)
  const told = new Set<string>()
  const isNew = (id: string) => told.size !== told.add(id).size
  for (let start = 0; start < world.listeners; start += batchSize) {
    const batch = Array.from({ length: Math.min(batchSize, world.listeners - start) }, (_, at) => start + at)
    const artists = new Map<string, string>()
    const tracks: string[] = []
    for (const i of batch) {
      const profile = simulatedProfile(world, i, now)
      for (const item of profile.items) {
        if (isNew(item.ids!.spotify!)) tracks.push(item.ids!.spotify!)
        item.artistIds!.forEach((ids, place) => {
          if (isNew(ids!.spotify!)) artists.set(ids!.spotify!, item.artists[place]!)
        })
      }
      yield { kind: 'profile', profile }
    }
    yield {
      kind: 'genres',
      rows: [...artists].flatMap(([spotify, name]) => {
        const genres = world.genres(spotify)
        return genres ? [{ name, ids: { spotify }, genres, provenance }] : []
      }),
    }
    yield {
      kind: 'audio',
      rows: tracks.flatMap((spotify) => {
        const audio = world.audio(spotify)
        return audio ? [{ ids: { spotify }, audio, provenance }] : []
      }),
    }
    yield {
      kind: 'friends',
      links: batch.flatMap((i) => world.friends(i).map((j) => [simulatedId(world, i), simulatedId(world, j)] as const)),
    }
  }
}
