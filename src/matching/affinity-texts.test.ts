import assert from 'node:assert/strict'
import { test } from 'node:test'
import { affinityTexts } from './affinity-texts.ts'

test('affinities have as few decimals as tell them apart', () => {
  assert.deepEqual(affinityTexts([71.2, 64.4, 3]), ['71', '64', '3'])
  assert.deepEqual(affinityTexts([71.2, 71.4, 3]), ['71.2', '71.4', '3.0'])
  assert.deepEqual(affinityTexts([99.991, 99.992, 99.992]), ['99.991', '99.992', '99.992'])
  assert.deepEqual(affinityTexts([40.3, 0.91, 0.003]), ['40', '<1', '<1'])
  assert.deepEqual(affinityTexts([]), [])
})
