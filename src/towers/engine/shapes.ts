import type { Bags, Matrix, ProductForm, RowScale } from '../engine.ts'

/** Throws a RangeError unless every matrix is [rows, columns]. */
export function requireShape(
  operation: string,
  rows: number,
  columns: number,
  ...matrices: (Matrix | undefined)[]
): void {
  for (const matrix of matrices) {
    if (matrix && (matrix.rows !== rows || matrix.columns !== columns)) {
      throw new RangeError(`${operation}: [${matrix.rows}, ${matrix.columns}] where [${rows}, ${columns}] is needed`)
    }
  }
}

/** The m, n and k of a product, checked. */
export function productShape(
  form: ProductForm,
  a: Matrix,
  b: Matrix,
  out: Matrix,
): { m: number; n: number; k: number } {
  const [m, k] = form === 'tn' ? [a.columns, a.rows] : [a.rows, a.columns]
  const [bk, n] = form === 'nt' ? [b.columns, b.rows] : [b.rows, b.columns]
  if (bk !== k || out.rows !== m || out.columns !== n) {
    const shapes = [a, b, out].map((x) => `[${x.rows}, ${x.columns}]`)
    throw new RangeError(`product ${form}: ${shapes[0]} · ${shapes[1]} into ${shapes[2]}`)
  }
  return { m, n, k }
}

/** Throws a RangeError unless the bags fit: offsets ascend from 0 within the entries, and indices are below `columns`. */
export function requireBags(operation: string, bags: Bags, rows: number, columns: number): void {
  const { offsets, indices } = bags
  if (bags.rows !== rows) throw new RangeError(`${operation}: ${bags.rows} bags for ${rows} rows`)
  if (offsets[0] !== 0) throw new RangeError(`${operation}: the first bag begins at ${offsets[0]}`)
  for (let r = 0; r < rows; r++) {
    if (offsets[r + 1]! < offsets[r]!) throw new RangeError(`${operation}: bag ${r} ends before it begins`)
  }
  const entries = offsets[rows]!
  if (entries > indices.length) throw new RangeError(`${operation}: ${entries} entries in room for ${indices.length}`)
  for (let e = 0; e < entries; e++) {
    if (indices[e]! >= columns) throw new RangeError(`${operation}: index ${indices[e]} of ${columns}`)
  }
}

/** Throws a RangeError unless `rows` are ascending, distinct and below `limit`. */
export function requireRows(operation: string, rows: Uint32Array, limit: number): void {
  for (let i = 0; i < rows.length; i++) {
    if (rows[i]! >= limit || (i > 0 && rows[i]! <= rows[i - 1]!)) {
      throw new RangeError(`${operation}: row ${rows[i]} at place ${i} of ascending rows below ${limit}`)
    }
  }
}

/** Throws a RangeError unless the vectors that go with the rows of x, and the gate, fit. */
export function requireRowScale(operation: string, x: Matrix, inverseNorms: Matrix, { gate, mask }: RowScale): void {
  requireShape(operation, x.rows, 1, inverseNorms, mask)
  requireShape(operation, 1, 1, gate)
}

/** Throws a RangeError unless the mask, if there is one, has `length` bytes. */
export function requireMask(operation: string, mask: Uint8Array | undefined, length: number): void {
  if (mask && mask.length !== length)
    throw new RangeError(`${operation}: a mask of ${mask.length} bytes, not ${length}`)
}
