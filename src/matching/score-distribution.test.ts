import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { random } from '../towers/random.ts'
import { fitDistribution, type ScoreDistribution, scoreAbove, sharesAt } from './score-distribution.ts'

const { uniform } = random(1, 2)
const exponential = (scale: number) => -scale * Math.log(1 - uniform())

test('shares on both sides add up to one, and grow with the score without an end', () => {
  const sample = fc.array(fc.oneof(fc.double({ min: -50, max: 50, noNaN: true }), fc.constant(0)), { minLength: 20 })
  const score = fc.double({ min: -80, max: 80, noNaN: true })
  fc.assert(
    fc.property(sample, score, fc.double({ min: 0.01, max: 5, noNaN: true }), (sample, score, step) => {
      const distribution = fitDistribution(sample)
      const here = sharesAt(distribution, score)
      const there = sharesAt(distribution, score + step)
      assert.ok(Math.abs(here.below + here.above - 1) < 1e-12)
      assert.ok(there.above <= here.above && there.below >= here.below)
      assert.ok(there.above >= 0 && here.below >= 0)
    }),
  )
  const distribution = fitDistribution(Array.from({ length: 500 }, () => exponential(2)))
  let before = sharesAt(distribution, -5)
  for (let at = -4.9; at < 60; at += 0.1) {
    const now = sharesAt(distribution, at)
    assert.ok(now.above < before.above || at < 0, `at ${at}`)
    assert.ok(now.below > before.below || at > 40, `at ${at}`)
    before = now
  }
})

test('nothing jumps, not even where the tails begin', () => {
  const distribution = fitDistribution(Array.from({ length: 2_000 }, () => exponential(1) + exponential(1)))
  const joints = [...distribution.scores, distribution.scores[0]! - 1, distribution.scores.at(-1)! + 1]
  for (const joint of joints) {
    const [left, right] = [sharesAt(distribution, joint - 1e-9), sharesAt(distribution, joint + 1e-9)]
    assert.ok(Math.abs(left.above - right.above) < 1e-7)
  }
})

test('the tail tells rarities that no sample of this size holds', () => {
  for (const [name, draw, survival] of [
    ['exponential', () => exponential(3), (x: number) => Math.exp(-x / 3)],
    ['Pareto', () => 10 * ((1 - uniform()) ** -0.2 - 1), (x: number) => (1 + x / 10) ** -5],
  ] as const) {
    const distribution = fitDistribution(Array.from({ length: 20_000 }, draw))
    for (const share of [0.5, 0.1, 0.01, 1e-3, 1e-5]) {
      const at = scoreAbove(distribution, share)
      const ratio = survival(at) / share
      const allowed = share < 1e-4 ? 3 : 1.25
      assert.ok(ratio < allowed && ratio > 1 / allowed, `${name}, one in ${1 / share}: off by ${ratio}`)
    }
  }
})

test('the inverse is the inverse', () => {
  const distribution = fitDistribution(Array.from({ length: 300 }, () => exponential(1) - exponential(2)))
  for (const share of [0.999, 0.9, 0.5, 0.03, 1e-7])
    assert.ok(Math.abs(sharesAt(distribution, scoreAbove(distribution, share)).above / share - 1) < 1e-6)
})

test('samples without a spread are no obstacle', () => {
  const finite = (distribution: ScoreDistribution) =>
    [-1e9, -1, 0, 1e-4, 1, 50].every((score) => Number.isFinite(sharesAt(distribution, score).above))
  assert.ok(finite(fitDistribution(new Array(40).fill(0))))
  assert.ok(finite(fitDistribution([...new Array(39).fill(0), 1])))
})
