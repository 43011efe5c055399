import { parentPort, workerData } from 'node:worker_threads'
import type { IndexHandle } from '../../src/matching/index/search-kernels.ts'
import { openSharedIndex } from '../../src/matching/index/shared-index.ts'
import { listeners, rowOf } from './vectors.ts'

/** Queries an index until `state[0]` is 3, with a pause after each; tells the milliseconds of each, by the phase it was in. */
const { handle, state, seed, pause } = workerData as {
  readonly handle: IndexHandle
  readonly state: Int32Array
  readonly seed: number
  readonly pause: number
}
const index = openSharedIndex(handle)
const asked = listeners(500, seed)
const sleeper = new Int32Array(new SharedArrayBuffer(4))
const times: [number[], number[], number[]] = [[], [], []]
parentPort?.postMessage('ready')
for (let i = 0; ; i++) {
  const phase = Atomics.load(state, 0)
  if (phase === 3) break
  const start = performance.now()
  index.nearest(rowOf(asked, i % 500), { k: 10, mask: 1 })
  times[phase]!.push(performance.now() - start)
  Atomics.wait(sleeper, 0, 0, pause)
}
index.close()
parentPort?.postMessage(times)
