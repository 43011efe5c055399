import type { ArtistKey } from '../taste/artist.ts'
import type { Catalogue } from './corpus.ts'
import { columnCounts, type SparseRows } from './sparse-rows.ts'

/**
 * How common artists are among the training listeners: the base of every weight. Names artists by key, so that it
 * joins to any catalogue.
 */
export interface ArtistStatistics {
  /** N: training listeners. */
  readonly listeners: number
  /** Artists of at least one training listener, in byte order. */
  readonly keys: readonly ArtistKey[]
  /** [keys]: how many training listeners have the artist. */
  readonly frequencies: Uint32Array
}

/** Counts over the rows of `artistCounts` [listeners x the catalogue's artists]. */
export function countArtists(catalogue: Catalogue, artistCounts: SparseRows): ArtistStatistics {
  const frequencies = columnCounts(artistCounts)
  return {
    listeners: artistCounts.rows,
    keys: catalogue.artists.keys.filter((_, artist) => frequencies[artist]! > 0),
    frequencies: frequencies.filter((frequency) => frequency > 0),
  }
}

const places = new WeakMap<readonly string[], ReadonlyMap<string, number>>()

/** Where each key stands, computed once per list. */
export function placesOf(keys: readonly string[]): ReadonlyMap<string, number> {
  const known = places.get(keys)
  if (known) return known
  const made = new Map(keys.map((key, row) => [key, row]))
  places.set(keys, made)
  return made
}

const joined = new WeakMap<readonly string[], WeakMap<readonly string[], Int32Array>>()

/**
 * [wanted]: where each wanted key stands among `keys`, -1 where it doesn't. Computed once per pair of lists, because a
 * model meets the same catalogue again and again.
 */
export function joinKeys(keys: readonly string[], wanted: readonly string[]): Int32Array {
  const before = joined.get(keys)?.get(wanted)
  if (before) return before
  const rows = placesOf(keys)
  const found = Int32Array.from(wanted, (key) => rows.get(key) ?? -1)
  joined.set(keys, (joined.get(keys) ?? new WeakMap()).set(wanted, found))
  return found
}

/** [the catalogue's artists]: max(0, ln((1 + N) / (1 + df))), with df = 0 for an artist of no training listener. */
export function inverseDocumentFrequency(statistics: ArtistStatistics, catalogue: Catalogue): Float64Array {
  const { frequencies, listeners } = statistics
  const idf = (df: number) => Math.max(0, Math.log((1 + listeners) / (1 + df)))
  return Float64Array.from(joinKeys(statistics.keys, catalogue.artists.keys), (row) =>
    idf(row < 0 ? 0 : frequencies[row]!),
  )
}
