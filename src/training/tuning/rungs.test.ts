import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rungsOf, survivors } from './rungs.ts'

test('each rung has a third of the trials for three times as long, and the last one is the whole run', () => {
  const inNumbers = (trials: number) => rungsOf(trials).map((rung) => [rung.trials, Number(rung.share.toFixed(3))])
  assert.deepEqual(inNumbers(1), [[1, 1]])
  assert.deepEqual(inNumbers(2), [[2, 1]])
  assert.deepEqual(inNumbers(3), [
    [3, 0.333],
    [1, 1],
  ])
  assert.deepEqual(inNumbers(20), [
    [20, 0.111],
    [7, 0.333],
    [3, 1],
  ])
})

test('the best go on, the recipe always, and failures never before anything that was fitted', () => {
  const results = [0.1, 0.5, null, 0.7, 0.7].map((score, trial) => ({ trial, score }))
  assert.deepEqual(survivors(results, 1), [0, 3])
  assert.deepEqual(survivors(results, 2), [0, 3, 4])
  assert.deepEqual(survivors(results, 4), [0, 1, 3, 4])
})
