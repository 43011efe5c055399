import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { createSharedIndex } from '../../src/matching/index/shared-index.ts'
import { median, quantile } from '../statistics.ts'
import { dimensions, keyOf, listeners, rowOf } from './vectors.ts'

const size = 100_000
const inserts = 10_000
/** Milliseconds that a querying thread rests after each query, so that two cores are enough for three threads. */
const pause = 0.5

/**
 * 10,000 insertions while two threads query: is each in the next query, and do the other queries suffer? Asking for each takes a
 * core of its own, so there are as many insertions again without. Prints lines.
 */
export async function benchLive(threads: number): Promise<void> {
  const index = await createSharedIndex(dimensions, { threads })
  const insert = (i: number, vector: Float32Array) =>
    index.put({ key: keyOf(i), listener: `made-up:${i}`, vector, flags: 1 })
  const vectors = listeners(size, 2)
  const news = listeners(2 * inserts, 3)
  for (let i = 0; i < size; i++) insert(i, rowOf(vectors, i))
  const state = new Int32Array(new SharedArrayBuffer(4))
  const workers = [5, 6].map((seed) => {
    const workerData = { handle: index.handle, state, seed, pause }
    return new Worker(new URL('./query-thread.ts', import.meta.url), { workerData })
  })
  await Promise.all(workers.map((worker) => once(worker, 'message')))
  const answers = Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0] as number[][]))
  await wait(4000)

  const times: number[] = []
  const insertNew = (i: number) => {
    const start = performance.now()
    insert(size + i, rowOf(news, i))
    times.push(performance.now() - start)
  }
  Atomics.store(state, 0, 1)
  for (let i = 0; i < inserts; i++) {
    insertNew(i)
    if (i % 10 === 9) await wait(1)
  }
  let visible = 0
  Atomics.store(state, 0, 2)
  for (let i = inserts; i < 2 * inserts; i++) {
    insertNew(i)
    if (index.nearest(rowOf(news, i), { k: 1, mask: 1 })[0]?.key === keyOf(size + i)) visible++
    if (i % 10 === 9) await wait(1)
  }
  Atomics.store(state, 0, 3)
  const both = await answers
  const [idle, inserting, asking] = [0, 1, 2].map((phase) => both.flatMap((times) => times[phase]!))
  const figures = (some: readonly number[]) =>
    `p50 ${median(some).toFixed(3)}, p99 ${quantile(some, 0.99).toFixed(3)} ms (${some.length} queries)`
  console.log(
    `inserted and in the next query: ${visible} of ${inserts}; an insertion takes p50 ${(1000 * median(times)).toFixed(1)}, ` +
      `p99 ${(1000 * quantile(times, 0.99)).toFixed(1)} us`,
  )
  console.log(
    `queries of two threads among ${size}: ${figures(idle!)}; during ${inserts} insertions ${figures(inserting!)}; while a third thread ` +
      `asks for each that it has inserted ${figures(asking!)}`,
  )
  index.close()
}
