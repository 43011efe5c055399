import { barOf, raiseBar } from './bar'
import { blockOf, changesOf, ROWS, valuesOf, VERSION } from './block'
import {
  FLOOR_COUNT, FLOORS, MOST_WAITING, NEIGHBOUR, OUTDATED, PART_FENCE, queryDoubles, WAITING, WAITING_COUNT,
} from './job'
import { evenVersion, fence } from './lock'
import { offer, similarityAt } from './nearest'
import { exact } from './scan'

/**
 * Rows that codes leave in doubt wait until all are scanned: codes give a lower bound as well, and the k-th highest of these
 * is a bar that is nearly as high as the k-th best similarity. In the end hardly more than k rows reach it, and only
 * their float32 values are read.
 */

/** Adds a row of the block at hand (two bounds, row, count of changes, at `from`). */
export function wait(job: usize, part: usize, k: u32, from: usize): void {
  if (<f64>load<f32>(from) < barOf(job)) return
  if (load<u32>(part, WAITING_COUNT) == MOST_WAITING) makeRoom(job, part, k)
  const count = load<u32>(part, WAITING_COUNT)
  memory.copy(part + WAITING + <usize>count * NEIGHBOUR, from, NEIGHBOUR)
  store<u32>(part, count + 1, WAITING_COUNT)
  offerFloor(job, part, k, load<f32>(from, 4))
}

/** Those that cannot be among the k any more go; when that is too few, all are computed. */
function makeRoom(job: usize, part: usize, k: u32): void {
  const count = load<u32>(part, WAITING_COUNT)
  const bar = barOf(job)
  let kept: u32 = 0
  for (let i: u32 = 0; i < count; i++) {
    const from = part + WAITING + <usize>i * NEIGHBOUR
    if (<f64>load<f32>(from) < bar) continue
    memory.copy(part + WAITING + <usize>kept * NEIGHBOUR, from, NEIGHBOUR)
    kept++
  }
  store<u32>(part, kept, WAITING_COUNT)
  if (kept > MOST_WAITING / 2) settle(job, part, k)
}

/**
 * Computes the rows that wait and can still be among the k. One that has changed since its codes were read makes the query
 * outdated: the bar may owe its height to what the row was.
 */
export function settle(job: usize, part: usize, k: u32): void {
  const count = load<u32>(part, WAITING_COUNT)
  store<u32>(part, 0, WAITING_COUNT)
  const query = queryDoubles(job)
  for (let i: u32 = 0; i < count; i++) {
    const from = part + WAITING + <usize>i * NEIGHBOUR
    if (<f64>load<f32>(from) < barOf(job)) continue
    const row = load<u32>(from, 8)
    const change = load<u32>(from, 12)
    const block = blockOf(row)
    let version: u32
    let similarity: f64 = 0
    do {
      version = evenVersion(block)
      if (load<u32>(changesOf(block, row % ROWS)) != change) {
        atomic.store<u32>(job, 1, OUTDATED)
        return
      }
      similarity = exact(query, valuesOf(block, row % ROWS))
      fence(part + PART_FENCE)
    } while (atomic.load<u32>(block, VERSION) != version)
    offer(part, k, similarity, row, change)
    if (load<u32>(part) == k) raiseBar(job, similarityAt(part, 0))
  }
}

/** The k highest lower bounds: a binary heap whose root is the lowest. */
function offerFloor(job: usize, part: usize, k: u32, least: f32): void {
  const heap = part + FLOORS
  const count = load<u32>(part, FLOOR_COUNT)
  if (count < k) {
    let i = count
    while (i > 0) {
      const parent = (i - 1) >> 1
      const above = load<f32>(heap + (<usize>parent << 2))
      if (above <= least) break
      store<f32>(heap + (<usize>i << 2), above)
      i = parent
    }
    store<f32>(heap + (<usize>i << 2), least)
    store<u32>(part, count + 1, FLOOR_COUNT)
    if (count + 1 < k) return
  } else {
    if (least <= load<f32>(heap)) return
    let i: u32 = 0
    for (;;) {
      let child: u32 = (i << 1) + 1
      if (child >= k) break
      if (child + 1 < k && load<f32>(heap + (<usize>child << 2), 4) < load<f32>(heap + (<usize>child << 2))) child++
      const below = load<f32>(heap + (<usize>child << 2))
      if (below >= least) break
      store<f32>(heap + (<usize>i << 2), below)
      i = child
    }
    store<f32>(heap + (<usize>i << 2), least)
  }
  raiseBar(job, <f64>load<f32>(heap))
}
