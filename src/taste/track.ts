import type { ArtistKey } from './artist.ts'
import type { AudioFeatures } from './audio-features.ts'
import type { TrackIds } from './item.ts'
import type { Provided } from './provenance.ts'

/**
 * Opaque and stable over stores: the strongest alias a track was first seen under, `spotify:<id>`, `isrc:<code>`,
 * `mbid:<id>` or `name:<normalised first artist>\u0001<normalised title>`.
 */
export type TrackKey = string

export interface Track {
  readonly key: TrackKey
  /** Absent for a track that only a table of audio features has named so far. */
  readonly title?: string
  /** All of them count, the first one most. Empty when only a table of audio features has named the track. */
  readonly artists: readonly ArtistKey[]
  readonly album?: string
  readonly year?: number
  readonly ids: TrackIds
  readonly audio?: Provided<AudioFeatures>
}
