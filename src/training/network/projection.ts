import type { NetworkConfiguration } from './configuration.ts'
import { principalAxes } from './principal-axes.ts'

/**
 * P [members · output x stored], which turns the outputs of an ensemble into its embedding, L2norm(Σ_m y_m P_m). Each member
 * counts alike: its outputs are scaled to a mean square length of 1. What is kept are the principal axes of the training
 * listeners, so that as little as possible of their cosines in the whole ensemble is lost.
 * @param outputs [listeners x members · output]
 */
export function fitProjection(
  outputs: Float64Array,
  members: number,
  { output, stored }: Pick<NetworkConfiguration['columns'], 'output' | 'stored'>,
): Float32Array {
  const d = members * output
  const squares = new Float64Array(members)
  for (const [i, value] of outputs.entries()) squares[Math.floor((i % d) / output)]! += value * value
  const scales = squares.map((sum) => (sum > 0 ? Math.sqrt(outputs.length / d / sum) : 1))
  const scaleOf = (column: number) => scales[Math.floor((column % d) / output)]!
  const unit = new Float32Array(outputs.length)
  for (let row = 0; row < outputs.length; row += d) {
    let length = 0
    for (let c = 0; c < d; c++) length += (outputs[row + c]! * scaleOf(c)) ** 2
    if (length > 0) for (let c = 0; c < d; c++) unit[row + c] = (outputs[row + c]! * scaleOf(c)) / Math.sqrt(length)
  }
  return principalAxes(unit, d, stored).map((value, i) => value * scaleOf(Math.floor(i / stored)))
}
