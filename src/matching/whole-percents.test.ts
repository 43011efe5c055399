import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { wholePercents } from './whole-percents.ts'

test('whole percents go to those who lose most by rounding down', () => {
  assert.deepEqual(wholePercents([535, 465]), [54, 46])
  assert.deepEqual(wholePercents([1, 1, 1]), [34, 33, 33])
  assert.deepEqual(wholePercents([2.6, 0.1, 1]), [70, 3, 27])
  assert.deepEqual(wholePercents([0, 5]), [0, 100])
  assert.deepEqual(wholePercents([]), [])
})

test('whole percents add up to 100, and none is off by one or more', () => {
  const weight = fc.double({ min: 1e-6, max: 1e6, noNaN: true })
  fc.assert(
    fc.property(fc.array(weight, { minLength: 1, maxLength: 9 }), (weights) => {
      const percents = wholePercents(weights)
      const total = weights.reduce((sum, each) => sum + each, 0)
      assert.equal(
        percents.reduce((sum, percent) => sum + percent, 0),
        100,
      )
      for (const [i, percent] of percents.entries())
        assert.ok(Math.abs(percent - (100 * weights[i]!) / total) < 1 + 1e-9)
    }),
  )
})
