import type { Bags, Matrix } from '../engine.ts'
import { parameter } from '../parameters.ts'
import type { Pass } from '../pass.ts'

/**
 * A view that is a weighted bag over a learned table (id, genre, tag, track):
 *   out = gate · mask ∘ L2norm(x),  x[r] = Σ_e weights[e] T[indices[e]]          T [rows, d], out [R, d]
 * Returns the backward pass, which adds the gradients of table and gate.
 */
export function bagView(pass: Pass, view: string, bags: Bags, mask: Matrix, out: Matrix): (dOut: Matrix) => void {
  const { engine, parameters, gradients } = pass
  const table = parameter(parameters, `${view}.table`)
  const gate = parameter(parameters, `${view}.gate`)
  const x = engine.scratch(bags.rows, table.columns) // [R, d]
  const inverseNorms = engine.scratch(bags.rows, 1) // [R, 1]
  engine.gather(table, bags, x)
  engine.normalise(x, inverseNorms, out, { gate, mask })

  return (dOut) => {
    const gateGradient = parameter(gradients.dense, `${view}.gate`)
    const dX = engine.scratch(bags.rows, table.columns) // [R, d]
    engine.normaliseGradient(x, inverseNorms, dOut, dX, { gate, mask, gateGradient })
    const touched = engine.transpose(bags, table.rows)
    const dTable = engine.scratch(touched.rows.length, table.columns) // [touched, d]
    engine.gather(dX, touched.bags, dTable)
    gradients.tables.set(`${view}.table`, { rows: touched.rows, values: dTable })
  }
}
