import type { Matrix } from '../engine.ts'

/** The sum of per-row losses [rows, 1], in float64 and in the order of the rows. */
export function total(losses: Matrix): number {
  let sum = 0
  for (let r = 0; r < losses.rows; r++) sum += losses.data[r * losses.stride] as number
  return sum
}
