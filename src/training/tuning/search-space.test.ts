import assert from 'node:assert/strict'
import { test } from 'node:test'
import { networkPresets } from '../network/configuration.ts'
import { sampleConfiguration, shortened } from './search-space.ts'
import { changesOf } from './trail.ts'

const recipe = networkPresets.standard

test('trial 0 is the recipe; the others are drawn around it by their number and the seed alone', () => {
  assert.equal(sampleConfiguration(recipe, 7, 0), recipe)
  const [one, other] = [sampleConfiguration(recipe, 7, 1), sampleConfiguration(recipe, 7, 2)]
  assert.deepEqual(sampleConfiguration(recipe, 7, 1), one)
  assert.notDeepEqual(one, other)
  assert.notDeepEqual(sampleConfiguration(recipe, 8, 1), one)
})

test('what is drawn can be fitted: rates and temperatures above 0, shares from 0 to below 1, sizes as they were', () => {
  const changed = new Set<string>()
  for (let trial = 1; trial < 200; trial++) {
    const drawn = sampleConfiguration(recipe, 1, trial)
    assert.deepEqual([drawn.columns, drawn.members], [recipe.columns, recipe.members])
    assert.deepEqual([drawn.batch, drawn.epochs], [recipe.batch, recipe.epochs])
    for (const [path, value] of Object.entries(changesOf(recipe, drawn))) {
      changed.add(path)
      assert.ok(Number.isFinite(value) && value >= 0, path)
      if (/dropout|share|kept|batches/i.test(path)) assert.ok(value < 0.9, path)
      else assert.ok(value > 0, path)
    }
  }
  assert.ok(changed.size >= 15)
})

test('a shortened run of one network has a share of the epochs, at least one, and never one where there was none', () => {
  const one = { ...recipe, members: 1, epochs: { artists: 70, tracks: 0 } }
  const epochsOf = (share: number) => shortened(one, share).epochs
  assert.deepEqual(epochsOf(1), { artists: 70, tracks: 0 })
  assert.deepEqual(epochsOf(1 / 9), { artists: 8, tracks: 0 })
  assert.deepEqual(epochsOf(1e-9), { artists: 1, tracks: 0 })
})

test('a shortened run of an ensemble has fewer networks before it has fewer epochs', () => {
  const three = { ...recipe, members: 3, epochs: { artists: 90, tracks: 30 } }
  const sizeOf = (share: number) => {
    const { members, epochs } = shortened(three, share)
    return [members, epochs.artists, epochs.tracks]
  }
  assert.deepEqual(sizeOf(1), [3, 90, 30])
  assert.deepEqual(sizeOf(1 / 3), [1, 90, 30])
  assert.deepEqual(sizeOf(1 / 9), [1, 30, 10])
})
