import { EigenvalueDecomposition, Matrix } from 'ml-matrix'

/**
 * The directions in which embeddings lie, strongest first: eigenvectors of ZᵀZ, without centring, because a cosine is
 * taken from the origin. Z [rows x d]; the result P [d x dimensions] turns z into zP. Signs are fixed: the entry of
 * largest magnitude is positive.
 */
export function principalAxes(z: Float32Array, d: number, dimensions: number): Float32Array {
  const gram = new Float64Array(d * d)
  for (let row = 0; row < z.length; row += d)
    for (let i = 0; i < d; i++) {
      const value = z[row + i]!
      for (let j = i; j < d; j++) gram[i * d + j]! += value * z[row + j]!
    }
  const symmetric = new Matrix(d, d)
  for (let i = 0; i < d; i++)
    for (let j = i; j < d; j++) symmetric.set(i, j, gram[i * d + j]!).set(j, i, gram[i * d + j]!)
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(symmetric, { assumeSymmetric: true })
  const order = [...realEigenvalues.keys()].sort((i, j) => realEigenvalues[j]! - realEigenvalues[i]!)

  const axes = new Float32Array(d * dimensions)
  for (const [column, from] of order.slice(0, dimensions).entries()) {
    const axis = Float64Array.from({ length: d }, (_, i) => eigenvectorMatrix.get(i, from))
    const peak = axis.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0)
    for (let i = 0; i < d; i++) axes[i * dimensions + column] = peak < 0 ? -axis[i]! : axis[i]!
  }
  return axes
}
