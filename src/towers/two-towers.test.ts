import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createReferenceEngine } from './engine/reference.ts'
import { createParameters } from './parameters.ts'
import { gaussian, random } from './random.ts'
import { parameterShapes } from './shape.ts'
import { testShape as shape, testInput } from './test-network.ts'
import { type View, views } from './tower-input.ts'
import { lossAndGradients, type TrainingBatch } from './two-towers.ts'

const B = 3
const M = 4
const settings = {
  halfTau: 0.4,
  itemTau: 0.3,
  itemWeight: 0.7,
  dropout: (stream: number) => ({ rate: 0.2, seed: 5, step: 3, stream }),
}

describe('lossAndGradients', () => {
  const checked = [...parameterShapes(shape).keys()].filter((name) => name !== 'cooccurrence.table')
  for (const name of checked)
    it(`agrees with central differences in ${name}`, () => {
      const { rows, exact, difference } = gradientOf(name)
      assert.ok(exact.some((value) => value !== 0))
      exact.forEach((value, i) => {
        assert.ok(Math.abs(value - difference(i)) < 1e-7, `${name}[${i}] of ${rows}: ${value} against ${difference(i)}`)
      })
    })

  it('is the sum of its two losses without an item', () => {
    const engine = createReferenceEngine({ precision: 'float64' })
    const empty = {
      ...batch(),
      items: {
        targets: { rows: B, offsets: new Uint32Array(B + 1), indices: new Uint32Array(), weights: new Float32Array() },
        owned: new Uint8Array(),
        logQ: new Float32Array(),
      },
    }
    const halvesOnly = { ...empty, input: testInput(2 * B, random(3)), masks: new Map() }
    const { losses, gradients } = lossAndGradients(engine, shape, parametersOf(engine), halvesOnly, settings)
    assert.equal(losses.item, 0)
    assert.ok(losses.half > 0)
    assert.ok(gradients.dense.get('item.W')?.data.every((value) => value === 0))
  })

  it('has no gradient and no NaN for listeners of whom nothing is known', () => {
    const engine = createReferenceEngine({ precision: 'float64' })
    const masks = new Map(views.map((view) => [view, new Float32Array(2 * B + M)]))
    const parameters = parametersOf(engine)
    parameters.get('listener.b2')?.data.fill(0)
    parameters.get('listener.W2')?.data.fill(0)
    const { losses, gradients } = lossAndGradients(engine, shape, parameters, { ...batch(), masks }, settings)
    assert.ok(Math.abs(losses.half - Math.log(B)) < 1e-12)
    for (const [name, gradient] of gradients.dense)
      assert.ok(
        gradient.data.every((value) => value === 0),
        name,
      )
  })
})

/** The gradient by hand, dense, and by central differences in float64. */
function gradientOf(name: string) {
  const engine = createReferenceEngine({ precision: 'float64' })
  const parameters = parametersOf(engine)
  const matrix = parameters.get(name)!
  const loss = () => {
    const { losses } = lossAndGradients(engine, shape, parameters, batch(), settings)
    return losses.half + settings.itemWeight * losses.item
  }
  const { gradients } = lossAndGradients(engine, shape, parameters, batch(), settings)
  const exact = new Float64Array(matrix.rows * matrix.columns)
  const touched = gradients.tables.get(name)
  touched?.rows.forEach((row, t) => {
    for (let c = 0; c < matrix.columns; c++)
      exact[row * matrix.columns + c] = touched.values.data[t * touched.values.stride + c]!
  })
  if (!touched) exact.set(gradients.dense.get(name)!.data)
  const difference = (i: number) => {
    const value = matrix.data[i]!
    const sides = [1e-5, -1e-5].map((nudge) => {
      matrix.data[i] = value + nudge
      return loss()
    })
    matrix.data[i] = value
    return (sides[0]! - sides[1]!) / 2e-5
  }
  return { rows: matrix.rows, exact, difference }
}

function parametersOf(engine: ReturnType<typeof createReferenceEngine>) {
  const values = [...parameterShapes(shape)].map(([name, [rows, columns]], i) => {
    return [
      name,
      gaussian(rows * columns, random(11, i)).map((value) => (name.endsWith('gate') ? 1.2 : value / 2)),
    ] as const
  })
  return createParameters(engine, shape, new Map(values))
}

function batch(): TrainingBatch {
  const draws = random(7)
  const rows = 2 * B + M
  const masks = new Map<View, Float32Array>([
    ['id', Float32Array.from({ length: rows }, (_, r) => (r % 4 === 1 ? 0 : 1))],
  ])
  return {
    listeners: B,
    input: testInput(rows, draws),
    masks,
    items: {
      targets: {
        rows: B,
        offsets: Uint32Array.of(0, 2, 3, 4),
        indices: Uint32Array.of(0, 1, 2, 0),
        weights: Float32Array.of(0.25, 0.25, 0.25, 0.25),
      },
      owned: Uint8Array.of(1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0),
      logQ: Float32Array.of(-1, -2, -0.5, -3),
    },
  }
}
