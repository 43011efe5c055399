import type { Corpus } from '../../src/features/corpus.ts'
import { createWasmEngine } from '../../src/towers/engine/wasm.ts'
import type { ParameterValues } from '../../src/towers/inference.ts'
import type { NetworkConfiguration } from '../../src/training/network/configuration.ts'
import { projectionOf } from '../../src/training/network/projection.ts'
import { Towers } from '../../src/training/network/towers.ts'
import { prepare, Trainer } from '../../src/training/network/trainer.ts'
import type { Variant } from './variants.ts'

/** Fits a variant, from the first step to the last and without validation. */
export async function fitVariant(
  training: Corpus,
  { losses, averaged }: Variant,
  configuration: NetworkConfiguration,
  { seed, threads }: { readonly seed: number; readonly threads: number },
): Promise<Towers> {
  const { itemTau, columns } = configuration
  const start = prepare(training, configuration, seed)
  const engine = await createWasmEngine({ threads })
  try {
    const trainer = new Trainer(engine, training, start, configuration, seed, losses?.())
    const average = new Average()
    while (trainer.step < trainer.steps) {
      trainer.advance()
      const left = trainer.steps - trainer.step
      if (averaged !== undefined && left < averaged * trainer.steps && left % trainer.stepsPerEpoch === 0)
        average.add(trainer.newest())
    }
    const members = averaged === undefined ? trainer.finished : [average.values()]
    const towers = { ...start, members, itemTau }
    return new Towers({ ...towers, projection: projectionOf(training, towers, columns) })
  } finally {
    engine.close()
  }
}

/** The mean of parameters at several times of one run. */
class Average {
  readonly #sums = new Map<string, Float64Array>()
  #count = 0

  add(values: ParameterValues): void {
    this.#count++
    for (const [name, value] of values) {
      const sum = this.#sums.get(name) ?? new Float64Array(value.length)
      for (let i = 0; i < value.length; i++) sum[i]! += value[i]!
      this.#sums.set(name, sum)
    }
  }

  values(): ParameterValues {
    return new Map([...this.#sums].map(([name, sum]) => [name, Float32Array.from(sum, (value) => value / this.#count)]))
  }
}
