import type { Engine, Matrix } from './engine.ts'
import { parameterShapes, type TowerShape } from './shape.ts'

/** Parameters by name, see `parameterShapes`. */
export type Parameters = ReadonlyMap<string, Matrix>

/** The gradient of a table: only of the rows that the batch touched. */
export interface TouchedGradient {
  /** Ascending. */
  readonly rows: Uint32Array
  /** [rows.length, columns of the table]. */
  readonly values: Matrix
}

/** What one step has to say about each parameter. */
export class Gradients {
  readonly dense: ReadonlyMap<string, Matrix>
  readonly tables = new Map<string, TouchedGradient>()

  /** Zeros for everything that is not a table. */
  constructor(engine: Engine, parameters: Parameters) {
    const dense = [...parameters].filter(([name]) => !name.endsWith('.table'))
    this.dense = new Map(dense.map(([name, { rows, columns }]) => [name, engine.matrix(rows, columns)]))
  }
}

/** A parameter that the network is known to have. */
export function parameter(parameters: Parameters, name: string): Matrix {
  const matrix = parameters.get(name)
  if (!matrix) throw new Error(`the network has no parameter ${name}`)
  return matrix
}

/** All parameters in the engine's memory, filled from `values` by name; what is not named there stays zero. */
export function createParameters(
  engine: Engine,
  shape: TowerShape,
  values: ReadonlyMap<string, ArrayLike<number>>,
): Parameters {
  return new Map(
    [...parameterShapes(shape)].map(([name, [rows, columns]]) => {
      const matrix = engine.matrix(rows, columns)
      const value = values.get(name)
      if (value) matrix.data.set(value)
      return [name, matrix]
    }),
  )
}
