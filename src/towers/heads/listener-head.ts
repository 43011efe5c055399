import type { Matrix } from '../engine.ts'
import { parameter } from '../parameters.ts'
import type { Pass } from '../pass.ts'

/**
 * The listener tower's own layers, a linear map with a residual block that starts at zero:
 *   z = L2norm(y),  y = h W + Dropout(GELU(h W1 + b1)) W2 + b2
 * h [R, D], W [D, d], W1 [D, k], b1 [1, k], W2 [k, d], b2 [1, d], z [R, d].
 * The backward pass adds the gradients of the layers and writes the gradient of h into dH.
 */
export function listenerHead(pass: Pass, h: Matrix): { z: Matrix; backward(dZ: Matrix, dH: Matrix): void } {
  const { engine, parameters, gradients } = pass
  const W = parameter(parameters, 'listener.W')
  const W1 = parameter(parameters, 'listener.W1')
  const b1 = parameter(parameters, 'listener.b1')
  const W2 = parameter(parameters, 'listener.W2')
  const b2 = parameter(parameters, 'listener.b2')
  const dropout = pass.dropout(1)

  const u = engine.scratch(h.rows, W1.columns) // [R, k]
  const a = engine.scratch(h.rows, W1.columns) // [R, k]
  const y = engine.scratch(h.rows, W.columns) // [R, d]
  const inverseNorms = engine.scratch(h.rows, 1) // [R, 1]
  const z = engine.scratch(h.rows, W.columns) // [R, d]
  engine.product('nn', h, W1, u)
  engine.gelu(u, b1, a, dropout)
  engine.product('nn', h, W, y)
  engine.product('nn', a, W2, y, { add: true })
  engine.addBias(y, b2, y)
  engine.normalise(y, inverseNorms, z)

  return {
    z,
    backward(dZ, dH) {
      const dY = dZ // [R, d]
      const dA = engine.scratch(h.rows, W1.columns) // [R, k]
      engine.normaliseGradient(y, inverseNorms, dZ, dY)
      engine.columnSums(dY, parameter(gradients.dense, 'listener.b2'), { add: true })
      engine.product('tn', a, dY, parameter(gradients.dense, 'listener.W2'), { add: true })
      engine.product('nt', dY, W2, dA)
      engine.geluGradient(u, b1, dA, dA, dropout)
      engine.columnSums(dA, parameter(gradients.dense, 'listener.b1'), { add: true })
      engine.product('tn', h, dA, parameter(gradients.dense, 'listener.W1'), { add: true })
      engine.product('tn', h, dY, parameter(gradients.dense, 'listener.W'), { add: true })
      engine.product('nt', dY, W, dH)
      engine.product('nt', dA, W1, dH, { add: true })
    },
  }
}
