import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decidePromotion } from './promotion.ts'

const model = (
  hash: string,
  data: string,
  recipe: string,
  score?: number,
  gain?: number,
): Parameters<typeof decidePromotion>[0] => ({
  kind: 'two-tower',
  hash,
  configuration: { data, recipe },
  metrics: {
    ...(score !== undefined && { 'validation.score': score }),
    ...(gain !== undefined && { 'validation.gain': gain }),
  },
})
const promotes = (...models: Parameters<typeof decidePromotion>) => decidePromotion(...models).promote

test('the first model is promoted, and the same one not again', () => {
  assert.equal(promotes(model('x', 'd', 'r'), undefined), true)
  assert.equal(promotes(model('x', 'd', 'r', 0.5), model('x', 'd', 'r', 0.5)), false)
})

test('on the same data the better score wins, and equals change nothing', () => {
  const promoted = model('x', 'd', 'linear', 0.5, 0.1)
  assert.equal(promotes(model('y', 'd', 'two-tower', 0.51, 0.01), promoted), true)
  assert.equal(promotes(model('y', 'd', 'two-tower', 0.5, 0.2), promoted), false)
  assert.equal(promotes(model('y', 'd', 'two-tower', 0.49, 0.2), promoted), false)
  assert.equal(promotes(model('y', 'd', 'two-tower'), promoted), false)
})

test('on newer data the same recipe wins, another one by its gain', () => {
  const promoted = model('x', 'old', 'linear', 0.5, 0.1)
  assert.equal(promotes(model('y', 'new', 'linear', 0.4, 0.05), promoted), true)
  assert.equal(promotes(model('y', 'new', 'two-tower', 0.4, 0.2), promoted), true)
  assert.equal(promotes(model('y', 'new', 'two-tower', 0.9, 0.05), promoted), false)
})

test('a model that could not be validated gives way to one that was', () => {
  assert.equal(promotes(model('y', 'd', 'b', 0.1, 0), model('x', 'd', 'a')), true)
  assert.equal(promotes(model('y', 'd', 'b'), model('x', 'd', 'a')), false)
  assert.equal(promotes(model('y', 'd2', 'b', 0.1, -0.2), { ...model('x', 'd', 'r'), configuration: {} }), true)
})

test('a model that lost to another kind is never promoted, and who won is said with the interval', () => {
  const contest = {
    winner: 'linear',
    other: 'two-tower',
    difference: { difference: 0.02, ci95: [0.01, 0.03] },
  } as const
  const lost = decidePromotion(model('x', 'd', 'r', 0.5), undefined, contest)
  assert.deepEqual(lost, {
    promote: false,
    why: 'the linear model is ahead by 0.0200 [0.0100, 0.0300] on the validation score',
  })
  const won = decidePromotion({ ...model('y', 'd', 'r', 0.52), kind: 'linear' }, undefined, contest)
  assert.equal(won.promote, true)
  assert.match(won.why, /^it is ahead of the two-tower model by 0\.0200 \[.*; no model was promoted before$/)
})
