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

/** B[c, r] = A[r, c]: from listeners to artists, say, an inverted index. */
export function transpose(a: SparseRows): SparseRows {
  const offsets = new Uint32Array(a.columns + 1)
  for (const column of a.indices) offsets[column + 1]!++
  for (let c = 0; c < a.columns; c++) offsets[c + 1]! += offsets[c]!
  const next = offsets.slice(0, a.columns)
  const indices = new Uint32Array(a.indices.length)
  const values = new Float32Array(a.values.length)
  for (let r = 0; r < a.rows; r++) {
    for (let i = a.offsets[r]!; i < a.offsets[r + 1]!; i++) {
      const at = next[a.indices[i]!]!++
      indices[at] = r
      values[at] = a.values[i]!
    }
  }
  return { rows: a.columns, columns: a.rows, offsets, indices, values }
}

/** C = A B, row by row over the rows of B (Gustavson 1978). Zero results are left out. */
export function multiply(a: SparseRows, b: SparseRows): SparseRows {
  const out = new SparseRowsBuilder(b.columns)
  const sums = new Float64Array(b.columns)
  const seen = new Uint8Array(b.columns)
  for (let r = 0; r < a.rows; r++) {
    const touched: number[] = []
    for (let i = a.offsets[r]!; i < a.offsets[r + 1]!; i++) {
      const k = a.indices[i]!
      const value = a.values[i]!
      for (let j = b.offsets[k]!; j < b.offsets[k + 1]!; j++) {
        const column = b.indices[j]!
        if (!seen[column]) {
          seen[column] = 1
          touched.push(column)
        }
        sums[column]! += value * b.values[j]!
      }
    }
    for (const column of Uint32Array.from(touched).sort()) {
      if (sums[column] !== 0) out.add(column, sums[column]!)
      sums[column] = 0
      seen[column] = 0
    }
    out.endRow()
  }
  return out.build()
}

/** The same pattern with values f(value, column); a value that is zero stays as an entry. */
export function mapValues(a: SparseRows, f: (value: number, column: number) => number): SparseRows {
  const values = new Float32Array(a.values.length)
  for (let i = 0; i < values.length; i++) values[i] = f(a.values[i]!, a.indices[i]!)
  return { ...a, values }
}

/** [rows]: the Euclidean length of each row. */
export function rowNorms(a: SparseRows): Float64Array {
  const norms = new Float64Array(a.rows)
  for (let r = 0; r < a.rows; r++) {
    let sum = 0
    for (let i = a.offsets[r]!; i < a.offsets[r + 1]!; i++) sum += a.values[i]! * a.values[i]!
    norms[r] = Math.sqrt(sum)
  }
  return norms
}

/** [rows]: the sum of each row. */
export function rowSums(a: SparseRows): Float64Array {
  const sums = new Float64Array(a.rows)
  for (let r = 0; r < a.rows; r++) for (let i = a.offsets[r]!; i < a.offsets[r + 1]!; i++) sums[r]! += a.values[i]!
  return sums
}

/** Rows of unit length; a row of zeros stays one. */
export function normaliseRows(a: SparseRows): SparseRows {
  return scaleRows(
    a,
    rowNorms(a).map((norm) => (norm > 0 ? 1 / norm : 0)),
  )
}

/** diag(factors) A. */
export function scaleRows(a: SparseRows, factors: Float64Array): SparseRows {
  const values = new Float32Array(a.values.length)
  for (let r = 0; r < a.rows; r++)
    for (let i = a.offsets[r]!; i < a.offsets[r + 1]!; i++) values[i] = a.values[i]! * factors[r]!
  return { ...a, values }
}

/** The rows named by `rows`, in that order. */
export function selectRows(a: SparseRows, rows: ArrayLike<number>): SparseRows {
  const offsets = new Uint32Array(rows.length + 1)
  for (let r = 0; r < rows.length; r++) offsets[r + 1] = offsets[r]! + a.offsets[rows[r]! + 1]! - a.offsets[rows[r]!]!
  const indices = new Uint32Array(offsets[rows.length]!)
  const values = new Float32Array(offsets[rows.length]!)
  for (let r = 0; r < rows.length; r++) {
    indices.set(a.indices.subarray(a.offsets[rows[r]!]!, a.offsets[rows[r]! + 1]!), offsets[r]!)
    values.set(a.values.subarray(a.offsets[rows[r]!]!, a.offsets[rows[r]! + 1]!), offsets[r]!)
  }
  return { rows: rows.length, columns: a.columns, offsets, indices, values }
}

/**
 * Moves column c to column `target[c]` of `columns`; columns with a negative target are left out.
 * `target` must ascend where it isn't negative, so that rows stay in order.
 */
export function selectColumns(a: SparseRows, target: Int32Array, columns: number): SparseRows {
  const out = new SparseRowsBuilder(columns)
  for (let r = 0; r < a.rows; r++) {
    for (let i = a.offsets[r]!; i < a.offsets[r + 1]!; i++) {
      const column = target[a.indices[i]!]!
      if (column >= 0) out.add(column, a.values[i]!)
    }
    out.endRow()
  }
  return out.build()
}

/** [columns]: in how many rows a column has an entry. */
export function columnCounts(a: SparseRows): Uint32Array {
  const counts = new Uint32Array(a.columns)
  for (const column of a.indices) counts[column]!++
  return counts
}

/** [rows x width], row-major: A X, with X dense [columns x width]. Four entries at a time, which halves the time. */
export function timesDense(a: SparseRows, x: Float64Array, width: number): Float64Array {
  const { offsets, indices, values } = a
  const out = new Float64Array(a.rows * width)
  for (let r = 0; r < a.rows; r++) {
    const to = r * width
    const end = offsets[r + 1]!
    let i = offsets[r]!
    for (; i + 3 < end; i += 4) {
      const x0 = indices[i]! * width
      const x1 = indices[i + 1]! * width
      const x2 = indices[i + 2]! * width
      const x3 = indices[i + 3]! * width
      const v0 = values[i]!
      const v1 = values[i + 1]!
      const v2 = values[i + 2]!
      const v3 = values[i + 3]!
      for (let d = 0; d < width; d++)
        out[to + d]! += v0 * x[x0 + d]! + v1 * x[x1 + d]! + v2 * x[x2 + d]! + v3 * x[x3 + d]!
    }
    for (; i < end; i++) {
      const from = indices[i]! * width
      const value = values[i]!
      for (let d = 0; d < width; d++) out[to + d]! += value * x[from + d]!
    }
  }
  return out
}

/** Calls `use` for every column that row r of A and row s of B both have, in ascending order, with both values. */
export function forEachShared(
  a: SparseRows,
  r: number,
  b: SparseRows,
  s: number,
  use: (column: number, ofA: number, ofB: number) => void,
): void {
  let i = a.offsets[r]!
  let j = b.offsets[s]!
  const endI = a.offsets[r + 1]!
  const endJ = b.offsets[s + 1]!
  while (i < endI && j < endJ) {
    const order = a.indices[i]! - b.indices[j]!
    if (order === 0) use(a.indices[i]!, a.values[i]!, b.values[j]!)
    if (order <= 0) i++
    if (order >= 0) j++
  }
}

/** The dot product of row r of A with row s of B. */
export function rowDot(a: SparseRows, r: number, b: SparseRows, s: number): number {
  let sum = 0
  forEachShared(a, r, b, s, (_, ofA, ofB) => {
    sum += ofA * ofB
  })
  return sum
}

/** Collects rows entry by entry in memory that grows by doubling. */
export class SparseRowsBuilder {
  readonly #columns: number
  #rows = 0
  #size = 0
  // Small: most corpora are of one listener who asks.
  #offsets = new Uint32Array(16)
  #indices = new Uint32Array(64)
  #values = new Float32Array(64)

  constructor(columns: number) {
    this.#columns = columns
  }

  /** Columns must come in ascending order within a row. */
  add(column: number, value: number): void {
    if (this.#size === this.#indices.length) {
      this.#indices = grown(this.#indices, new Uint32Array(this.#size * 2))
      this.#values = grown(this.#values, new Float32Array(this.#size * 2))
    }
    this.#indices[this.#size] = column
    this.#values[this.#size++] = value
  }

  endRow(): void {
    if (++this.#rows === this.#offsets.length)
      this.#offsets = grown(this.#offsets, new Uint32Array(this.#offsets.length * 2))
    this.#offsets[this.#rows] = this.#size
  }

  build(): SparseRows {
    return {
      rows: this.#rows,
      columns: this.#columns,
      offsets: this.#offsets.slice(0, this.#rows + 1),
      indices: this.#indices.slice(0, this.#size),
      values: this.#values.slice(0, this.#size),
    }
  }
}

function grown<T extends Uint32Array | Float32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
