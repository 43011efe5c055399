import assert from 'node:assert/strict'
import { createSharedIndex } from '../../src/matching/index/shared-index.ts'
import { random } from '../../src/towers/random.ts'
import { dimensions, keyOf, listeners, rowOf } from './vectors.ts'

const operations = 1_000_000
const population = 20_000
const queries = 500

/**
 * A million additions, replacements, deletions and queries among about 20,000 listeners; then every answer must be that of an
 * index which is built anew, and memory must not have grown. Prints a line, throws when it is not so.
 */
export async function benchChurn(threads: number): Promise<void> {
  const vectors = listeners(2 * population, 2)
  const draws = random(9)
  const index = await createSharedIndex(dimensions, { threads })
  const present = new Map<number, number>()
  const put = (i: number, vector: number) => {
    index.put({ key: keyOf(i), listener: `made-up:${i % 997}`, vector: rowOf(vectors, vector), flags: vector % 4 })
    present.set(i, vector)
  }
  for (let i = 0; i < population; i++) put(2 * i, draws.below(2 * population))
  const bytes = index.bytes
  let most = bytes
  const start = performance.now()
  let queried = 0
  for (let step = 0; step < operations; step++) {
    const i = draws.below(2 * population)
    if (step % 10 === 0) {
      index.nearest(rowOf(vectors, i), { k: 10, mask: 1 })
      queried++
    } else if (present.has(i) && draws.below(2) === 0) {
      index.delete(keyOf(i))
      present.delete(i)
    } else if (present.has(i) || present.size < population) put(i, draws.below(2 * population))
    most = Math.max(most, index.bytes)
  }
  const seconds = (performance.now() - start) / 1000
  const fresh = await createSharedIndex(dimensions, { threads })
  for (const [i, vector] of present) {
    const row = { listener: `made-up:${i % 997}`, vector: rowOf(vectors, vector), flags: vector % 4 }
    fresh.put({ key: keyOf(i), ...row })
  }
  const asked = listeners(queries, 4)
  assert.equal(index.size, fresh.size)
  for (let i = 0; i < queries; i++) {
    const query = rowOf(asked, i)
    assert.deepEqual(index.nearest(query, { k: 50, mask: 2 }), fresh.nearest(query, { k: 50, mask: 2 }))
  }
  console.log(
    `${operations} operations (${queried} of them queries) in ${seconds.toFixed(1)} s; ${queries} answers are those of a fresh build; ` +
      `memory ${(bytes / 1e6).toFixed(2)} MB before, ${(index.bytes / 1e6).toFixed(2)} MB after`,
  )
  assert.ok(most <= 1.1 * bytes, `memory grew to ${most} bytes`)
  index.close()
  fresh.close()
}
