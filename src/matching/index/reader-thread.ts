import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import type { IndexHandle } from './search-kernels.ts'
import { openSharedIndex } from './shared-index.ts'
import type { Neighbour } from './vector-index.ts'

/**
 * For tests: queries an index over and over while others write, and says what was wrong with the answers.
 *
 * `steady` listeners (keys `s0`, `s1`...) are always there and nearest to `query`, and then come others (keys `c...`), all of
 * them at `otherwise`. Listener number `state[1]` has been put under the key `n<number>`, at `vectorOfNumber`, before
 * that number was told.
 */
interface ReaderData {
  readonly handle: IndexHandle
  /** [ending, newest number, queries] */
  readonly state: Int32Array
  readonly query: Float32Array
  readonly steady: number
  readonly otherwise: number
}

if (!isMainThread) parentPort?.postMessage(read(workerData as ReaderData))

function read({ handle, state, query, steady, otherwise }: ReaderData): string[] {
  const index = openSharedIndex(handle)
  const wrong: string[] = []
  while (Atomics.load(state, 0) === 0 && wrong.length === 0) {
    wrong.push(...faults(index.nearest(query, { k: steady + 20 }), steady, otherwise))
    const newest = Atomics.load(state, 1)
    if (newest < 0) continue
    const found = index.nearest(vectorOfNumber(newest, query.length), { k: 1 })[0]
    if (found?.key !== `n${newest}`) wrong.push(`listener n${newest} was not found`)
    Atomics.add(state, 2, 1)
  }
  Atomics.store(state, 0, 1)
  index.close()
  return wrong
}

function faults(neighbours: readonly Neighbour[], steady: number, otherwise: number): string[] {
  const wrong: string[] = []
  for (const [i, { key, similarity }] of neighbours.entries()) {
    if (i < steady ? key !== `s${i}` : !key.startsWith('c') || similarity !== otherwise)
      wrong.push(`${key} at ${i}: ${similarity}`)
  }
  if (neighbours.length < steady) wrong.push(`only ${neighbours.length} neighbours`)
  if (new Set(neighbours.map(({ key }) => key)).size < neighbours.length) wrong.push('a listener twice')
  return wrong
}

/** Nobody else's is as near to it. */
export function vectorOfNumber(number: number, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions)
  for (let digit = 0, rest = number; digit < 4; digit++, rest = Math.floor(rest / 10)) {
    vector[1 + 10 * digit + (rest % 10)] = 0.5
  }
  return vector
}
