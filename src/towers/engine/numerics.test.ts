import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Engine, type Matrix, rowBlock } from '../engine.ts'
import { createReferenceEngine } from './reference.ts'
import { createWasmEngine } from './wasm.ts'

let engine: Engine
before(async () => {
  engine = await createWasmEngine({ threads: 2 })
})
after(() => engine.close())

function matrix(on: Engine, rows: readonly (readonly number[])[]): Matrix {
  const filled = on.matrix(rows.length, rows[0]!.length)
  filled.data.set(rows.flat())
  return filled
}

/** Some matrix without a pattern. */
function wild(rows: number, columns: number): Matrix {
  const x = engine.matrix(rows, columns)
  for (const i of x.data.keys()) x.data[i] = Math.sin(i * i + 1)
  return x
}

describe('own exponential and logarithm', () => {
  it('make GELU and its gradient right to 1e-6 from -40 to 40', () => {
    const exact = createReferenceEngine({ precision: 'float64' })
    const grid = Array.from({ length: 80_001 }, (_, i) => Math.fround((i - 40_000) / 1000))
    const results = [engine, exact].map((on) => {
      const [x, bias, ones] = [matrix(on, [grid]), on.matrix(1, grid.length), matrix(on, [grid.map(() => 1)])]
      const [out, slope] = [on.matrix(1, grid.length), on.matrix(1, grid.length)]
      on.gelu(x, bias, out)
      on.geluGradient(x, bias, ones, slope)
      return [out.data, slope.data] as const
    })
    for (const kind of [0, 1] as const) {
      const right = results[1]![kind]
      const errors = Array.from(
        results[0]![kind],
        (value, i) => Math.abs(value - right[i]!) / (1 + Math.abs(right[i]!)),
      )
      const worst = errors.reduce((most, error) => Math.max(most, error), 0)
      assert.ok(worst < 1e-6, `relative error ${worst}`)
    }
  })

  it('make cross-entropy right over the whole range of exponents', () => {
    // With one negative at distance d, loss = ln(1 + e^d).
    const distances = Array.from({ length: 401 }, (_, i) => i / 2 - 100)
    const logits = matrix(
      engine,
      distances.map((d) => [0, d]),
    )
    const targets = engine.bags(distances.length, distances.length)
    targets.offsets.set(
      distances.map((_, i) => i + 1),
      1,
    )
    targets.weights.fill(1)
    const losses = engine.matrix(distances.length, 1)
    engine.crossEntropy(logits, targets, losses, { scale: 1 })
    for (const [i, d] of distances.entries()) {
      const right = Math.log1p(Math.exp(d))
      assert.ok(
        Math.abs(losses.data[i]! - right) <= 3e-7 * (1 + right),
        `ln(1 + e^${d}) is ${right}, not ${losses.data[i]}`,
      )
      const slope = 1 / (1 + Math.exp(-d))
      assert.ok(Math.abs(logits.data[2 * i + 1]! - slope) < 1e-6)
    }
  })
})

describe('numbers that are not finite', () => {
  it('pass through to the rows that they belong to', () => {
    const x = matrix(engine, [
      [1, 2],
      [Number.NaN, 2],
      [Number.POSITIVE_INFINITY, 2],
    ])
    const [norms, out] = [engine.matrix(3, 1), engine.matrix(3, 2)]
    engine.normalise(x, norms, out)
    assert.deepEqual([...out.data].map(Number.isFinite), [true, true, false, false, false, true])

    const [product, b] = [engine.matrix(3, 9), wild(2, 9)]
    engine.product('nn', x, b, product)
    assert.ok(rowBlock(product, 0, 1).data.subarray(0, 9).every(Number.isFinite))
    assert.ok(rowBlock(product, 1, 2).data.every((value) => !Number.isFinite(value)))
  })

  it('make the loss of their row NaN and no other', () => {
    const logits = matrix(engine, [
      [1, 2, 3],
      [1, Number.NaN, 3],
    ])
    const [targets, losses] = [engine.bags(2, 2), engine.matrix(2, 1)]
    targets.offsets.set([0, 1, 2])
    targets.weights.fill(1)
    engine.crossEntropy(logits, targets, losses, { scale: 1 })
    assert.ok(Number.isFinite(losses.data[0]))
    assert.ok(Number.isNaN(losses.data[1]))
  })
})

describe('degenerate losses', () => {
  it('a row without negatives loses nothing', () => {
    const [logits, targets, losses] = [matrix(engine, [[5, -5]]), engine.bags(1, 1), engine.matrix(1, 1)]
    const excluded = engine.bytes(2)
    excluded.fill(1)
    targets.offsets[1] = 1
    targets.weights[0] = 1
    engine.crossEntropy(logits, targets, losses, { scale: 10, excluded })
    assert.deepEqual([...losses.data, ...logits.data], [0, 0, 0])
  })

  it('a single pair matches itself', () => {
    const [logits, losses] = [matrix(engine, [[0.7]]), engine.matrix(1, 1)]
    engine.matchingLoss(logits, losses, { scale: 8, weight: 1 })
    assert.ok(Math.abs(losses.data[0]!) < 1e-6 && Math.abs(logits.data[0]!) < 1e-5)
  })
})

it('a row has the same bits alone and among others', () => {
  const [R, D, n] = [77, 45, 133]
  const [x, b, bT, bias] = [wild(R, D), wild(D, n), wild(n, D), wild(1, D)]
  const bags = engine.bags(R, 5 * R)
  for (let r = 0; r <= R; r++) bags.offsets[r] = 5 * r
  for (const e of bags.indices.keys()) bags.indices[e] = (e * e) % D
  bags.weights.fill(0.3)
  const compute = (from: number, count: number) => {
    const rows = rowBlock(x, from, count)
    const some = {
      ...bags,
      rows: count,
      offsets: bags.offsets.subarray(0, count + 1),
      indices: bags.indices.subarray(5 * from),
    }
    const outs = [n, n, n, D, D].map((columns) => engine.matrix(count, columns)) as [
      Matrix,
      Matrix,
      Matrix,
      Matrix,
      Matrix,
    ]
    engine.product('nn', rows, b, outs[0])
    engine.product('nt', rows, bT, outs[1])
    engine.gather(b, some, outs[2])
    engine.gelu(rows, bias, outs[3])
    engine.normalise(rows, engine.matrix(count, 1), outs[4])
    return outs
  }
  const together = compute(0, R)
  for (const r of [0, 1, 40, R - 1]) {
    const alone = compute(r, 1)
    for (const [i, out] of together.entries()) {
      assert.deepEqual(alone[i]!.data, rowBlock(out, r, 1).data.subarray(0, out.columns))
    }
  }
})

describe('shapes that do not fit', () => {
  for (const on of ['wasm', 'reference']) {
    it(`are refused by the ${on} engine`, () => {
      const e = on === 'wasm' ? engine : createReferenceEngine({ precision: 'float32' })
      const [a, b] = [e.matrix(2, 3), e.matrix(3, 4)]
      assert.throws(() => e.product('nn', a, b, e.matrix(2, 3)), /product nn: \[2, 3\] · \[3, 4\] into \[2, 3\]/)
      assert.throws(() => e.axpy(1, a, b), RangeError)
      assert.throws(() => e.dropout(a, a, { rate: 1, seed: 1, step: 1, stream: 1 }), /rate 1 is not in/)
      const bags = e.bags(1, 1)
      bags.offsets[1] = 1
      bags.indices[0] = 3
      assert.throws(() => e.gather(b, bags, e.matrix(1, 4)), /index 3 of 3/)
      bags.offsets[1] = 2
      assert.throws(() => e.gather(b, bags, e.matrix(1, 4)), /2 entries in room for 1/)
      const rows = e.integers(2)
      assert.throws(() => e.adagrad(b, e.matrix(2, 4), e.matrix(3, 1), rows, { rate: 1, epsilon: 1 }), /ascending/)
      assert.throws(() => rowBlock(a, 1, 2), RangeError)
    })
  }
})
