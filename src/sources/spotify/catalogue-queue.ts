import type { SpotifyClient } from '../../spotify/index.ts'
import { artistsBatch, featuresBatch, readArtists, readAudioFeatures, SpotifyError } from '../../spotify/index.ts'
import type { CatalogueAnswer, FeatureStore } from '../../store/feature-store.ts'
import type { AudioFeatures } from '../../taste/audio-features.ts'
import type { Item } from '../../taste/item.ts'
import type { Provenance } from '../../taste/provenance.ts'
import { type Asked, Asking, type Told } from './asking.ts'

export interface CatalogueQueueOptions {
  readonly client: SpotifyClient
  readonly store: Pick<FeatureStore, 'artistGaps' | 'trackGaps' | 'putGenreAnswers' | 'putAudioAnswers'>
  /** Of what is read now. */
  readonly provenance: () => Provenance
  readonly signal: AbortSignal
}

/** Seconds until Spotify is asked again about what it knew nothing of. */
const patience = 30 * 24 * 3600

/** Ids that are remembered at most, so that memory doesn't grow with the run. */
const mostLooked = 100_000

const single = 'this app may ask for one artist at a time only'

/**
 * Genres of artists and audio features of tracks, for all profiles of a run together: each id once, in full batches, and
 * only what the store doesn't have yet and Spotify was not asked about lately. Asks for nothing any more once this app
 * turns out not to be told.
 */
export class CatalogueQueue {
  readonly #options: CatalogueQueueOptions
  readonly #artists: Asking<readonly string[]>
  readonly #tracks: Asking<AudioFeatures>
  /** Spotify ids of artists and tracks: looking at the store for the same ones again would only take time. */
  readonly #looked = new Set<string>()

  constructor(options: CatalogueQueueOptions) {
    const { store } = options
    this.#options = options
    const query = (only: readonly string[]) => ({ sources: ['spotify'], now: options.provenance().readAt, only })
    this.#artists = new Asking({
      size: artistsBatch,
      gaps: (keys, page) => store.artistGaps({ ...query(keys), ...page }),
      ask: (ids) => this.#askArtists(ids),
      put: (told) => store.putGenreAnswers(this.#answers(told)),
    })
    this.#tracks = new Asking({
      size: featuresBatch,
      gaps: (keys, page) => store.trackGaps({ ...query(keys), ...page }),
      ask: (ids) => this.#askTracks(ids),
      put: (told) => store.putAudioAnswers(this.#answers(told)),
    })
  }

  get artists(): Asked {
    return this.#artists.asked
  }

  get tracks(): Asked {
    return this.#tracks.asked
  }

  /**
   * Queues what the store doesn't know of items, which must be stored. One call at a time. Full batches are asked for
   * while the caller goes on.
   * @throws SpotifyError of an earlier batch
   */
  async want(items: readonly Item[]): Promise<void> {
    if (this.#artists.isClosed && this.#tracks.isClosed) return
    const artists = items.flatMap(({ artistIds = [] }) => artistIds.map((ids) => ids?.spotify))
    await Promise.all([
      this.#artists.want(this.#news(artists)),
      this.#tracks.want(this.#news(items.map(({ ids }) => ids?.spotify))),
    ])
  }

  /** Those that were not looked at yet, as the store calls them. */
  #news(ids: readonly (string | undefined)[]): readonly string[] {
    const looked = this.#looked
    if (looked.size > mostLooked) looked.clear()
    return ids.flatMap((id) => {
      if (id === undefined || looked.has(id)) return []
      looked.add(id)
      return [`spotify:${id}`]
    })
  }

  /** Asks for what is left, in batches that need not be full. @throws SpotifyError */
  async finish(): Promise<void> {
    await Promise.all([this.#artists.finish(), this.#tracks.finish()])
  }

  #answers<T>(told: readonly Told<T>[]): readonly CatalogueAnswer<T>[] {
    const provenance = this.#options.provenance()
    return told.map(({ key, value }) => ({
      key,
      provenance,
      ...(value !== undefined && { value }),
      askAgainAt: value === undefined ? provenance.readAt + patience : Number.MAX_SAFE_INTEGER,
    }))
  }

  async #askArtists(ids: readonly string[]): Promise<ReadonlyMap<string, readonly string[]> | string> {
    const { client, signal } = this.#options
    if (client.access.may('batches') === false) return single
    const genres = new Map<string, readonly string[]>()
    let isTold = false
    let isNamed = false
    for await (const facts of readArtists(client, ids, { signal })) {
      if (client.access.may('batches') === false) return single
      for (const { id, name, genres: told } of facts) {
        isNamed ||= name !== undefined
        isTold ||= told !== undefined
        if (told && told.length > 0) genres.set(id, told)
      }
    }
    return isNamed && !isTold ? 'this app is not told genres' : genres
  }

  async #askTracks(ids: readonly string[]): Promise<ReadonlyMap<string, AudioFeatures> | string> {
    const { client, signal } = this.#options
    const audio = new Map<string, AudioFeatures>()
    try {
      for await (const features of readAudioFeatures(client, ids, { signal }))
        for (const { id, audio: told } of features) if (told) audio.set(id, told)
      return audio
    } catch (error) {
      const isRefused = error instanceof SpotifyError && (error.kind === 'forbidden' || error.kind === 'not-found')
      if (!isRefused) throw error
      return 'this app is not told audio features'
    }
  }
}
