import { createSharedIndex } from '../../src/matching/index/shared-index.ts'
import { median, quantile } from '../statistics.ts'
import { dimensions, keyOf, listeners, rowOf } from './vectors.ts'

const queries = 300

/** How long the nearest 10 and the nearest 200 take on one thread and on several, and the memory of a listener. Prints a table. */
export async function benchLatency(sizes: readonly number[], threads: number): Promise<void> {
  // Made anew, a million vectors would take longer than all else; the same ones, a little apart, are as far to scan.
  const some = listeners(50_000, 2)
  const asked = listeners(queries, 4)
  console.log('listeners   threads   bytes each   nearest 10: p50, p99 ms   nearest 200: p50, p99 ms')
  for (const size of sizes)
    for (const count of new Set([1, threads])) {
      const index = await createSharedIndex(dimensions, { threads: count })
      for (let i = 0; i < size; i++) {
        const vector = rowOf(some, i % 50_000).map((value) => Math.fround(value * (1 - i / size / 1000)))
        index.put({ key: keyOf(i), listener: `made-up:${i}`, vector })
      }
      const figures = [10, 200].map((k) => {
        const times = Array.from({ length: queries + 20 }, (_, i) => {
          const before = performance.now()
          index.nearest(rowOf(asked, i % queries), { k })
          return performance.now() - before
        }).slice(20)
        return `${median(times).toFixed(2)}, ${quantile(times, 0.99).toFixed(2)}`
      })
      const bytes = (index.bytes / size).toFixed(0)
      console.log(
        `${size}`.padStart(9) +
          `${count}`.padStart(10) +
          bytes.padStart(13) +
          figures.map((each) => each.padStart(26)).join(''),
      )
      index.close()
    }
}
