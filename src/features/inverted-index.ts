import { type SparseRows, transpose } from './sparse-rows.ts'

/** Dot products of a sparse row with many, reading only the columns that the row has. */
export class InvertedIndex {
  readonly #columns: SparseRows

  constructor(rows: SparseRows) {
    this.#columns = transpose(rows)
  }

  /** out[r] = the dot product of row q of `queries` with row r of the index. */
  dots(queries: SparseRows, q: number, out: Float64Array): void {
    const { offsets, indices, values } = this.#columns
    out.fill(0)
    for (let i = queries.offsets[q]!; i < queries.offsets[q + 1]!; i++) {
      const column = queries.indices[i]!
      const value = queries.values[i]!
      for (let p = offsets[column]!; p < offsets[column + 1]!; p++) out[indices[p]!]! += value * values[p]!
    }
  }
}
