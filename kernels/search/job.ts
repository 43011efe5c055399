import { allocate, DIMENSIONS, JOB_LIST, JOBS, MOST_JOBS, prepareMemory, release, reserve, THREADS } from './memory'
import { prepareBlocks, ROWS, width } from './block'
import { lock, unlock } from './lock'

/** What a thread that has the index open hands over and gets back, and the query it is at. */

/** Not 0: helpers may join. */
export const OPEN: usize = 0
/** Blocks that nobody has claimed; below 1 when there are none. */
export const UNCLAIMED: usize = 64
/** How many helpers have joined. */
export const ACTIVE: usize = 128
/** No row below this similarity is among the k (the bits of a float64, see query.ts). */
export const BAR: usize = 192
/** Not 0: taken by a thread. */
const USED: usize = 256
export const K: usize = 260
export const MASK: usize = 264
export const QUERY_BLOCKS: usize = 268
/** How many neighbours each participant has room for, and where the participants' are. */
export const CAPACITY: usize = 272
export const PARTS: usize = 276
/** Results: float64 similarities, then names; or names alone. */
export const OUT: usize = 280
const OUT_BYTES: usize = 284
export const OUT_NAMES_BYTES: usize = 288
export const NAMES_BYTES: usize = 292
/** The query's scale and length, and what to add to an estimate from codes or from float32 for it to be a bound. */
export const STEP: usize = 296
export const LENGTH: usize = 300
export const CODES_SLACK: usize = 304
export const VALUES_SLACK: usize = 308
/** Not 0: a row changed whose codes had a say in who comes among the k. */
export const OUTDATED: usize = 312
export const JOB_NAMES: usize = 320
const MOST_NAMES: usize = 4096
/** [D] float32; then the query's codes, int16, and the query as float64. */
export const VECTOR: usize = JOB_NAMES + MOST_NAMES

/** To be called once, before all else. */
export function initialise(dimensions: u32, threads: u32, mode: u32): void {
  prepareMemory(dimensions, threads, mode)
}

/** A place for the calling thread, 0 when there is none left. */
export function attach(): usize {
  prepareBlocks()
  lock()
  let job = unused()
  if (job == 0 && load<u32>(JOBS) < MOST_JOBS) {
    job = reserve(VECTOR + 14 * <usize>load<u32>(DIMENSIONS), 64)
    if (job != 0) {
      store<u32>(JOB_LIST + (<usize>load<u32>(JOBS) << 2), <u32>job)
      atomic.store<u32>(JOBS, load<u32>(JOBS) + 1)
    }
  }
  if (job != 0) store<u32>(job, 1, USED)
  unlock()
  return job
}

export function detach(job: usize): void {
  lock()
  if (load<u32>(job, OUT_BYTES) != 0) release(load<u32>(job, OUT), load<u32>(job, OUT_BYTES))
  const capacity = load<u32>(job, CAPACITY)
  if (capacity != 0) release(load<u32>(job, PARTS), partBytes(capacity) * load<u32>(THREADS))
  store<u32>(job, 0, OUT)
  store<u32>(job, 0, OUT_BYTES)
  store<u32>(job, 0, CAPACITY)
  store<u32>(job, 0, USED)
  unlock()
}

function unused(): usize {
  for (let i: u32 = 0; i < load<u32>(JOBS); i++) {
    const job = jobAt(i)
    if (load<u32>(job, USED) == 0) return job
  }
  return 0
}

export function jobAt(i: u32): usize {
  return load<u32>(JOB_LIST + (<usize>i << 2))
}

export function vectorOf(job: usize): usize {
  return job + VECTOR
}

export function queryCodes(job: usize): usize {
  return job + VECTOR + 4 * width()
}

export function queryDoubles(job: usize): usize {
  return job + VECTOR + 6 * width()
}

/**
 * What a participant of a query has found: how many neighbours, lower bounds and waiting rows (waiting.ts); the rows of the
 * block it is at, those that wait, the k highest lower bounds, and the best k so far. A neighbour is a similarity, a row, and
 * the row's count of changes; a row that waits has two bounds in place of the similarity.
 */
export const NEIGHBOUR: usize = 16
export const FLOOR_COUNT: usize = 4
export const PART_FENCE: usize = 8
export const WAITING_COUNT: usize = 12
export const BLOCK_NEIGHBOURS: usize = 16
/** Estimates and bounds of four rows. */
export const FOUR: usize = BLOCK_NEIGHBOURS + NEIGHBOUR * <usize>ROWS
export const MOST_WAITING: u32 = 2048
export const WAITING: usize = FOUR + 32
/** Rows wait when no more than so many neighbours are asked for. */
export const MOST_FLOORS: u32 = 1024
export const FLOORS: usize = WAITING + NEIGHBOUR * <usize>MOST_WAITING
export const NEIGHBOURS: usize = FLOORS + 4 * <usize>MOST_FLOORS

function partBytes(capacity: u32): usize {
  return NEIGHBOURS + NEIGHBOUR * <usize>capacity
}

export function partOf(job: usize, index: u32): usize {
  return <usize>load<u32>(job, PARTS) + <usize>index * partBytes(load<u32>(job, CAPACITY))
}

/** Makes room for k neighbours of each participant; false when memory is full. Under the lock. */
export function reserveParts(job: usize, k: u32): bool {
  const capacity = load<u32>(job, CAPACITY)
  if (k <= capacity) return true
  const threads: usize = load<u32>(THREADS)
  if (capacity > 0) release(load<u32>(job, PARTS), partBytes(capacity) * threads)
  store<u32>(job, 0, CAPACITY)
  const parts = allocate(partBytes(k) * threads)
  if (parts == 0) return false
  store<u32>(job, <u32>parts, PARTS)
  store<u32>(job, k, CAPACITY)
  return true
}

/** Makes room for results; false when memory is full. Under the lock. */
export function reserveOut(job: usize, bytes: usize): bool {
  if (bytes <= load<u32>(job, OUT_BYTES)) return true
  if (load<u32>(job, OUT_BYTES) != 0) release(load<u32>(job, OUT), load<u32>(job, OUT_BYTES))
  store<u32>(job, 0, OUT_BYTES)
  const out = allocate(bytes)
  store<u32>(job, <u32>out, OUT)
  if (out == 0) return false
  store<u32>(job, <u32>bytes, OUT_BYTES)
  return true
}
