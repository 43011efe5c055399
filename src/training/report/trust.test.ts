import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Trust } from '../calibration/trust.ts'
import { hubnessSection } from './hubness.ts'
import { trustSection } from './trust.ts'

const matches = (population: number, from: number) => ({
  population,
  affinity: [from, from + 1, from + 2, 99.95],
  rarity: [10, 200, 4_321, 1e9],
  firstTen: Array.from({ length: 10 }, (_, k) => from - k),
})
const trust: Trust = {
  listeners: 500,
  pairs: { halves: 1_500, strangers: 124_750 },
  rarity: [
    { predicted: 0.5, observed: 0.5, pairs: 30_000 },
    { predicted: 0.001, observed: 0.0008, pairs: 48 },
  ],
  affinity: [10, 50, 90].map((affinity) => ({
    predicted: affinity / 100,
    observed: affinity / 100 + 0.02,
    pairs: 100,
  })),
  nearest: [matches(1_000, 40), matches(100_000, 80)],
  check: { population: 499, predicted: 40.4, observed: 37.2 },
}

test('the page says how far the numbers can be trusted, with a table behind each picture', () => {
  const { markup } = trustSection(trust)
  assert.match(markup, /up to one pair in 1,000 it was off by a factor of 1\.25 at most/)
  assert.match(markup, /off by 2\.0 points at most/)
  assert.match(markup, /from 42 to 82 for the middle listener, and reaches 99\.9 for 25\.0 % of them among 100,000/)
  assert.match(markup, /from one pair in 4,300 to one in 4,300/)
  assert.match(markup, /predict a median affinity of 40 for the nearest match, and it is 37/)
  assert.equal(markup.match(/<figure>/g)?.length, 4)
  assert.equal(markup.match(/<table>/g)?.length, 4)
  assert.doesNotMatch(markup, /NaN|undefined|Infinity/)
})

test('without enough held-out listeners, the page says so', () => {
  assert.match(trustSection(undefined).markup, /Too few listeners were held out/)
})

test('hubness is told before and after the correction', () => {
  const row = { score: 'pair score', skew: 0.5, never: 0.031, most: 40 } as const
  const { markup } = hubnessSection([
    { ...row, corrected: false },
    { ...row, corrected: true, skew: -0.1, never: 0.004, most: 21 },
  ])
  assert.match(markup, /3\.1 % are in nobody's list and the most\s+popular listener is in 40; .* 0\.4 % and 21/)
  assert.match(markup, /<td>−0\.10<\/td>/)
  assert.equal(hubnessSection([]).markup, '')
})
