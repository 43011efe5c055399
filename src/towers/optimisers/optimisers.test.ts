import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createReferenceEngine } from '../engine/reference.ts'
import type { Engine } from '../engine.ts'
import { createParameters } from '../parameters.ts'
import { gaussian, random } from '../random.ts'
import { parameterShapes } from '../shape.ts'
import { testInput, testShape } from '../test-network.ts'
import { lossAndGradients, type TrainingBatch } from '../two-towers.ts'
import { adagradForTables } from './adagrad.ts'
import { adamw } from './adamw.ts'
import type { Optimiser } from './optimiser.ts'
import { rateAt } from './schedule.ts'

const settings = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, decay: 1e-4, tableRate: 1 } as const
const layers = adamw({ ...settings, otherRows: 'decay' })
const optimisers: Readonly<Record<string, Optimiser>> = {
  AdamW: layers,
  'lazy AdamW': adamw({ ...settings, otherRows: 'keep' }),
  'Adagrad for tables': adagradForTables(layers, { tableRate: 3, epsilon: 1e-8 }),
}

for (const [name, optimiser] of Object.entries(optimisers))
  describe(name, () => {
    it('lowers the loss of a batch', () => {
      const run = new Run(optimiser)
      const first = run.step(1)
      for (let step = 2; step < 60; step++) run.step(step)
      assert.ok(run.step(60) < first / 2)
    })

    it('knows nothing between updates but its state', () => {
      const [through, resumed] = [new Run(optimiser), new Run(optimiser)]
      for (let step = 1; step <= 6; step++) through.step(step)
      for (let step = 1; step <= 3; step++) resumed.step(step)
      const continued = new Run(optimiser)
      for (const [to, from] of [
        [continued.parameters, resumed.parameters],
        [continued.state, resumed.state],
      ] as const)
        for (const [key, matrix] of to) matrix.data.set(from.get(key)!.data)
      for (let step = 4; step <= 6; step++) continued.step(step)
      for (const [key, matrix] of through.parameters) assert.deepEqual(continued.parameters.get(key), matrix)
    })

    it('leaves the frozen co-occurrence vectors as they are', () => {
      const run = new Run(optimiser)
      const before = Float64Array.from(run.parameters.get('cooccurrence.table')!.data)
      run.step(1)
      assert.deepEqual(run.parameters.get('cooccurrence.table')!.data, before)
    })
  })

describe('rateAt', () => {
  const schedule = { rate: 2, warmUp: 10, steps: 110, floor: 0.05 }

  it('warms up in a line, then falls along a cosine to its floor', () => {
    assert.equal(rateAt(schedule, 1), 0.2)
    assert.equal(rateAt(schedule, 10), 2)
    assert.ok(Math.abs(rateAt(schedule, 60) - 2 * 0.525) < 1e-12)
    assert.ok(Math.abs(rateAt(schedule, 110) - 0.1) < 1e-12)
    for (let step = 11; step < 110; step++) assert.ok(rateAt(schedule, step + 1) < rateAt(schedule, step))
  })

  it('needs no warm-up', () => assert.ok(Math.abs(rateAt({ ...schedule, warmUp: 0, steps: 1 }, 1) - 0.1) < 1e-12))
})

class Run {
  readonly engine: Engine = createReferenceEngine({ precision: 'float64' })
  readonly parameters
  readonly state
  readonly #optimiser: Optimiser

  constructor(optimiser: Optimiser) {
    const values = [...parameterShapes(testShape)].map(
      ([name, [rows, columns]], i) => [name, gaussian(rows * columns, random(1, i)).map((value) => value / 4)] as const,
    )
    this.#optimiser = optimiser
    this.parameters = createParameters(this.engine, testShape, new Map(values))
    for (const [name, matrix] of this.parameters) if (name.endsWith('gate')) matrix.data.fill(1)
    this.state = optimiser.init(this.engine, this.parameters)
  }

  /** The loss before the update. */
  step(step: number): number {
    const settings = { halfTau: 0.2, itemTau: 0.2, itemWeight: 1 }
    const { losses, gradients } = lossAndGradients(this.engine, testShape, this.parameters, batch, settings)
    this.#optimiser.update(this.engine, this.parameters, gradients, this.state, { step, rate: 0.02 })
    return losses.half + losses.item
  }
}

const batch: TrainingBatch = {
  listeners: 4,
  input: testInput(12, random(2)),
  masks: new Map(),
  items: {
    targets: {
      rows: 4,
      offsets: Uint32Array.of(0, 1, 2, 3, 4),
      indices: Uint32Array.of(0, 1, 2, 3),
      weights: Float32Array.of(0.25, 0.25, 0.25, 0.25),
    },
    owned: Uint8Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0)),
    logQ: Float32Array.of(-1, -2, -1, -3),
  },
}
