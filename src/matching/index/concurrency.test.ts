import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { random } from '../../towers/random.ts'
import { vectorOfNumber } from './reader-thread.ts'
import { createSharedIndex } from './shared-index.ts'

/** So many that writing and reading a row takes long enough to get into each other's way. */
const dimensions = 1024
const [steady, changing, inserted] = [20, 100, 2000]

function axis(at: number, value: number): Float32Array {
  return new Float32Array(dimensions).fill(value, at, at + 1)
}

test('two threads query while one writes: nothing torn, nothing missing, nothing twice, and what was put is found', async () => {
  const index = await createSharedIndex(dimensions, { threads: 2 })
  const query = axis(0, Math.SQRT1_2)
  query[dimensions - 1] = query[0]!
  // Equally near at either end. Half of one and half of the other would be nearer than anybody, or missed.
  const ends = (value: number) => [axis(0, value), axis(dimensions - 1, value)] as const
  const steadyEnds = Array.from({ length: steady }, (_, i) => ends(1 - i / 100))
  const changingEnds = ends(0.75)
  // Blocks of 256 that are read first, so that of the others only those are computed whose codes reach as far.
  for (let i = 0; i < 512; i++) index.put({ key: `f${i}`, listener: `x:f${i}`, vector: axis(0, 0.5) })
  for (let i = 0; i < steady; i++) index.put({ key: `s${i}`, listener: `x:s${i}`, vector: steadyEnds[i]![0] })
  const state = new Int32Array(new SharedArrayBuffer(12))
  state[1] = -1
  const workerData = { handle: index.handle, state, query, steady, otherwise: 0.75 * query[0]! }
  const readers = [1, 2].map(
    () => new Worker(new URL('./reader-thread.ts', import.meta.url), { workerData, execArgv: [] }),
  )
  const answers = Promise.all(readers.map((reader) => once(reader, 'message')))
  const draws = random(3)
  for (let i = 0; Atomics.load(state, 0) === 0 && (i < inserted || Atomics.load(state, 2) < 200); i++) {
    for (let j = 0; j < 8; j++) {
      const turning = draws.below(steady)
      index.put({ key: `s${turning}`, listener: `x:s${turning}`, vector: steadyEnds[turning]![j % 2]! })
    }
    for (let j = 0; j < 4; j++) {
      const key = `c${draws.below(changing)}`
      if (draws.below(4) === 0) index.delete(key)
      else index.put({ key, listener: `x:${key}`, vector: changingEnds[draws.below(2)]! })
    }
    if (i < inserted) {
      index.put({ key: `n${i}`, listener: `x:n${i}`, vector: vectorOfNumber(i, dimensions) })
      Atomics.store(state, 1, i)
      assert.equal(index.nearest(vectorOfNumber(i, dimensions), { k: 1 })[0]?.key, `n${i}`)
    }
  }
  Atomics.store(state, 0, 1)
  for (const [wrong] of await answers) assert.deepEqual(wrong, [])
  index.close()
})
