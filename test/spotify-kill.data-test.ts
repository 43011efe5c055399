import assert from 'node:assert/strict'
import { test } from 'node:test'
import { killIngests } from './killed-ingest.ts'

test('killed at 50 moments, reading profiles ends with the same store as without', async (t) => {
  assert.ok((await killIngests(t, 50, 2)) > 5)
})
