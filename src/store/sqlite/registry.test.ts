import assert from 'node:assert/strict'
import { appendFileSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { folderPlace } from './folder-place.ts'
import { modelFolder } from './model-writer.ts'

const card = { kind: 'linear', trainedAt: 1, hash: 'h', metrics: {}, marks: [], configuration: {} }
const files = new Map([['model.json', Buffer.from('{"rank":64}')]])

test("a model's damaged or missing file is named and not used", async () => {
  const place = await folderPlace()
  const { registry } = await place.open()
  const version = await registry.register(card, files, new Map())
  const path = join(modelFolder(place.folder, version), 'model.json')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal((await registry.files(version)).size, 1)
  appendFileSync(path, ' ')
  await assert.rejects(registry.files(version), { name: 'Problem', message: /model\.json" is damaged/ })
  writeFileSync(path, '{"rank":65}')
  await assert.rejects(registry.files(version), { name: 'Problem', message: /model\.json" is damaged/ })
  rmSync(path)
  await assert.rejects(registry.files(version), { name: 'Problem', message: /model\.json" is missing/ })
  await place.remove()
})

test('folders that a killed process left are swept by the next registration, others are not', async () => {
  const place = await folderPlace()
  const { registry } = await place.open()
  await registry.register(card, files, new Map())
  for (const left of ['v2', 'v7', '.draft-v2', 'notes']) {
    mkdirSync(join(place.folder, 'models', left))
    writeFileSync(join(place.folder, 'models', left, 'model.json'), 'half')
  }
  assert.equal(await registry.register(card, files, new Map()), 2)
  assert.equal(Buffer.from((await registry.files(2)).get('model.json') ?? []).toString(), '{"rank":64}')
  const exists = (name: string) => existsSync(join(place.folder, 'models', name))
  assert.deepEqual(['v1', 'v2', 'v7', '.draft-v2', 'notes'].map(exists), [true, true, false, false, true])
  await place.remove()
})

test('a file can only be named plainly', async () => {
  const place = await folderPlace()
  const { registry } = await place.open()
  for (const name of ['../x', 'a/b', '', '.hidden'])
    await assert.rejects(registry.register(card, new Map([[name, Buffer.of(1)]]), new Map()), TypeError)
  assert.deepEqual(await registry.models(), [])
  await place.remove()
})
