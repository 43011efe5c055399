import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { madeFrom } from './client.ts'

test('the client is that of the described API', () => {
  const schema = readFileSync(join(import.meta.dirname, '../api/schema.ts'), 'utf8')
  assert.ok(schema.startsWith(madeFrom()), 'docs/openapi.json has changed: npm run build:client')
})
