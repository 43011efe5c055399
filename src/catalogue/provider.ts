import type { ArtistGap, TrackGap } from '../store/feature-store.ts'
import type { AudioFeatures } from '../taste/audio-features.ts'
import type { Origin } from '../taste/provenance.ts'

/**
 * Somebody who can tell what is missing in the catalogue: audio features of tracks, or genres of artists. All are asked
 * through this one interface, so that who is asked, and in which order, is a matter of settings.
 */
export interface Provider<Gap, Value> {
  /** Its name in settings, reports and provenances, such as `reccobeats`. */
  readonly name: string
  /** Where its answers come from, as the last one told: `simulated` where a simulator answered. */
  readonly origin: Origin
  /** How many gaps it takes at once. */
  readonly batch: number
  /** Seconds until it is asked again about what it knew, and about what it did not know. */
  readonly age: { readonly found: number; readonly missing: number }
  /** Whether it could know this one at all: it has an id, or a name, that the provider takes. */
  takes(gap: Gap): boolean
  /**
   * Asks about at most `batch` gaps. Yields answers as they arrive, each gap of the batch at most once; one that the
   * provider knows nothing of is answered without a value. What is not answered at all may be asked again at once.
   * @throws ProviderClosed when it can't be asked any more in this run; a Problem that concerns this batch only.
   */
  ask(gaps: readonly Gap[], signal?: AbortSignal): AsyncIterable<readonly Answer<Gap, Value>[]>
  /** Requests sent so far. */
  readonly requests: number
  /** To be called at the end. */
  close(): Promise<void>
}

export interface Answer<Gap, Value> {
  readonly gap: Gap
  /** Absent when the provider knows nothing. */
  readonly value?: Value
}

export type FeatureProvider = Provider<TrackGap, AudioFeatures>
export type GenreProvider = Provider<ArtistGap, readonly string[]>

/** A provider that can't be asked any more in this run: no permission, no key, a pause of hours. */
export class ProviderClosed extends Error {
  /** When it may be asked again, in milliseconds since 1970; undefined when nobody knows. */
  readonly retryAt: number | undefined

  constructor(reason: string, retryAt?: number) {
    super(reason)
    this.name = 'ProviderClosed'
    this.retryAt = retryAt
  }
}

const day = 86_400

/** What is known changes rarely; what is not known yet may be known next month. */
export const usualAge = { found: 180 * day, missing: 30 * day } as const
