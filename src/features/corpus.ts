import type { ArtistKey } from '../taste/artist.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import type { TrackKey } from '../taste/track.ts'
import type { SparseRows } from './sparse-rows.ts'

/** The audio features that models read, in the order of a row of `ItemTable.audio`. */
export const modelledAudio = [
  'danceability',
  'energy',
  'loudness',
  'mode',
  'speechiness',
  'acousticness',
  'instrumentalness',
  'liveness',
  'valence',
  'tempo',
] as const

/**
 * Everything that is listened to: one row per distinct track, or per distinct artist where the source knows no track.
 * The rows are in the byte order of their keys.
 */
export interface ItemTable {
  /** A track's key; or, without a track, `artist ` and the artists' keys joined by `\u0001`. */
  readonly keys: readonly string[]
  readonly tracks: readonly (TrackKey | undefined)[]
  /** [items x artists]: 1 for the first artist, .5 for each further one. */
  readonly credits: SparseRows
  /** [items x 10], as the source measured them, NaN where missing. */
  readonly audio: Float32Array
}

/** Every artist that the items name, in the byte order of their keys. */
export interface ArtistTable {
  readonly keys: readonly ArtistKey[]
  readonly names: readonly string[]
  /** Genre names in byte order. */
  readonly genres: readonly string[]
  /** [artists x genres]: rows sum to 1, or are empty where no genre is known. */
  readonly genreRows: SparseRows
}

/** The index spaces that comparable corpora share. */
export interface Catalogue {
  readonly items: ItemTable
  readonly artists: ArtistTable
  /** Tag names in byte order. */
  readonly tags: readonly string[]
}

/**
 * Listeners as sparse counts, in memory: what fitting, evaluation and matching start from. Independent of any model,
 * and the same for the same profiles whatever the order in which they were stored. Two corpora can be compared when
 * they share one catalogue object.
 */
export interface Corpus {
  readonly catalogue: Catalogue
  /** In byte order. */
  readonly listeners: readonly ListenerId[]
  /** Source of each listener, such as `lastfm-2k`. */
  readonly sources: readonly string[]
  /** [listeners x items]: plays, or in how many playlist entries the item stands. */
  readonly counts: SparseRows
  /** The listeners' own tags: row r of `offsets` lists pairs of artist and tag indices. */
  readonly tagged: { readonly offsets: Uint32Array; readonly artists: Uint32Array; readonly tags: Uint32Array }
}
