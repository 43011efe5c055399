import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { random, shuffle } from '../towers/random.ts'
import { areaUnderCurve, assertFinite, expectedHits, expectedRank, expectedRankOfFirst, highest } from './metrics.ts'

const close = (actual: number, expected: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`)
const mask = (length: number, ...on: number[]) => Uint8Array.from({ length }, (_, i) => Number(on.includes(i)))
const everybody = (length: number) => new Uint8Array(length).fill(1)

test('the expected rank counts those above and half of those beside', () => {
  const scores = Float32Array.of(0.5, 0.9, 0.5, 0.1, 0.5)
  assert.equal(expectedRank(scores, 1), 1)
  assert.equal(expectedRank(scores, 0), 3)
  assert.equal(expectedRank(scores, 3), 5)
  assert.equal(expectedRank(scores, 0, mask(5, 0, 2, 3)), 1.5)
  assert.equal(expectedRank(new Float32Array(7), 3), 4)
})

const fewValues = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 12 })

test('the expected rank is the mean over random orders of the ties', () => {
  fc.assert(
    fc.property(fewValues, fc.nat(), (values, seed) => {
      const scores = Float32Array.from(values)
      const own = seed % scores.length
      const generator = random(seed)
      let sum = 0
      const rounds = 1_500
      for (let round = 0; round < rounds; round++) {
        const order = shuffle([...values.keys()], generator).sort((i, j) => scores[j]! - scores[i]!)
        sum += 1 + order.indexOf(own)
      }
      close(sum / rounds, expectedRank(scores, own), 0.6)
    }),
    { numRuns: 40 },
  )
})

test('the expected rank of the first wanted one is its mean over random orders of the ties', () => {
  const scores = Float32Array.of(3, 2, 2, 2, 2, 1)
  const all = everybody(6)
  close(expectedRankOfFirst(scores, mask(6, 0), all), 1)
  close(expectedRankOfFirst(scores, mask(6, 5), all), 6)
  close(expectedRankOfFirst(scores, mask(6, 1), all), 3.5)
  close(expectedRankOfFirst(scores, mask(6, 1, 2, 5), all), 1 + 5 / 3)
  close(expectedRankOfFirst(scores, mask(6, 0, 5), mask(6, 1, 2, 3, 4, 5)), 5)
})

test('the order of the candidates makes no difference', () => {
  fc.assert(
    fc.property(fewValues, fc.nat(), (values, seed) => {
      const order = shuffle([...values.keys()], random(seed))
      const scores = Float32Array.from(values)
      const permuted = Float32Array.from(order, (i) => values[i]!)
      const wanted = Uint8Array.from(values, (_, i) => (seed >> i) & 1)
      const permutedWanted = Uint8Array.from(order, (i) => wanted[i]!)
      const all = everybody(values.length)
      for (const own of values.keys())
        assert.equal(expectedRank(permuted, order.indexOf(own)), expectedRank(scores, own))
      if (wanted.includes(1))
        assert.equal(expectedRankOfFirst(permuted, permutedWanted, all), expectedRankOfFirst(scores, wanted, all))
      if (wanted.includes(1) && wanted.includes(0))
        close(areaUnderCurve(permuted, permutedWanted, all), areaUnderCurve(scores, wanted, all))
      const values64 = Float64Array.from(scores)
      const permuted64 = Float64Array.from(permuted)
      const everyone = Uint32Array.from(values.keys())
      close(expectedHits(permuted64, everyone, permutedWanted, 3), expectedHits(values64, everyone, wanted, 3))
    }),
  )
})

test('the area under the curve counts ties as half', () => {
  const scores = Float32Array.of(4, 3, 2, 2, 1)
  close(areaUnderCurve(scores, mask(5, 0), everybody(5)), 1)
  close(areaUnderCurve(scores, mask(5, 4), everybody(5)), 0)
  close(areaUnderCurve(scores, mask(5, 2), everybody(5)), 1.5 / 4)
  close(areaUnderCurve(scores, mask(5, 0, 3), everybody(5)), (3 + 1.5) / 6)
  close(areaUnderCurve(scores, mask(5, 3), mask(5, 2, 3, 4)), 0.75)
  assert.ok(Number.isNaN(areaUnderCurve(scores, mask(5), everybody(5))))
})

test('the highest come best first, ties in order, without the one to skip', () => {
  const scores = Float32Array.of(1, 5, 3, 5, 2, 3)
  assert.deepEqual([...highest(scores, 4)], [1, 3, 2, 5])
  assert.deepEqual([...highest(scores, 4, 1)], [3, 2, 5, 4])
  assert.deepEqual([...highest(scores, 99, 0)], [1, 3, 2, 5, 4])
  assert.deepEqual([...highest(new Float32Array(0), 3)], [])
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.nat(12), (values, k) => {
      const expected = [...values.keys()].sort((i, j) => values[j]! - values[i]! || i - j).slice(0, k)
      assert.deepEqual([...highest(Float32Array.from(values), k)], expected)
    }),
  )
})

test('ties for the last places share them', () => {
  const values = Float64Array.of(9, 8, 5, 5, 5, 1, 0)
  const all = Uint32Array.from(values.keys())
  close(expectedHits(values, all, mask(7, 0, 1), 2), 2)
  close(expectedHits(values, all, mask(7, 2), 3), 1 / 3)
  close(expectedHits(values, all, mask(7, 0, 2, 3), 4), 1 + 2 * (2 / 3))
  close(expectedHits(values, all, mask(7, 2, 3, 4), 5), 3)
  // Nothing voted for is nothing recommended, however many places are free.
  close(expectedHits(values, all, mask(7, 6), 50), 0)
  close(expectedHits(values, all.subarray(0, 3), mask(7, 2, 3), 50), 1)
})

test('expected hits are the mean over random orders of the ties', () => {
  fc.assert(
    fc.property(fewValues, fc.nat(), fc.integer({ min: 1, max: 8 }), (small, seed, k) => {
      const values = Float64Array.from(small)
      const wanted = Uint8Array.from(small, (_, i) => (seed >> i) & 1)
      const ranked = Uint32Array.from(small.keys())
      const generator = random(seed)
      const rounds = 1_500
      let hits = 0
      for (let round = 0; round < rounds; round++) {
        const order = shuffle([...small.keys()], generator).filter((i) => values[i]! > 0)
        for (const i of order.sort((i, j) => values[j]! - values[i]!).slice(0, k)) hits += wanted[i]!
      }
      close(hits / rounds, expectedHits(values, ranked, wanted, k), 0.15)
    }),
    { numRuns: 40 },
  )
})

test('a score that is not finite is refused by name', () => {
  assertFinite(Float32Array.of(0, -1, 1e30), 'fine')
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    assert.throws(() => assertFinite(Float32Array.of(1, bad, 2), 'broken'), /"broken" is not finite/)
})
