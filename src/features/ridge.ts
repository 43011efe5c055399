import { type SparseRows, timesDense, transpose } from './sparse-rows.ts'

/**
 * B = argmin |X B - Y|² + lambda |B|², for sparse X [rows x columns] and dense Y [rows x width]: [columns x width].
 * Conjugate gradients on the normal equations (Hestenes & Stiefel 1952), one system per column of Y, all advanced
 * together. Stopped after `iterations`, which regularises a little more.
 */
export function ridge(
  x: SparseRows,
  y: Float64Array,
  width: number,
  { lambda = 1, iterations = 20 }: { readonly lambda?: number; readonly iterations?: number } = {},
): Float64Array {
  const xt = transpose(x)
  const b = new Float64Array(x.columns * width)
  const residual = timesDense(xt, y, width)
  const direction = residual.slice()
  let before = columnDots(residual, residual, width)
  for (let i = 0; i < iterations; i++) {
    const image = timesDense(xt, timesDense(x, direction, width), width) // (XᵀX + lambda) direction
    for (let k = 0; k < image.length; k++) image[k]! += lambda * direction[k]!
    const curvature = columnDots(direction, image, width)
    const step = before.map((squares, c) => (curvature[c]! > 0 ? squares / curvature[c]! : 0))
    for (let k = 0; k < b.length; k++) {
      b[k]! += step[k % width]! * direction[k]!
      residual[k]! -= step[k % width]! * image[k]!
    }
    const after = columnDots(residual, residual, width)
    for (let k = 0; k < b.length; k++) {
      const c = k % width
      direction[k] = residual[k]! + (before[c]! > 0 ? after[c]! / before[c]! : 0) * direction[k]!
    }
    before = after
  }
  return b
}

/** [width]: the dot product of each column of A with the same column of B. */
function columnDots(a: Float64Array, b: Float64Array, width: number): Float64Array {
  const dots = new Float64Array(width)
  for (let k = 0; k < a.length; k++) dots[k % width]! += a[k]! * b[k]!
  return dots
}
