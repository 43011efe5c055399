import type { Matrix } from '../engine.ts'
import { parameter } from '../parameters.ts'
import type { Pass } from '../pass.ts'

/**
 * The item tower's own layer: v = L2norm(h Wi)                                 h [M, D], Wi [D, d], v [M, d].
 * The backward pass adds the gradient of Wi and writes the gradient of h into dH.
 */
export function itemHead(pass: Pass, h: Matrix): { v: Matrix; backward(dV: Matrix, dH: Matrix): void } {
  const { engine, parameters, gradients } = pass
  const Wi = parameter(parameters, 'item.W')
  const y = engine.scratch(h.rows, Wi.columns) // [M, d]
  const inverseNorms = engine.scratch(h.rows, 1) // [M, 1]
  const v = engine.scratch(h.rows, Wi.columns) // [M, d]
  engine.product('nn', h, Wi, y)
  engine.normalise(y, inverseNorms, v)

  return {
    v,
    backward(dV, dH) {
      engine.normaliseGradient(y, inverseNorms, dV, dV)
      engine.product('tn', h, dV, parameter(gradients.dense, 'item.W'), { add: true })
      engine.product('nt', dV, Wi, dH)
    },
  }
}
