import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { profileOf } from '../conformance/place.ts'
import { databasePath } from './connection.ts'
import { assertConsistent } from './consistency.ts'
import { folderPlace } from './folder-place.ts'
import { applicationId, migrations } from './schema.ts'

test('a store of any earlier version is brought up to date, with all that is in it', async () => {
  for (let version = 1; version < migrations.length; version++) {
    const place = await folderPlace()
    try {
      const old = new DatabaseSync(databasePath(place.folder))
      for (const step of migrations.slice(0, version)) old.exec(step)
      old.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${version}`)
      old.exec(`
        INSERT INTO sources VALUES (1, 'research', 'x');
        INSERT INTO listeners VALUES (1, 'a:1', 'key', 1, 5, NULL, 1, 0, 1, 1, x'00', NULL, NULL);
        INSERT INTO embeddings VALUES (1, 1, x'0000803f');
      `)
      old.close()
      const { store } = await place.open()
      assert.deepEqual((await store.embeddings(1)).rows[0]?.vector, Float32Array.of(1))
      assert.deepEqual((await store.stale(1)).rows, ['key'])
      assert.deepEqual(await store.putProfiles([profileOf('a:2', [{ artists: ['Low'] }])]), ['added'])
      assert.equal(await store.erase('a:1'), true)
      assertConsistent(place.folder)
    } finally {
      await place.remove()
    }
  }
})
