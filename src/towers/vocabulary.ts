import type { ArtistKey } from '../taste/artist.ts'
import type { TrackKey } from '../taste/track.ts'
import type { Bags } from './engine.ts'

/**
 * What the rows of the network's tables mean, with the statistics of the training listeners that turn counts into
 * weights. It names artists, tracks, genres and tags by their keys, and never a listener.
 */
export interface Vocabulary {
  /** Rows of the id table: artists of at least one training listener. */
  readonly artists: readonly ArtistKey[]
  /** [artists]: ln((1 + N) / (1 + df)) over N training listeners. */
  readonly artistIdf: Float32Array
  /** The same for an artist of none of them: ln(1 + N). */
  readonly unknownIdf: number
  /** Rows of the track table. */
  readonly tracks: readonly TrackKey[]
  /** [tracks]. */
  readonly trackIdf: Float32Array
  /** Rows of the genre table. */
  readonly genres: readonly string[]
  /** Rows of the tag table. */
  readonly tags: readonly string[]
  /** Artists that training listeners have tagged. */
  readonly taggedArtists: readonly ArtistKey[]
  /** [tagged artists x tags]: rows sum to 1. */
  readonly artistTags: Bags
  /** Rows of the frozen co-occurrence table. */
  readonly cooccurringArtists: readonly ArtistKey[]
  /** [10]: mean and standard deviation of the audio features over the tracks of training listeners. */
  readonly audioMean: Float32Array
  readonly audioDeviation: Float32Array
}

/** A vocabulary with its keys made findable. */
export interface VocabularyIndex extends Vocabulary {
  readonly artist: ReadonlyMap<ArtistKey, number>
  readonly track: ReadonlyMap<TrackKey, number>
  readonly genre: ReadonlyMap<string, number>
  readonly tag: ReadonlyMap<string, number>
  readonly taggedArtist: ReadonlyMap<ArtistKey, number>
  readonly cooccurringArtist: ReadonlyMap<ArtistKey, number>
}

export function indexVocabulary(vocabulary: Vocabulary): VocabularyIndex {
  const rows = (keys: readonly string[]) => new Map(keys.map((key, row) => [key, row]))
  return {
    ...vocabulary,
    artist: rows(vocabulary.artists),
    track: rows(vocabulary.tracks),
    genre: rows(vocabulary.genres),
    tag: rows(vocabulary.tags),
    taggedArtist: rows(vocabulary.taggedArtists),
    cooccurringArtist: rows(vocabulary.cooccurringArtists),
  }
}
