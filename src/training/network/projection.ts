import type { Corpus } from '../../features/corpus.ts'
import { selectListeners } from '../cut-corpus.ts'
import type { NetworkConfiguration } from './configuration.ts'
import { principalAxes } from './principal-axes.ts'
import { Towers, type TrainedTowers } from './towers.ts'

type Columns = Pick<NetworkConfiguration['columns'], 'output' | 'stored'>

/** More listeners tell no more of where embeddings lie, and take memory. */
const mostListeners = 20_000

/** The projection of a trained ensemble, from its training listeners or, of very many, from some at even distances. */
export function projectionOf(
  training: Corpus,
  ensemble: Omit<TrainedTowers, 'projection'>,
  columns: Columns,
): Float32Array {
  const stride = Math.ceil(training.listeners.length / mostListeners)
  const rows = [...training.listeners.keys()].filter((row) => row % stride === 0)
  const outputs = new Towers(ensemble).outputs(stride > 1 ? selectListeners(training, rows) : training)
  return fitProjection(outputs, ensemble.members.length, columns)
}

/**
 * P [members · output x stored], which turns the outputs of an ensemble into its embedding, L2norm(Σ_m y_m P_m). Each member
 * counts alike: its outputs are scaled to a mean square length of 1. What is kept are the principal axes of the training
 * listeners, so that as little as possible of their cosines in the whole ensemble is lost.
 * @param outputs [listeners x members · output]
 */
export function fitProjection(outputs: Float32Array, members: number, { output, stored }: Columns): Float32Array {
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
