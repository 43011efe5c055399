import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createSharedIndex } from '../../src/matching/index/shared-index.ts'
import { openStore } from '../../src/store/open.ts'
import { scan } from '../../src/store/scan.ts'
import { databasePath } from '../../src/store/sqlite/connection.ts'
import { median, quantile } from '../statistics.ts'
import { dimensions, listeners, rowOf } from './vectors.ts'

const model = 1
const queries = 200

/** Loading from a store, resident memory, and latency. Prints a line. */
export async function benchLoad(size: number, threads: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'consonance-bench-'))
  try {
    await fill(folder, size)
    const { store, close } = await openStore(undefined, folder, {}, { create: false })
    const index = await createSharedIndex(dimensions, { threads })
    const start = performance.now()
    for await (const row of scan((query) => store.embeddings(model, query))) index.put(row)
    const seconds = (performance.now() - start) / 1000
    assert.equal(index.size, size)

    const asked = listeners(queries, 4)
    const latency = (k: number) => {
      const times = Array.from({ length: queries }, (_, i) => {
        const before = performance.now()
        index.nearest(rowOf(asked, i), { k })
        return performance.now() - before
      })
      return `p50 ${median(times).toFixed(2)}, p99 ${quantile(times, 0.99).toFixed(2)} ms`
    }
    latency(10)
    console.log(
      `${size} x ${dimensions}: loaded from the store in ${seconds.toFixed(2)} s; index ${(index.bytes / size).toFixed(0)} bytes a listener, ` +
        `process ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB resident; nearest 10: ${latency(10)}; nearest 200: ${latency(200)}`,
    )

    index.close()
    await close()
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Rows as the store itself would write them; through its port, a million profiles take minutes. */
async function fill(folder: string, size: number): Promise<void> {
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
}
