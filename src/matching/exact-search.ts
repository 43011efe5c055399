import { InvertedIndex } from '../features/inverted-index.ts'
import { denseDots } from '../features/scorers.ts'
import type { SparseRows } from '../features/sparse-rows.ts'
import { highest } from '../training/metrics.ts'

/**
 * Rows of B [listeners x dimensions] with the highest dot product with row q of A, best first, by comparing with all.
 * Ties are in the order of the rows, which in a corpus is that of the listeners' ids.
 */
export function nearest(a: Float32Array, q: number, b: Float32Array, dimensions: number, k: number): Uint32Array {
  const scores = new Float32Array(b.length / dimensions)
  denseDots(a, q, b, dimensions, scores)
  return highest(scores, k)
}

/** The same for sparse rows; rows that share no column with row q of A are left out. */
export function mostOverlapping(a: SparseRows, q: number, b: SparseRows, k: number): Uint32Array {
  const scores = new Float64Array(b.rows)
  new InvertedIndex(b).dots(a, q, scores)
  return highest(Float32Array.from(scores), k).filter((row) => scores[row]! > 0)
}
