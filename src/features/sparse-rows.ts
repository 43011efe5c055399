/** Sparse rows (compressed sparse row): row r holds `indices` and `values` from `offsets[r]` to `offsets[r + 1]`. */
export interface SparseRows {
  readonly rows: number
  readonly columns: number
  /** [rows + 1]. */
  readonly offsets: Uint32Array
  /** Ascending within a row. */
  readonly indices: Uint32Array
  readonly values: Float32Array
}
