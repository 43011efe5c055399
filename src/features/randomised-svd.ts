import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { random } from '../towers/random.ts'
import { type SparseRows, timesDense, transpose } from './sparse-rows.ts'

export interface Svd {
  readonly dimensions: number
  /** [dimensions], descending; zero past the rank of the matrix. */
  readonly singularValues: Float64Array
  /** [columns x dimensions], row-major: the right singular vectors, zero where the singular value is. */
  readonly right: Float64Array
}

/**
 * The leading singular values and right singular vectors of a sparse matrix A, by subspace iteration from a random
 * start (Halko, Martinsson & Tropp 2011, algorithm 4.4). The vectors' signs are fixed: the entry of largest magnitude
 * is positive. The same matrix and seed give the same bits. Takes iterations * 2 * entries * (dimensions + 16)
 * multiplications.
 *
 * Of the libraries on npm none decomposes a sparse matrix: ml-matrix and svd-js are dense, and a dense playlist matrix
 * would take a gigabyte. The small symmetric eigenproblem is ml-matrix's.
 */
export function randomisedSvd(
  a: SparseRows,
  dimensions: number,
  { seed, iterations = 8 }: { readonly seed: number; readonly iterations?: number },
): Svd {
  const at = transpose(a)
  const width = Math.min(dimensions + 16, a.rows, a.columns)
  const { uniform } = random(seed, 0x5fd)
  let z: Float64Array = Float64Array.from({ length: a.columns * width }, () => uniform() - 0.5) // [columns, width]
  for (let i = 0; i < iterations; i++) {
    const passes = i === iterations - 1 ? 2 : 1 // on the way there, a rough basis will do
    const q = orthonormalise(timesDense(a, z, width), width, passes) // [rows, width]
    z = timesDense(at, q, width) // AᵀQ: [columns, width]
  }
  return fromProjection(z, a.columns, width, dimensions)
}

/** A ≈ Q Zᵀ with Z = AᵀQ: the eigenvectors E of ZᵀZ give A's right singular vectors Z E / σ. */
function fromProjection(z: Float64Array, columns: number, width: number, dimensions: number): Svd {
  const singularValues = new Float64Array(dimensions)
  const right = new Float64Array(columns * dimensions)
  if (width === 0) return { dimensions, singularValues, right }
  const eigen = new EigenvalueDecomposition(gram(z, width), { assumeSymmetric: true })
  const order = [...eigen.realEigenvalues.keys()].sort((i, j) => eigen.realEigenvalues[j]! - eigen.realEigenvalues[i]!)
  const largest = Math.sqrt(Math.max(0, eigen.realEigenvalues[order[0]!]!))
  for (const [d, from] of order.slice(0, dimensions).entries()) {
    const sigma = Math.sqrt(Math.max(0, eigen.realEigenvalues[from]!))
    if (!(sigma > 1e-6 * largest)) break // beyond the rank: what is left is rounding
    singularValues[d] = sigma
    const e = Float64Array.from({ length: width }, (_, k) => eigen.eigenvectorMatrix.get(k, from) / sigma)
    let peak = 0
    for (let c = 0; c < columns; c++) {
      let sum = 0
      for (let k = 0; k < width; k++) sum += z[c * width + k]! * e[k]!
      right[c * dimensions + d] = sum
      if (Math.abs(sum) > Math.abs(peak)) peak = sum
    }
    if (peak < 0) for (let c = 0; c < columns; c++) right[c * dimensions + d]! *= -1
  }
  return { dimensions, singularValues, right }
}

/** ZᵀZ: [width, width]. */
function gram(z: Float64Array, width: number): Matrix {
  const sums = new Float64Array(width * width)
  for (let row = 0; row < z.length; row += width) {
    for (let i = 0; i < width; i++) {
      const value = z[row + i]!
      for (let j = i; j < width; j++) sums[i * width + j]! += value * z[row + j]!
    }
  }
  const g = new Matrix(width, width)
  for (let i = 0; i < width; i++)
    for (let j = i; j < width; j++) g.set(i, j, sums[i * width + j]!).set(j, i, sums[i * width + j]!)
  return g
}

/**
 * An orthonormal basis of the columns of Y [rows x width], by Gram and Schmidt; every projection done twice is enough
 * to make it exact (Giraud, Langou & Rozložník 2005). Columns that depend on former ones become zero.
 */
function orthonormalise(y: Float64Array, width: number, passes: number): Float64Array {
  const rows = y.length / width
  const columns = Array.from({ length: width }, (_, c) =>
    Float64Array.from({ length: rows }, (_, r) => y[r * width + c]!),
  )
  for (const [c, column] of columns.entries()) {
    const before = Math.sqrt(dot(column, column))
    for (let pass = 0; pass < passes; pass++) {
      for (let k = 0; k < c; k++) {
        const basis = columns[k]!
        const along = dot(basis, column)
        for (let r = 0; r < rows; r++) column[r]! -= along * basis[r]!
      }
    }
    const after = Math.sqrt(dot(column, column))
    const scale = after > 1e-10 * before ? 1 / after : 0
    for (let r = 0; r < rows; r++) column[r]! *= scale
  }
  const q = new Float64Array(y.length)
  for (const [c, column] of columns.entries()) for (let r = 0; r < rows; r++) q[r * width + c] = column[r]!
  return q
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
