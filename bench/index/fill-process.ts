/**
 * A store of made-up listeners with embeddings, written straight into its tables as the store itself would write them:
 * through its port, a million profiles take minutes.
 *
 *     node bench/index/fill-process.ts FOLDER LISTENERS
 */
import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { openStore } from '../../src/store/open.ts'
import { databasePath } from '../../src/store/sqlite/connection.ts'
import { listeners, rowOf } from './vectors.ts'

const model = 1
const folder = process.argv[2]!
const size = Number(process.argv[3])
await (await openStore(undefined, folder, {}, { create: true })).close()
const database = new DatabaseSync(databasePath(folder))
database.exec(`
  PRAGMA synchronous = OFF;
  BEGIN;
  INSERT INTO sources (n, origin, source) VALUES (1, 'research', 'made-up');`)
const listener = database.prepare(
  `INSERT INTO listeners (id, key, source, read_at, findable, show_name, show_tracks, train, digest)
   VALUES (?, ?, 1, 1, 1, 0, 1, 1, x'00')`,
)
const embedding = database.prepare('INSERT INTO embeddings (listener, model, vector) VALUES (?, ?, ?)')
// Made anew, a million vectors would take longer than all else; the same ones, a little apart, are as far to scan.
const some = listeners(50_000, 2)
for (let i = 0; i < size; i++) {
  const row = rowOf(some, i % 50_000).map((value) => Math.fround(value * (1 - i / size / 1000)))
  const { lastInsertRowid } = listener.run(`made-up:${i}`, randomBytes(12).toString('base64url'))
  embedding.run(lastInsertRowid, model, new Uint8Array(row.buffer))
}
database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)')
database.close()
