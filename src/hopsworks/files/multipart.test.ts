import assert from 'node:assert/strict'
import { test } from 'node:test'
import { multipart } from './multipart.ts'

test('is understood by another implementation', async () => {
  const content = new Uint8Array(70_000).map((_, i) => i % 251)
  const { contentType, body } = multipart(
    { templateId: -1, flowFilename: 'modèle "a".bin' },
    { field: 'file', name: 'modèle "a".bin', content },
  )
  const form = await new Response(Buffer.from(body), { headers: { 'content-type': contentType } }).formData()
  assert.equal(form.get('templateId'), '-1')
  assert.equal(form.get('flowFilename'), 'modèle "a".bin')
  const file = form.get('file') as File
  assert.equal(file.name, 'modèle "a".bin')
  assert.deepEqual(new Uint8Array(await file.arrayBuffer()), content)
})
