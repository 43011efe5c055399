import type { Bags, Matrix } from '../engine.ts'
import { parameter } from '../parameters.ts'
import type { Pass } from '../pass.ts'

/**
 * Which artists stand together in other people's playlists: a bag over frozen vectors C, turned by a learned P.
 *   out = gate · mask ∘ L2norm(x P),  x[r] = Σ_e weights[e] C[indices[e]]        C [rows, d], P [d, d], out [R, d]
 */
export function cooccurrenceView(pass: Pass, bags: Bags, mask: Matrix, out: Matrix): (dOut: Matrix) => void {
  const { engine, parameters, gradients } = pass
  const table = parameter(parameters, 'cooccurrence.table')
  const projection = parameter(parameters, 'cooccurrence.projection')
  const gate = parameter(parameters, 'cooccurrence.gate')
  const x = engine.scratch(bags.rows, table.columns) // [R, d]
  const turned = engine.scratch(bags.rows, table.columns) // [R, d]
  const inverseNorms = engine.scratch(bags.rows, 1) // [R, 1]
  engine.gather(table, bags, x)
  engine.product('nn', x, projection, turned)
  engine.normalise(turned, inverseNorms, out, { gate, mask })

  return (dOut) => {
    const gateGradient = parameter(gradients.dense, 'cooccurrence.gate')
    const dTurned = engine.scratch(bags.rows, table.columns) // [R, d]
    engine.normaliseGradient(turned, inverseNorms, dOut, dTurned, { gate, mask, gateGradient })
    engine.product('tn', x, dTurned, parameter(gradients.dense, 'cooccurrence.projection'), { add: true })
  }
}
