import { parameter } from '../parameters.ts'
import { isFrozen } from '../shape.ts'
import type { Optimiser } from './optimiser.ts'

/**
 * Row-wise Adagrad for the tables, another optimiser for the layers. It remembers one number a row and moves only the
 * rows of the batch, so it is what to take where tables have millions of rows.
 * @param tableRate tables learn this many times as fast as the layers
 */
export function adagradForTables(
  layers: Optimiser,
  { tableRate, epsilon }: { readonly tableRate: number; readonly epsilon: number },
): Optimiser {
  const isTable = (name: string) => name.endsWith('.table') && !isFrozen(name)
  return {
    init(engine, parameters) {
      const tables = [...parameters].filter(([name]) => isTable(name))
      const others = new Map([...parameters].filter(([name]) => !isTable(name)))
      return new Map([
        ...layers.init(engine, others),
        ...tables.map(([name, { rows }]) => [`${name}.accumulators`, engine.matrix(rows, 1)] as const),
      ])
    },
    update(engine, parameters, gradients, state, at) {
      layers.update(engine, new Map([...parameters].filter(([name]) => !isTable(name))), gradients, state, at)
      const settings = { rate: at.rate * tableRate, epsilon }
      for (const [name, { rows, values }] of gradients.tables)
        engine.adagrad(parameter(parameters, name), values, parameter(state, `${name}.accumulators`), rows, settings)
    },
  }
}
