import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzzExports } from './export-fuzz.ts'

test('whatever is damaged in an export, it is read in part or refused with one line', async () => {
  const { crashes, read, refused } = await fuzzExports(1_000)
  assert.deepEqual(crashes, [])
  assert.ok(read > 200, `${read} of them were read`)
  assert.ok(refused > 50, `${refused} of them were refused`)
})
