import type { ListenerId } from '../../taste/listener-id.ts'

/** One listener as the index holds them. */
export interface IndexRow {
  /** The listener's opaque key, which names the row. */
  readonly key: string
  /** Tells in which order listeners of equal similarity come. */
  readonly listener: ListenerId
  /** [D], of unit length, or zeros. It is copied. */
  readonly vector: Float32Array
  /** One byte below 128 that {@link NearestOptions.mask} is compared with. Absent: as it was, 0 for a new row. */
  readonly flags?: number
}

export interface NearestOptions {
  /** At most this many are returned. */
  readonly k: number
  /** Keys of listeners who are left out: the one who asks, say. */
  readonly exclude?: Iterable<string>
  /** Only listeners whose flags have all of these bits. */
  readonly mask?: number
}

export interface Neighbour {
  readonly key: string
  readonly listener: ListenerId
  /**
   * Dot product with the query in float64, where products of float32 are exact, added in this order: (s0 + s1) + (s2 + s3), where
   * sj is the sum over the dimensions d = j mod 4.
   */
  readonly similarity: number
}

/**
 * Every listener's unit vector, and exact search among them. What is put or deleted is so for the next query, in every
 * thread that has the index open. All calls return when they are done.
 *
 * Two implementations give the same answers to the last bit: the plain one (`reference-index.ts`) says what is meant,
 * the one in shared memory (`shared-index.ts`) is fast.
 */
export interface VectorIndex {
  /** D. */
  readonly dimensions: number
  /** How many listeners there are. */
  readonly size: number
  /** Memory that the listeners take, in bytes. */
  readonly bytes: number
  /**
   * Adds a listener, or replaces all that is held of them.
   * @throws RangeError when the vector has not D finite numbers, or is longer than 1.
   */
  put(row: IndexRow): 'added' | 'replaced'
  /** Overwrites what is held of a listener. Returns whether there was one. */
  delete(key: string): boolean
  /** Undefined for a listener who is not there. */
  flags(key: string): number | undefined
  /** Returns whether there was such a listener. */
  setFlags(key: string, flags: number): boolean
  /** A copy of what is held of a listener. */
  get(key: string): Required<IndexRow> | undefined
  /** All keys, in no particular order. */
  keys(): Iterable<string>
  /**
   * The k listeners with the highest similarity to a query [D], highest first; those of equal similarity in the byte order of
   * their ids (then of their keys).
   * @throws RangeError when the query has not D finite numbers, or is longer than 1.
   */
  nearest(query: Float32Array, options: NearestOptions): readonly Neighbour[]
  /** The same for each row of queries [N x D]. */
  nearestOfEach(queries: Float32Array, options: NearestOptions): readonly (readonly Neighbour[])[]
  /** Frees what this thread has of it. */
  close(): void
}
