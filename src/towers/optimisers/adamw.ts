import { parameter } from '../parameters.ts'
import { isFrozen } from '../shape.ts'
import type { Optimiser } from './optimiser.ts'

export interface AdamwOptions {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly decay: number
  /** Tables learn this many times as fast as the layers. */
  readonly tableRate: number
  /** Whether table rows outside the batch keep still, or go on by their momentum. */
  readonly otherRows: 'keep' | 'decay'
}

/** AdamW (Loshchilov & Hutter 2019) for everything. */
export function adamw({ tableRate, otherRows, ...settings }: AdamwOptions): Optimiser {
  return {
    init: (engine, parameters) =>
      new Map(
        [...parameters]
          .filter(([name]) => !isFrozen(name))
          .flatMap(([name, { rows, columns }]) => [
            [`${name}.first`, engine.matrix(rows, columns)],
            [`${name}.second`, engine.matrix(rows, columns)],
          ]),
      ),
    update(engine, parameters, gradients, state, { step, rate }) {
      for (const [name, matrix] of parameters) {
        if (isFrozen(name)) continue
        const moments = { first: parameter(state, `${name}.first`), second: parameter(state, `${name}.second`) }
        const touched = gradients.tables.get(name)
        if (touched)
          engine.adamw(
            matrix,
            touched.values,
            moments,
            { ...settings, rate: rate * tableRate, step },
            {
              rows: touched.rows,
              others: otherRows,
            },
          )
        else engine.adamw(matrix, parameter(gradients.dense, name), moments, { ...settings, rate, step })
      }
    },
  }
}
