import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { openApi } from './openapi.ts'

test('the committed document is what the schemas say: npm run build:api', async () => {
  const committed = JSON.parse(await readFile(new URL('../../../docs/openapi.json', import.meta.url), 'utf8'))
  assert.deepEqual(committed, JSON.parse(JSON.stringify(await openApi())))
})

test('nothing that goes out is, or could hold, a vector or a cosine', async () => {
  const names = [...JSON.stringify(await openApi()).matchAll(/"(\w+)":\{/g)].map(([, name]) => name!)
  assert.ok(names.length > 200)
  for (const name of names) assert.doesNotMatch(name, /^(vector|embedding|cosine|similarity|score)$/i)
})
