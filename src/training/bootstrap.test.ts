import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gaussian, random } from '../towers/random.ts'
import { bootstrap } from './bootstrap.ts'

const column = (values: ArrayLike<number>) => Float64Array.from(values)

test('the interval of a mean is about 1.96 standard errors wide on each side', () => {
  const values = column(gaussian(2_500, random(1)))
  const { mean, interval } = bootstrap([values], { seed: 2 })
  const [low, high] = interval(0)
  assert.ok(low < mean(0) && mean(0) < high)
  assert.ok(Math.abs((high - low) / 2 - 1.96 / 50) < 0.004, `${(high - low) / 2}`)
})

test('differences are paired: what two columns have in common cancels', () => {
  const common = gaussian(1_000, random(3))
  const shifted = common.map((value) => value + 0.01)
  const [low, high] = bootstrap([column(shifted), column(common)], { seed: 4 }).differenceInterval(0, 1)
  assert.ok(Math.abs(low - 0.01) < 1e-6 && Math.abs(high - 0.01) < 1e-6)
})

test('listeners to whom a column does not apply are left out of it', () => {
  const { mean, interval } = bootstrap([column([1, Number.NaN, 3, Number.NaN, 2])], { seed: 1 })
  assert.equal(mean(0), 2)
  const [low, high] = interval(0)
  assert.ok(low >= 1 && high <= 3)
})

test('one listener, or none, has no spread', () => {
  assert.deepEqual(bootstrap([column([0.25])], { seed: 1 }).interval(0), [0.25, 0.25])
  const { mean, interval } = bootstrap([column([])], { seed: 1 })
  assert.ok(Number.isNaN(mean(0)) && interval(0).every(Number.isNaN))
})

test('the same seed gives the same interval', () => {
  const values = [column(gaussian(100, random(5)))]
  assert.deepEqual(bootstrap(values, { seed: 6 }).interval(0), bootstrap(values, { seed: 6 }).interval(0))
  assert.notDeepEqual(bootstrap(values, { seed: 6 }).interval(0), bootstrap(values, { seed: 7 }).interval(0))
})
