import { artistCounts } from '../../features/bags.ts'
import type { Corpus } from '../../features/corpus.ts'
import { randomisedSvd } from '../../features/randomised-svd.ts'
import {
  columnCounts,
  multiply,
  SparseRowsBuilder,
  selectColumns,
  selectRows,
  transpose,
} from '../../features/sparse-rows.ts'
import type { ArtistKey } from '../../taste/artist.ts'
import { random, shuffle } from '../../towers/random.ts'

/** Frozen vectors of artists that stand together in listeners' lists. */
export interface Cooccurrence {
  readonly artists: readonly ArtistKey[]
  /** [artists x dimensions]. */
  readonly vectors: Float32Array
}

export const noCooccurrence: Cooccurrence = { artists: [], vectors: new Float32Array() }

/** Most artists of one list that count, so that a list of thousands doesn't cost millions of pairs. */
const mostArtists = 300
/** A pair must stand together e^shift times as often as by chance (as in word2vec with k negative samples). */
const shift = 0

/**
 * Truncated SVD of the shifted positive PMI of artists in the lists of `listeners` (Levy & Goldberg 2014):
 *   max(0, ln(n_ab N / (n_a n_b)) - shift),  n_ab = lists that hold both; a row is U sqrt(S).
 */
export function fitCooccurrence(
  training: Corpus,
  listeners: readonly number[],
  options: { readonly dimensions: number; readonly leastListeners: number; readonly seed: number },
): Cooccurrence {
  const lists = selectRows(artistCounts(training), listeners)
  const frequencies = columnCounts(lists)
  const kept = [...frequencies.keys()].filter((artist) => frequencies[artist]! >= options.leastListeners)
  if (kept.length < 2) return noCooccurrence
  const target = new Int32Array(frequencies.length).fill(-1)
  for (const [row, artist] of kept.entries()) target[artist] = row
  const held = shortened(selectColumns(lists, target, kept.length), options.seed) // [lists x kept], 0 or 1
  const together = multiply(transpose(held), held) // [kept x kept]
  const n = columnCounts(held)

  const pmi = new SparseRowsBuilder(kept.length)
  for (let a = 0; a < kept.length; a++) {
    for (let p = together.offsets[a]!; p < together.offsets[a + 1]!; p++) {
      const b = together.indices[p]!
      const value = Math.log((together.values[p]! * lists.rows) / (n[a]! * n[b]!)) - shift
      if (a !== b && value > 0) pmi.add(b, value)
    }
    pmi.endRow()
  }
  const { right, singularValues, dimensions } = randomisedSvd(pmi.build(), options.dimensions, options)
  const vectors = Float32Array.from(right, (value, i) => value * Math.sqrt(singularValues[i % dimensions]!))
  return { artists: kept.map((artist) => training.catalogue.artists.keys[artist]!), vectors }
}

/** Ones in place of counts, at most `mostArtists` of a row, drawn at random. */
function shortened(rows: ReturnType<typeof selectColumns>, seed: number): typeof rows {
  const out = new SparseRowsBuilder(rows.columns)
  for (let r = 0; r < rows.rows; r++) {
    const row = rows.indices.slice(rows.offsets[r]!, rows.offsets[r + 1]!)
    const some =
      row.length > mostArtists
        ? shuffle(row, random(seed, 0xc0, r))
            .slice(0, mostArtists)
            .sort()
        : row
    for (const column of some) out.add(column, 1)
    out.endRow()
  }
  return out.build()
}
