import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { writeProfiles } from './scale.ts'
import { createWorld } from './world/world.ts'

test('a world is written as profiles, one a line', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'consonance-scale-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'world.profiles.jsonl.gz')
  await writeProfiles(createWorld({ seed: 4, listeners: 25 }), file)
  const lines = gunzipSync(await readFile(file))
    .toString('utf8')
    .trimEnd()
    .split('\n')
  assert.equal(lines.length, 25)
  const { id, name, consent, items } = JSON.parse(lines[2]!)
  assert.equal(id, 'simulated:tape-hiss')
  assert.equal(name, 'tape-hiss')
  assert.equal(consent.train, true, 'an importing store may train on it')
  assert.ok(items.length >= 45 && items[0].artists.length >= 1)
})
