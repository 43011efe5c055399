import type { ArtistShare, TrackName } from '../answer.ts'
import type { ViewCodes } from './view-codes.ts'

/** Artists of a listener, in the byte order of their keys. */
export interface DescribedArtists {
  /** `keyHash` of each. */
  readonly hashes: Float64Array
  /** x: the unit vector of the pair score's overlap. */
  readonly overlap: Float32Array
}

/** What finding and scoring a listener needs: kept in memory for everybody. */
export interface Terms {
  readonly artists: DescribedArtists
  /** How many of the artists the model was trained with. */
  readonly known: number
  /** h: what an overlap says about this listener. */
  readonly weight: number
}

/** A track that may be offered to somebody else. */
export interface Offer extends TrackName {
  readonly hash: number
}

/** What explaining a match needs: read for those who are shown. */
export interface Details {
  /** By artist, in the order of the terms. */
  readonly names: readonly string[]
  /** [artists]: plays, or entries. */
  readonly counts: Float32Array
  /** `keyHash` of the artists of whom the model and the catalogue know nothing. */
  readonly obscure: readonly number[]
  /** Shares of the plays whose genre is known, largest first. */
  readonly genres: readonly (readonly [genre: string, share: number])[]
  /** Share of the plays whose genre is known. */
  readonly genresKnown: number
  /** `keyHash` of each track, in the byte order of the keys. */
  readonly tracks: Float64Array
  /** [10]: mean of each feature of `modelledAudio`, NaN where unknown. */
  readonly sound: Float32Array
  /** Share of the tracks whose sound is known. */
  readonly soundKnown: number
  /** Shares of the tracks whose year is known, oldest first. */
  readonly decades: readonly (readonly [decade: number, share: number])[]
  /** Mean idf of the artists, weighted by log1p of the plays: high for somebody whose artists few others have. */
  readonly unusualness: number
  readonly topArtists: readonly ArtistShare[]
  readonly topTracks: readonly TrackName[]
  readonly offers: readonly Offer[]
  /** [offers x D]: where they lie, 127 standing for 1; empty where the model has no place for items. */
  readonly offerCodes: Int8Array
  /** Absent where the embedding is one piece. */
  readonly views?: ViewCodes
}

/**
 * Everything that a model and the matching know of one listener: the feature blob. It holds no key that leads back to
 * the listener.
 */
export interface Description {
  /** z: [D], of unit length, or zeros. */
  readonly vector: Float32Array
  readonly terms: Terms
  readonly details: Details
}
