import type { ArtistKey } from '../taste/artist.ts'
import type { TrackKey } from '../taste/track.ts'
import type { Bags } from './engine.ts'

/**
 * What the rows of the network's tables mean, with the statistics of the training listeners that turn counts into
 * weights. It names artists, tracks, genres and tags by their keys, and never a listener.
 */
export interface Vocabulary {
  /** N: training listeners. */
  readonly listeners: number
  /** Rows of the id table: artists of at least one training listener. */
  readonly artists: readonly ArtistKey[]
  /** [artists]: of how many training listeners. */
  readonly artistFrequencies: Uint32Array
  /** Rows of the track table. */
  readonly tracks: readonly TrackKey[]
  /** [tracks]: of how many training listeners. */
  readonly trackFrequencies: Uint32Array
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

/** A vocabulary with its keys made findable and its frequencies turned into weights. */
export interface VocabularyIndex extends Vocabulary {
  /** [artists]: ln((1 + N) / (1 + df)). */
  readonly artistIdf: Float32Array
  /** The same with df = 0. */
  readonly unknownIdf: number
  /** [tracks]. */
  readonly trackIdf: Float32Array
  readonly artist: ReadonlyMap<ArtistKey, number>
  readonly track: ReadonlyMap<TrackKey, number>
  readonly genre: ReadonlyMap<string, number>
  readonly tag: ReadonlyMap<string, number>
  readonly taggedArtist: ReadonlyMap<ArtistKey, number>
  readonly cooccurringArtist: ReadonlyMap<ArtistKey, number>
}

export function indexVocabulary(vocabulary: Vocabulary): VocabularyIndex {
  const rows = (keys: readonly string[]) => new Map(keys.map((key, row) => [key, row]))
  const idf = (df: number) => Math.log((1 + vocabulary.listeners) / (1 + df))
  return {
    ...vocabulary,
    artistIdf: Float32Array.from(vocabulary.artistFrequencies, idf),
    unknownIdf: Math.fround(idf(0)),
    trackIdf: Float32Array.from(vocabulary.trackFrequencies, idf),
    artist: rows(vocabulary.artists),
    track: rows(vocabulary.tracks),
    genre: rows(vocabulary.genres),
    tag: rows(vocabulary.tags),
    taggedArtist: rows(vocabulary.taggedArtists),
    cooccurringArtist: rows(vocabulary.cooccurringArtists),
  }
}
