import type { SpotifyClient } from '../../spotify/index.ts'
import { artistsBatch, featuresBatch, readArtists, readAudioFeatures, SpotifyError } from '../../spotify/index.ts'
import type { FeatureStore } from '../../store/feature-store.ts'
import type { Item } from '../../taste/item.ts'
import type { Provenance } from '../../taste/provenance.ts'

export interface CatalogueQueueOptions {
  readonly client: SpotifyClient
  readonly store: Pick<FeatureStore, 'resolve' | 'artists' | 'tracks' | 'putArtistGenres' | 'putTrackAudio'>
  /** Of what is read now. */
  readonly provenance: () => Provenance
  /** Called when everything that was wanted for somebody has been asked for, and the answers are stored. */
  readonly onAsked: (person: string) => Promise<void>
  readonly signal: AbortSignal
}

/** What was asked for of artists or tracks. */
export interface Asked {
  readonly asked: number
  readonly found: number
  /** Why no more was asked for; absent while it may be. */
  readonly closed?: string
}

/**
 * Genres of artists and audio features of tracks, for all profiles of a run together: each id once, in full batches, and
 * only what the store doesn't have yet. Asks for nothing any more once this app turns out not to be told.
 */
export class CatalogueQueue {
  readonly #options: CatalogueQueueOptions
  readonly #artists = new Waiting(artistsBatch)
  readonly #tracks = new Waiting(featuresBatch)
  readonly #people: { readonly person: string; readonly artists: number; readonly tracks: number }[] = []
  #turn: Promise<void> = Promise.resolve()

  constructor(options: CatalogueQueueOptions) {
    this.#options = options
  }

  get artists(): Asked {
    return this.#artists.asked
  }

  get tracks(): Asked {
    return this.#tracks.asked
  }

  /** Queues what the store doesn't know of somebody's items, which must be stored. @throws SpotifyError */
  async want(person: string, items: readonly Item[]): Promise<void> {
    const { store } = this.#options
    const entries = await store.resolve(items)
    const [artists, tracks] = await Promise.all([
      known(
        entries.flatMap((entry) => entry.artists),
        (keys) => store.artists(keys),
      ),
      known(
        entries.flatMap((entry) => entry.track ?? []),
        (keys) => store.tracks(keys),
      ),
    ])
    items.forEach((item, at) => {
      const { artists: keys, track } = entries[at]!
      item.artistIds?.forEach((ids, place) => {
        const key = keys.length === item.artists.length ? keys[place]! : ''
        if (ids?.spotify && !artists.get(key)?.genres) this.#artists.add(ids.spotify)
      })
      if (item.ids?.spotify && track && !tracks.get(track)?.audio) this.#tracks.add(item.ids.spotify)
    })
    this.#people.push({ person, artists: this.#artists.wanted, tracks: this.#tracks.wanted })
    await this.#ask(false)
  }

  /** Asks for what is left, in batches that need not be full. @throws SpotifyError */
  async finish(): Promise<void> {
    await this.#ask(true)
  }

  /** One at a time, so that batches are full and in order. */
  #ask(all: boolean): Promise<void> {
    const turn = this.#turn.then(async () => {
      for (const ids of this.#artists.batches(all)) await this.#askArtists(ids)
      for (const ids of this.#tracks.batches(all)) await this.#askTracks(ids)
      await this.#release()
    })
    this.#turn = turn.catch(() => {})
    return turn
  }

  async #askArtists(ids: readonly string[]): Promise<void> {
    const { client, store, provenance, signal } = this.#options
    const waiting = this.#artists
    const single = 'this app may ask for one artist at a time only'
    if (client.access.may('batches') === false) waiting.closed = single
    if (waiting.closed === undefined) {
      for await (const facts of readArtists(client, ids, { signal })) {
        const rows = facts.flatMap(({ id, name, genres }) =>
          name && genres ? [{ name, ids: { spotify: id }, genres, provenance: provenance() }] : [],
        )
        if (client.access.may('batches') === false) {
          waiting.closed = single
          break
        }
        waiting.found += rows.filter(({ genres }) => genres.length > 0).length
        if (rows.length === 0 && facts.some(({ name }) => name)) waiting.closed = 'this app is not told genres'
        if (rows.length > 0) await store.putArtistGenres(rows)
      }
    }
    waiting.done += ids.length
  }

  async #askTracks(ids: readonly string[]): Promise<void> {
    const { client, store, provenance, signal } = this.#options
    const waiting = this.#tracks
    try {
      if (waiting.closed === undefined)
        for await (const features of readAudioFeatures(client, ids, { signal })) {
          const rows = features.flatMap(({ id, audio }) =>
            audio ? [{ ids: { spotify: id }, audio, provenance: provenance() }] : [],
          )
          waiting.found += rows.length
          if (rows.length > 0) await store.putTrackAudio(rows)
        }
    } catch (error) {
      const isRefused = error instanceof SpotifyError && (error.kind === 'forbidden' || error.kind === 'not-found')
      if (!isRefused) throw error
      waiting.closed = 'this app is not told audio features'
    }
    waiting.done += ids.length
  }

  /** People come in the order in which their ids were queued. */
  async #release(): Promise<void> {
    for (;;) {
      const next = this.#people[0]
      if (!next || next.artists > this.#artists.done || next.tracks > this.#tracks.done) return
      this.#people.shift()
      await this.#options.onAsked(next.person)
    }
  }
}

/** Ids in the order in which they were first wanted. */
class Waiting {
  readonly #size: number
  readonly #seen = new Set<string>()
  #ids: string[] = []
  /** How many have been dealt with. */
  done = 0
  found = 0
  closed: string | undefined

  constructor(size: number) {
    this.#size = size
  }

  get wanted(): number {
    return this.#seen.size
  }

  get asked(): Asked {
    const asked = this.closed === undefined ? this.done : 0
    return { asked, found: this.found, ...(this.closed !== undefined && { closed: this.closed }) }
  }

  add(id: string): void {
    if (this.#seen.has(id)) return
    this.#seen.add(id)
    this.#ids.push(id)
  }

  *batches(all: boolean): Generator<readonly string[], void> {
    while (this.#ids.length >= this.#size || (all && this.#ids.length > 0)) yield this.#ids.splice(0, this.#size)
  }
}

async function known<T extends { readonly key: string }>(
  keys: readonly string[],
  look: (keys: readonly string[]) => Promise<readonly (T | undefined)[]>,
): Promise<ReadonlyMap<string, T>> {
  const rows = await look([...new Set(keys)])
  return new Map(rows.flatMap((row) => (row ? [[row.key, row] as const] : [])))
}
