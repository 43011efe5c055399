import { blockOf, ROWS, TAKEN, VERSION } from './block'
import { BAR, BLOCK_NEIGHBOURS, K, NEIGHBOUR, PART_FENCE, partOf, QUERY_BLOCKS, UNCLAIMED } from './job'
import { fence, lock, unlock } from './lock'
import { BUSY, MODE, THREADS } from './memory'
import { offer, similarityAt } from './nearest'
import { exactRows, scanCodes, scanValues } from './scan'

/** How many blocks are claimed at a time: some ten microseconds of work. */
const BATCH: i32 = 8

/** How often to read a block that keeps changing before holding up whoever changes it. */
const TRIES: i32 = 4

/** Scan by: codes as long as they tell rows apart, codes, or values. */
const BY_CODES: u32 = 1
const BY_VALUES: u32 = 2

/** When so many of a block's rows reach the bar by their bound and not in fact, codes cost more than they save. */
const MANY: u32 = 64

/** How many blocks to scan by values then, before codes are tried again. */
const PAUSE: i32 = 64

/** Scans blocks of a query until none is left, or, as a helper, until its core is needed otherwise. */
export function work(job: usize, index: u32): void {
  const part = partOf(job, index)
  const k = load<u32>(job, K)
  const blocks = load<i32>(job, QUERY_BLOCKS)
  const mode = load<u32>(MODE)
  let byValues: i32 = mode == BY_VALUES ? i32.MAX_VALUE : 0
  while (atomic.load<i32>(job, UNCLAIMED) > 0) {
    if (index > 0 && atomic.load<i32>(BUSY) > load<i32>(THREADS)) return
    const unclaimed = atomic.sub<i32>(job, BATCH, UNCLAIMED)
    if (unclaimed < 1) return
    const start = blocks - unclaimed
    const end = min(blocks, start + BATCH)
    for (let number = start; number < end; number++) {
      const found = scan(job, part, number, byValues > 0)
      if (byValues > 0) byValues--
      else if (mode != BY_CODES && exactRows - found > MANY) byValues = PAUSE
      take(job, part, k, found)
    }
  }
}

/** Returns how many neighbours were found in a block; they are in the part's block neighbours. */
function scan(job: usize, part: usize, number: u32, byValues: bool): u32 {
  const block = blockOf(number * ROWS)
  if (load<u32>(block, TAKEN) == 0) return 0
  for (let i = 0; i < TRIES; i++) {
    const version = atomic.load<u32>(block, VERSION)
    if (version & 1) continue
    const found = look(job, part, block, number, byValues)
    fence(part + PART_FENCE)
    if (atomic.load<u32>(block, VERSION) == version) return found
  }
  lock()
  const found = look(job, part, block, number, byValues)
  unlock()
  return found
}

// @ts-ignore: decorator
@inline
function look(job: usize, part: usize, block: usize, number: u32, byValues: bool): u32 {
  const bar = fromOrdered(atomic.load<i64>(job, BAR))
  return byValues ? scanValues(job, part, block, number * ROWS, bar) : scanCodes(job, part, block, number * ROWS, bar)
}

function take(job: usize, part: usize, k: u32, found: u32): void {
  if (found == 0) return
  for (let i: usize = 0; i < found; i++) {
    const from = part + BLOCK_NEIGHBOURS + i * NEIGHBOUR
    offer(part, k, load<f64>(from), load<u32>(from, 8), load<u32>(from, 12))
  }
  if (load<u32>(part) == k) raise(job, toOrdered(similarityAt(part, 0)))
}

/** One thread's k-th best is no better than the k-th best of all. */
function raise(job: usize, bar: i64): void {
  for (let former = atomic.load<i64>(job, BAR); former < bar; ) {
    const seen = atomic.cmpxchg<i64>(job, former, bar, BAR)
    if (seen == former) return
    former = seen
  }
}

/** Float64 as integers of the same order. */
// @ts-ignore: decorator
@inline
export function toOrdered(x: f64): i64 {
  const bits = reinterpret<i64>(x)
  return bits < 0 ? bits ^ i64.MAX_VALUE : bits
}

// @ts-ignore: decorator
@inline
function fromOrdered(bits: i64): f64 {
  return reinterpret<f64>(bits < 0 ? bits ^ i64.MAX_VALUE : bits)
}
