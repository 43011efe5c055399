import type { Matrix } from '../engine.ts'
import { parameter } from '../parameters.ts'
import type { Pass } from '../pass.ts'

/**
 * How the music sounds, for rows whose mask says that it is known:
 *   out = gate · mask ∘ L2norm(audio W + b)                    audio [R, 20], W [20, d], b [1, d], out [R, d]
 */
export function audioView(pass: Pass, audio: Matrix, mask: Matrix, out: Matrix): (dOut: Matrix) => void {
  const { engine, parameters, gradients } = pass
  const weight = parameter(parameters, 'audio.weight')
  const bias = parameter(parameters, 'audio.bias')
  const gate = parameter(parameters, 'audio.gate')
  const x = engine.scratch(audio.rows, weight.columns) // [R, d]
  const inverseNorms = engine.scratch(audio.rows, 1) // [R, 1]
  engine.product('nn', audio, weight, x)
  engine.addBias(x, bias, x)
  engine.normalise(x, inverseNorms, out, { gate, mask })

  return (dOut) => {
    const gateGradient = parameter(gradients.dense, 'audio.gate')
    const dX = engine.scratch(audio.rows, weight.columns) // [R, d]
    engine.normaliseGradient(x, inverseNorms, dOut, dX, { gate, mask, gateGradient })
    engine.product('tn', audio, dX, parameter(gradients.dense, 'audio.weight'), { add: true })
    engine.columnSums(dX, parameter(gradients.dense, 'audio.bias'), { add: true })
  }
}
