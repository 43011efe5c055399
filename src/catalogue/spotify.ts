import {
  artistsBatch,
  featuresBatch,
  readArtists,
  readAudioFeatures,
  type SpotifyClient,
  SpotifyError,
} from '../spotify/index.ts'
import type { ArtistGap, TrackGap } from '../store/feature-store.ts'
import type { AudioFeatures } from '../taste/audio-features.ts'
import type { Origin } from '../taste/provenance.ts'
import { type Answer, type FeatureProvider, type GenreProvider, ProviderClosed } from './provider.ts'

const day = 86_400
/** The policy table keeps what Spotify tells for a day; what it doesn't know today it hardly knows tomorrow. */
const age = { found: day, missing: 7 * day }
const spotifyId = /^[0-9A-Za-z]{22}$/

/** Errors that concern one request only. */
const passing: ReadonlySet<string> = new Set(['broken-answer', 'unexpected', 'bad-request', 'bad-id'])

/** What Spotify's providers have in common: the client, and with it the gate, that profiles are read through too. */
abstract class SpotifyProvider<Gap extends { readonly ids: { readonly spotify?: string } }> {
  readonly age = age
  readonly name = 'spotify'
  protected readonly client: SpotifyClient

  constructor(client: SpotifyClient) {
    this.client = client
  }

  get origin(): Origin {
    return this.client.simulated ? 'simulated' : 'spotify'
  }

  get requests(): number {
    return this.client.requests
  }

  takes({ ids }: Gap): boolean {
    return spotifyId.test(ids.spotify ?? '')
  }

  async close(): Promise<void> {
    await this.client.gate.close()
  }
}

/** Audio features from Spotify, 100 tracks a request, for apps that had them before 2024-11-27. */
export class SpotifyFeatures extends SpotifyProvider<TrackGap> implements FeatureProvider {
  readonly batch = featuresBatch

  async *ask(
    gaps: readonly TrackGap[],
    signal?: AbortSignal,
  ): AsyncGenerator<readonly Answer<TrackGap, AudioFeatures>[]> {
    const byId = byFirstId(gaps)
    try {
      for await (const rows of readAudioFeatures(this.client, byId.keys(), { ...(signal && { signal }) }))
        yield rows.flatMap(({ id, audio }) =>
          (byId.get(id) ?? []).map((gap) => (audio ? { gap, value: audio } : { gap })),
        )
    } catch (error) {
      throw closing(error, 'this app is not told audio features')
    }
  }
}

/** Genres from Spotify, 50 artists a request, or one where the app may not ask for several. */
export class SpotifyGenres extends SpotifyProvider<ArtistGap> implements GenreProvider {
  readonly batch = artistsBatch

  async *ask(
    gaps: readonly ArtistGap[],
    signal?: AbortSignal,
  ): AsyncGenerator<readonly Answer<ArtistGap, readonly string[]>[]> {
    const byId = byFirstId(gaps)
    try {
      for await (const rows of readArtists(this.client, byId.keys(), { ...(signal && { signal }) })) {
        // A development app gets artists without genres: that says nothing about the artists.
        if (rows.some(({ name, genres }) => name && !genres)) throw new ProviderClosed('this app is not told genres')
        yield rows.flatMap(({ id, genres }) =>
          (byId.get(id) ?? []).map((gap) => (genres && genres.length > 0 ? { gap, value: genres } : { gap })),
        )
      }
    } catch (error) {
      throw closing(error, 'this app is not told genres')
    }
  }
}

function byFirstId<Gap extends { readonly ids: { readonly spotify?: string } }>(
  gaps: readonly Gap[],
): Map<string, Gap[]> {
  return Map.groupBy(gaps, ({ ids }) => ids.spotify ?? '')
}

function closing(error: unknown, refused: string): unknown {
  if (!(error instanceof SpotifyError) || error.passing || passing.has(error.kind)) return error
  return new ProviderClosed(error.kind === 'forbidden' ? refused : error.message, error.retryAt)
}
