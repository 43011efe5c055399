import type { FeatureStore } from '../../store/feature-store.ts'
import type { ArtistKey } from '../../taste/artist.ts'
import type { TrackKey } from '../../taste/track.ts'
import type { TrackName } from '../answer.ts'

/** Of so many tracks and so many artists, the names are kept in memory. */
const mostKept = 50_000

/** Names of tracks and their artists, read from the store once. */
export class Names {
  readonly #store: Pick<FeatureStore, 'tracks' | 'artists'>
  readonly #tracks = new Map<TrackKey, TrackName | undefined>()
  readonly #artists = new Map<ArtistKey, string | undefined>()

  /** How often names were forgotten: what was read before that is not kept. */
  #forgotten = 0

  constructor(store: Pick<FeatureStore, 'tracks' | 'artists'>) {
    this.#store = store
  }

  /** Undefined for tracks without a known title. */
  async of(keys: readonly TrackKey[]): Promise<ReadonlyMap<TrackKey, TrackName | undefined>> {
    const forgotten = this.#forgotten
    const wanted = [...new Set(keys)]
    const missing = wanted.filter((key) => !this.#tracks.has(key))
    const read = missing.length > 0 ? await this.#read(missing) : new Map<TrackKey, TrackName | undefined>()
    const found = new Map(wanted.map((key) => [key, read.get(key) ?? this.#tracks.get(key)]))
    if (forgotten !== this.#forgotten) return found
    if (this.#tracks.size + read.size > mostKept) this.#tracks.clear()
    for (const [key, name] of read) this.#tracks.set(key, name)
    return found
  }

  /** Somebody was erased: what only they listened to must not stay. */
  forget(): void {
    this.#forgotten++
    this.#tracks.clear()
    this.#artists.clear()
  }

  async #read(keys: readonly TrackKey[]): Promise<Map<TrackKey, TrackName | undefined>> {
    const tracks = await this.#store.tracks(keys, 'match')
    const names = await this.#artistNames(tracks.flatMap((track) => track?.artists ?? []))
    return new Map(
      keys.map((key, i) => {
        const track = tracks[i]
        if (track?.title === undefined) return [key, undefined]
        const { title, ids } = track
        const by = track.artists.flatMap((artist) => names.get(artist) ?? [])
        return [key, { title, artists: by, ...(ids.spotify !== undefined && { spotify: ids.spotify }) }]
      }),
    )
  }

  async #artistNames(keys: readonly ArtistKey[]): Promise<ReadonlyMap<ArtistKey, string | undefined>> {
    const forgotten = this.#forgotten
    const wanted = [...new Set(keys)]
    const missing = wanted.filter((key) => !this.#artists.has(key))
    const read = missing.length > 0 ? await this.#store.artists(missing, 'match') : []
    const names = new Map(missing.map((key, i) => [key, read[i]?.name]))
    const found = new Map(wanted.map((key) => [key, names.get(key) ?? this.#artists.get(key)]))
    if (forgotten !== this.#forgotten) return found
    if (this.#artists.size + names.size > mostKept) this.#artists.clear()
    for (const [key, name] of names) this.#artists.set(key, name)
    return found
  }
}
