import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { profileOf } from '../conformance/place.ts'
import { databasePath } from './connection.ts'
import { assertConsistent } from './consistency.ts'
import { folderPlace } from './folder-place.ts'

const idOf = (i: number) => `user:${((i * 7919) % 3000).toString(36).padStart(3, '0')}-wren`

test('copies of cells that moving them left in other pages go as well', async () => {
  const place = await folderPlace()
  const first = await place.open()
  for (const name of ['Short', 'A much longer name than the one before'])
    await first.store.putProfiles(
      Array.from({ length: 3000 }, (_, i) => profileOf(idOf(i), [{ artists: ['Low'] }], { name: `${name} ${i}` })),
    )
  await first.close()
  // An id stands in its row and in one index. Where it is found more often, it was left behind in a gap of a page.
  const bytes = readFileSync(databasePath(place.folder), 'latin1')
  const leftBehind = Array.from({ length: 3000 }, (_, i) => idOf(i)).filter((id) => bytes.split(id).length - 1 > 2)
  assert.ok(leftBehind.length > 0, 'no copies were left: this test shows nothing')
  const { store, close } = await place.open()
  for (const id of leftBehind.slice(0, 3)) await store.erase(id)
  const after = (await place.bytes()).toString('latin1')
  for (const id of leftBehind.slice(0, 3)) assert.ok(!after.includes(id), id)
  await close()
  assertConsistent(place.folder)
  await place.remove()
})

test('an erasure that was cut off after its commit is completed by the next writer', async () => {
  const place = await folderPlace()
  const first = await place.open()
  await first.store.putProfiles([profileOf('user:wren', [{ artists: ['Low'] }]), profileOf('user:owl', [])])
  await first.close()
  // As a process leaves it that dies between the commit and the scrubbing.
  const database = new DatabaseSync(databasePath(place.folder))
  database.exec(`PRAGMA secure_delete = OFF; PRAGMA foreign_keys = ON; DELETE FROM listeners WHERE id = 'user:wren';
    INSERT INTO unscrubbed VALUES (1)`)
  database.close()
  assert.ok((await place.bytes()).includes('user:wren'))
  const { store } = await place.open()
  await store.putProfiles([profileOf('user:jay', [])])
  assert.ok(!(await place.bytes()).includes('user:wren'))
  await place.remove()
})
