import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSharedIndex } from '../../src/matching/index/shared-index.ts'
import { openStore } from '../../src/store/open.ts'
import { scan } from '../../src/store/scan.ts'
import { median, quantile } from '../statistics.ts'
import { dimensions, listeners, rowOf } from './vectors.ts'

const model = 1
const fillProcess = join(import.meta.dirname, 'fill-process.ts')
const queries = 200

/** Loading from a store, resident memory, and latency. Prints a line. */
export async function benchLoad(size: number, threads: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'consonance-bench-'))
  try {
    // In a process of its own: what is left behind there is none of this one's memory.
    const { status } = spawnSync(process.execPath, [fillProcess, folder, `${size}`], { stdio: 'inherit' })
    assert.equal(status, 0)
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
