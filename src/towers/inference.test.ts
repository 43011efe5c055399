import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createReferenceEngine } from './engine/reference.ts'
import type { Bags } from './engine.ts'
import { itemHead } from './heads/item-head.ts'
import { listenerHead } from './heads/listener-head.ts'
import { Embedder, type ParameterValues } from './inference.ts'
import { createParameters, Gradients } from './parameters.ts'
import { gaussian, random } from './random.ts'
import { parameterShapes, viewColumns } from './shape.ts'
import { testInput, testShape } from './test-network.ts'
import { audioColumns, type TowerInput } from './tower-input.ts'
import { concatenatedViews } from './views/concatenation.ts'

const [values, other] = [8, 10].map(
  (seed) =>
    new Map(
      [...parameterShapes(testShape)].map(([name, [rows, columns]], i) => [
        name,
        gaussian(rows * columns, random(seed, i)),
      ]),
    ),
) as unknown as readonly [ParameterValues, ParameterValues]
const input = testInput(9, random(9))

describe('Embedder', () => {
  it('computes the forward pass that is trained', () => {
    const engine = createReferenceEngine({ precision: 'float64' })
    const parameters = createParameters(engine, testShape, values)
    const pass = { engine, parameters, gradients: new Gradients(engine, parameters), dropout: () => undefined }
    const { h } = concatenatedViews(pass, testShape, input, new Map())
    const embedder = new Embedder(testShape, [values])
    close(embedder.embedListeners(input), listenerHead(pass, h).z.data)
    close(embedder.embedItems(input), itemHead(pass, h).v.data)
  })

  it('agrees with the reference engine in double precision', () => {
    const projection = gaussian(8 * 3, random(2))
    const fast = new Embedder(testShape, [values, other], projection)
    const reference = new Embedder(
      testShape,
      [values, other],
      projection,
      createReferenceEngine({ precision: 'float64' }),
    )
    close(fast.embedListeners(input), reference.embedListeners(input))
    close(fast.embedItems(input), reference.embedItems(input))
    for (const [subset, embeddings] of fast.embedListenersByViews(input).entries())
      close(embeddings, reference.embedListenersByViews(input)[subset]!)
  })

  it('gives a listener the same bits alone and in a batch', () => {
    const embedder = new Embedder(testShape, [values, other], gaussian(8 * 3, random(2)))
    const batch = embedder.embedListeners(input)
    for (let r = 0; r < input.rows; r++)
      assert.deepEqual(embedder.embedListeners(rowOf(input, r)), batch.slice(r * 3, (r + 1) * 3))
  })

  it('projects before it takes the length', () => {
    const projection = gaussian(4 * 2, random(6))
    const whole = new Embedder(testShape, [values]).embedListeners(input)
    const stored = new Embedder(testShape, [values], projection).embedListeners(input)
    for (let r = 0; r < input.rows; r++) {
      const p = [0, 1].map((c) => [0, 1, 2, 3].reduce((sum, d) => sum + whole[r * 4 + d]! * projection[d * 2 + c]!, 0))
      const length = Math.hypot(...p)
      close(
        stored.slice(r * 2, r * 2 + 2),
        p.map((value) => value / length),
      )
    }
  })

  it('adds up what its members say', () => {
    const both = new Embedder(testShape, [values, other])
    const projection = gaussian(8 * 2, random(6))
    const stored = new Embedder(testShape, [values, other], projection)
    for (const embed of ['embedListeners', 'embedItems'] as const) {
      const beside = both[embed](input)
      for (const [m, member] of [values, other].entries()) {
        const alone = new Embedder(testShape, [member])[embed](input)
        for (let r = 0; r < input.rows; r++) {
          const own = beside.slice(r * 8 + m * 4, r * 8 + (m + 1) * 4)
          const length = Math.hypot(...own) || 1
          close(
            own.map((value) => value / length),
            alone.slice(r * 4, (r + 1) * 4),
          )
        }
      }
      const together = stored[embed](input)
      for (let r = 0; r < input.rows; r++) {
        const row = beside.subarray(r * 8, (r + 1) * 8)
        const p = [0, 1].map((c) => row.reduce((sum, value, d) => sum + value * projection[d * 2 + c]!, 0))
        const length = Math.hypot(...p) || 1
        close(
          together.slice(r * 2, r * 2 + 2),
          p.map((value) => value / length),
        )
      }
    }
  })

  it('gives what each subset of the views gives on its own', () => {
    const embedder = new Embedder(testShape, [values, other], gaussian(8 * 3, random(2)))
    const views = viewColumns(testShape).map(({ view }) => view)
    const subsets = embedder.embedListenersByViews(input)
    assert.equal(subsets.length, 2 ** views.length)
    for (const [subset, embeddings] of subsets.entries())
      close(embeddings, embedder.embedListeners(input, new Set(views.filter((_, v) => subset & (1 << v)))))
    assert.deepEqual(subsets.at(-1), embedder.embedListeners(input))
  })

  it('says nothing about a listener of whom nothing is known', () => {
    const none = new Uint32Array(2)
    const empty: Bags = { rows: 1, offsets: none, indices: new Uint32Array(), weights: new Float32Array() }
    const bags = { id: empty, genre: empty, tag: empty, cooccurrence: empty, track: empty }
    const nobody = { rows: 1, bags, audio: new Float32Array(audioColumns), hasAudio: new Float32Array(1) }
    assert.deepEqual(new Embedder(testShape, [values]).embedListeners(nobody), new Float32Array(4))
  })
})

function close(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  assert.equal(actual.length, expected.length)
  for (let i = 0; i < actual.length; i++)
    assert.ok(Math.abs(actual[i]! - expected[i]!) < 1e-6, `${i}: ${actual[i]} where ${expected[i]} is expected`)
}

function rowOf({ bags, audio, hasAudio }: TowerInput, r: number): TowerInput {
  const one = ({ offsets, indices, weights }: Bags): Bags => {
    const [start, end] = [offsets[r]!, offsets[r + 1]!]
    return {
      rows: 1,
      offsets: Uint32Array.of(0, end - start),
      indices: indices.slice(start, end),
      weights: weights.slice(start, end),
    }
  }
  return {
    rows: 1,
    bags: {
      id: one(bags.id),
      genre: one(bags.genre),
      tag: one(bags.tag),
      cooccurrence: one(bags.cooccurrence),
      track: one(bags.track),
    },
    audio: audio.slice(r * audioColumns, (r + 1) * audioColumns),
    hasAudio: hasAudio.slice(r, r + 1),
  }
}
