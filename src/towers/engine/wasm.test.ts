import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { type Bags, columnBlock, type Dropout, type Engine, type Matrix } from '../engine.ts'
import { createReferenceEngine } from './reference.ts'
import { createWasmEngine } from './wasm.ts'

const reference = createReferenceEngine({ precision: 'float32' })
let engines: Engine[]

before(async () => {
  engines = await Promise.all([1, 2, 3, 4].map((threads) => createWasmEngine({ threads })))
})
after(() => {
  for (const engine of engines) engine.close()
})

/** Makes inputs and computes on an engine; the numbers are the same for every engine. */
type Scenario = (inputs: Inputs) => readonly ArrayLike<number>[]

/** Draws inputs of a scenario from a seed into an engine's memory, blocks of wider matrices among them. */
class Inputs {
  readonly engine: Engine
  #state: number

  constructor(engine: Engine, seed: number) {
    this.engine = engine
    this.#state = seed | 0
  }

  /** Uniform in [0, 1) (splitmix32). */
  uniform(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0
    let h = Math.imul(this.#state ^ (this.#state >>> 16), 0x21f0aaad)
    h = Math.imul(h ^ (h >>> 15), 0x735a2d97)
    return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32
  }

  below(limit: number): number {
    return Math.floor(this.uniform() * limit)
  }

  /** Values in [-2, 2), some rows all zero, half of the time a block of a wider matrix. */
  matrix(rows: number, columns: number): Matrix {
    const matrix = this.empty(rows, columns)
    for (let r = 0; r < rows; r++) {
      const zero = this.uniform() < 0.1
      for (let c = 0; c < columns; c++) {
        matrix.data[r * matrix.stride + c] = zero ? 0 : Math.fround(4 * this.uniform() - 2)
      }
    }
    return matrix
  }

  /** A result's place: what lies around a block must stay as it is, so it is filled with 7. */
  empty(rows: number, columns: number): Matrix {
    const [left, right] = this.uniform() < 0.5 ? [0, 0] : [1 + this.below(3), this.below(3)]
    const whole = this.engine.matrix(rows, left + columns + right)
    whole.data.fill(7)
    return columnBlock(whole, left, columns)
  }

  bags(rows: number, columns: number, most = 9): Bags {
    const sizes = Array.from({ length: rows }, () => (columns === 0 || this.uniform() < 0.2 ? 0 : this.below(most + 1)))
    const bags = this.engine.bags(rows, sizes.reduce((total, size) => total + size, 0) + this.below(3))
    sizes.forEach((size, r) => {
      bags.offsets[r + 1] = bags.offsets[r]! + size
      for (let e = bags.offsets[r]!; e < bags.offsets[r + 1]!; e++) {
        bags.indices[e] = this.below(columns)
        bags.weights[e] = Math.fround(this.uniform() + 0.1)
      }
    })
    return bags
  }

  /** Ascending rows of a table, each with probability 1/2. */
  rows(count: number): Uint32Array {
    const chosen = Array.from({ length: count }, (_, r) => r).filter(() => this.uniform() < 0.5)
    const rows = this.engine.integers(chosen.length)
    rows.set(chosen)
    return rows
  }

  dropout(): Dropout | undefined {
    const dropout = {
      rate: 0.8 * this.uniform(),
      seed: this.below(1000),
      step: this.below(1000),
      stream: this.below(9),
    }
    return this.uniform() < 0.5 ? undefined : dropout
  }
}

/** The values of a matrix and of what surrounds it. */
function surroundings(matrix: Matrix): number[] {
  return Array.from(matrix.data)
}

/** Runs a scenario on every engine: close to the reference, the same bits for any number of threads. */
function agree(seed: number, scenario: Scenario, tolerance: number): void {
  const expected = scenario(new Inputs(reference, seed))
  let firstBits: readonly ArrayLike<number>[] | undefined
  for (const engine of engines) {
    engine.scope(() => {
      const actual = scenario(new Inputs(engine, seed)).map((values) => Array.from(values))
      actual.forEach((values, i) => {
        assert.equal(values.length, expected[i]!.length)
        values.forEach((value, j) => {
          const wanted = expected[i]![j]!
          const error = Math.abs(value - wanted)
          assert.ok(error <= tolerance * (1 + Math.abs(wanted)), `result ${i} at ${j}: ${value}, not ${wanted}`)
        })
      })
      firstBits ??= actual
      assert.deepEqual(actual, firstBits)
    })
  }
}

const dimension = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 21, max: 150 }))

/** For any seed and shape. */
function forAll(scenario: (inputs: Inputs, m: number, n: number, k: number) => Matrix[], tolerance: number): void {
  const property = fc.property(fc.nat(), dimension, dimension, dimension, (seed, m, n, k) => {
    agree(seed, (inputs) => scenario(inputs, m, n, k).map(surroundings), tolerance)
  })
  fc.assert(property, { numRuns: 30 })
}

describe('wasm engine agrees with the reference, on any number of threads', () => {
  for (const form of ['nn', 'nt', 'tn'] as const) {
    it(`product ${form}`, () => {
      forAll((inputs, m, n, k) => {
        const a = form === 'tn' ? inputs.matrix(k, m) : inputs.matrix(m, k)
        const b = form === 'nt' ? inputs.matrix(n, k) : inputs.matrix(k, n)
        const out = inputs.matrix(m, n)
        inputs.engine.product(form, a, b, out, { add: inputs.uniform() < 0.5 })
        return [out]
      }, 1e-4)
    })
  }

  it('product of more than one block in every direction', () => {
    agree(
      5,
      (inputs) =>
        (['nn', 'nt', 'tn'] as const).map((form) => {
          const [m, n, k] = [259, 133, 515]
          const a = form === 'tn' ? inputs.matrix(k, m) : inputs.matrix(m, k)
          const b = form === 'nt' ? inputs.matrix(n, k) : inputs.matrix(k, n)
          const out = inputs.empty(m, n)
          inputs.engine.product(form, a, b, out)
          return surroundings(out)
        }),
      1e-3,
    )
  })

  it('gather', () => {
    forAll((inputs, m, n, k) => {
      const [table, bags, out] = [inputs.matrix(k, n), inputs.bags(m, k), inputs.empty(m, n)]
      inputs.engine.gather(table, bags, out)
      return [out]
    }, 1e-5)
  })

  it('transpose, and with it the gradient of gather', () => {
    const property = fc.property(fc.nat(), dimension, dimension, dimension, (seed, m, n, k) => {
      agree(
        seed,
        (inputs) => {
          const bags = inputs.bags(m, k)
          const { rows, bags: transposed } = inputs.engine.transpose(bags, k)
          const gradient = inputs.empty(rows.length, n)
          inputs.engine.gather(inputs.matrix(m, n), transposed, gradient)
          const entries = transposed.offsets[rows.length]!
          const { offsets, indices, weights } = transposed
          const lists = [
            offsets.subarray(0, rows.length + 1),
            indices.subarray(0, entries),
            weights.subarray(0, entries),
          ]
          return [rows, ...lists, surroundings(gradient)]
        },
        1e-4, // float32 sums of up to 150 terms
      )
    })
    fc.assert(property, { numRuns: 30 })
  })

  it('addBias, gelu and its gradient, dropout', () => {
    forAll((inputs, m, n) => {
      const { engine } = inputs
      const [x, bias, dOut] = [inputs.matrix(m, n), inputs.matrix(1, n), inputs.matrix(m, n)]
      const [biased, activated, dX, dropped] = Array.from({ length: 4 }, () => inputs.empty(m, n)) as [
        Matrix,
        Matrix,
        Matrix,
        Matrix,
      ]
      const dropout = inputs.dropout()
      engine.addBias(x, bias, biased)
      engine.gelu(x, bias, activated, dropout)
      engine.geluGradient(x, bias, dOut, dX, dropout)
      engine.dropout(x, dropped, dropout ?? { rate: 0, seed: 1, step: 1, stream: 1 })
      engine.geluGradient(x, bias, dOut, dOut, dropout)
      return [biased, activated, dX, dropped, dOut]
    }, 1e-5)
  })

  it('normalise and its gradient, gated and masked', () => {
    forAll((inputs, m, n) => {
      const [x, dOut, norms] = [inputs.matrix(m, n), inputs.matrix(m, n), inputs.empty(m, 1)]
      // The gradient of a row that is almost nothing is the difference of large numbers: no rounding is small against it.
      for (let r = 0; r < m; r++) {
        const row = x.data.subarray(r * x.stride, r * x.stride + n)
        if (inputs.uniform() < 0.1) row.fill(0)
        else row[0] = row[0]! < 0 ? row[0]! - 1 : row[0]! + 1
      }
      const [out, dX] = [inputs.empty(m, n), inputs.empty(m, n)]
      const gate = inputs.uniform() < 0.5 ? inputs.matrix(1, 1) : undefined
      const mask = inputs.uniform() < 0.5 ? inputs.matrix(m, 1) : undefined
      const gateGradient = inputs.matrix(1, 1)
      inputs.engine.normalise(x, norms, out, { gate, mask })
      inputs.engine.normaliseGradient(x, norms, dOut, dX, { gate, mask, gateGradient })
      inputs.engine.normaliseGradient(x, norms, dOut, dOut, { gate, mask })
      return [norms, out, dX, dOut, gateGradient]
    }, 1e-4)
  })

  it('crossEntropy with offsets, exclusions and several targets', () => {
    forAll((inputs, m, n) => {
      const { engine } = inputs
      const [logits, targets, losses] = [inputs.matrix(m, n), inputs.bags(m, n, 4), inputs.empty(m, 1)]
      const offsets = inputs.uniform() < 0.5 ? inputs.matrix(1, n) : undefined
      const excluded = inputs.uniform() < 0.5 ? engine.bytes(m * n) : undefined
      excluded?.forEach((_, i) => {
        excluded[i] = inputs.uniform() < 0.3 ? 1 : 0
      })
      engine.crossEntropy(logits, targets, losses, { scale: 1 + 10 * inputs.uniform(), offsets, excluded })
      return [logits, losses]
    }, 1e-5)
  })

  it('matchingLoss', () => {
    forAll((inputs, n) => {
      const [logits, losses] = [inputs.matrix(n, n), inputs.empty(n, 1)]
      inputs.engine.matchingLoss(logits, losses, { scale: 1 + 10 * inputs.uniform(), weight: inputs.uniform() })
      return [logits, losses]
    }, 1e-5)
  })

  it('adamw, dense and on touched rows', () => {
    forAll((inputs, m, n) => {
      const rows = inputs.rows(m)
      const settings = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, decay: 1e-2, rate: 1e-2 }
      const moments = { first: inputs.empty(m, n), second: inputs.empty(m, n) }
      moments.first.data.fill(0)
      moments.second.data.fill(0)
      const parameter = inputs.matrix(m, n)
      for (let step = 1; step <= 3; step++) {
        const others = (['keep', 'decay', undefined] as const)[inputs.below(3)]
        const gradient = inputs.matrix(others ? rows.length : m, n)
        inputs.engine.adamw(parameter, gradient, moments, { ...settings, step }, others && { rows, others })
      }
      return [parameter, moments.first, moments.second]
    }, 1e-5)
  })

  it('adagrad', () => {
    forAll((inputs, m, n) => {
      const rows = inputs.rows(m)
      const [table, accumulators] = [inputs.matrix(m, n + 1), inputs.empty(m, 1)]
      inputs.engine.adagrad(table, inputs.matrix(rows.length, n + 1), accumulators, rows, { rate: 0.1, epsilon: 1e-8 })
      return [table, accumulators]
    }, 1e-5)
  })

  it('columnSums, axpy, scale, multiply', () => {
    forAll((inputs, m, n) => {
      const { engine } = inputs
      const [x, y, product, sums] = [inputs.matrix(m, n), inputs.matrix(m, n), inputs.empty(m, n), inputs.matrix(1, n)]
      engine.columnSums(x, sums, { add: inputs.uniform() < 0.5 })
      engine.axpy(0.3, x, y)
      engine.multiply(x, y, product)
      engine.scale(-0.7, x)
      return [x, y, product, sums]
    }, 1e-5)
  })

  it('squaredNorm', () => {
    const property = fc.property(fc.nat(), dimension, dimension, (seed, m, n) => {
      agree(seed, (inputs) => [[inputs.engine.squaredNorm(inputs.matrix(m, n))]], 1e-9)
    })
    fc.assert(property, { numRuns: 30 })
  })
})
