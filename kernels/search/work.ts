import { barOf, raiseBar } from './bar'
import { blockOf, ROWS, TAKEN, VERSION } from './block'
import { BLOCK_NEIGHBOURS, K, MOST_FLOORS, NEIGHBOUR, PART_FENCE, partOf, QUERY_BLOCKS, UNCLAIMED } from './job'
import { fence, lock, unlock } from './lock'
import { BUSY, MODE, THREADS } from './memory'
import { offer, similarityAt } from './nearest'
import { doubtful, scanCodes, scanValues } from './scan'
import { settle, wait } from './waiting'

/** How many blocks are claimed at a time: some ten microseconds of work. */
const BATCH: i32 = 8

/** How often to read a block that keeps changing before holding up whoever changes it. */
const TRIES: i32 = 4

/** Scan by: codes as long as they tell rows apart, codes, or values. */
const BY_CODES: u32 = 1
const BY_VALUES: u32 = 2

/** When so many of a block's rows reach the bar by their bound and not for sure, codes cost more than they save. */
const MANY: u32 = 64

/** How many blocks to scan by values then, before codes are tried again. */
const PAUSE: i32 = 64

/** Scans blocks of a query until none is left, or, as a helper, until its core is needed otherwise. */
export function work(job: usize, index: u32): void {
  const part = partOf(job, index)
  const k = load<u32>(job, K)
  scanBlocks(job, part, k, index)
  settle(job, part, k)
}

function scanBlocks(job: usize, part: usize, k: u32, index: u32): void {
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
      const waits = byValues == 0 && k <= MOST_FLOORS
      const found = scan(job, part, number, byValues > 0, waits)
      if (byValues > 0) byValues--
      else if (mode != BY_CODES && doubtful > MANY) byValues = PAUSE
      take(job, part, k, found, waits)
    }
  }
}

/** Returns how many neighbours were found in a block; they are in the part's block neighbours. */
function scan(job: usize, part: usize, number: u32, byValues: bool, waits: bool): u32 {
  const block = blockOf(number * ROWS)
  if (load<u32>(block, TAKEN) == 0) return 0
  for (let i = 0; i < TRIES; i++) {
    const version = atomic.load<u32>(block, VERSION)
    if (version & 1) continue
    const found = look(job, part, block, number, byValues, waits)
    fence(part + PART_FENCE)
    if (atomic.load<u32>(block, VERSION) == version) return found
  }
  lock()
  const found = look(job, part, block, number, byValues, waits)
  unlock()
  return found
}

// @ts-ignore: decorator
@inline
function look(job: usize, part: usize, block: usize, number: u32, byValues: bool, waits: bool): u32 {
  const bar = barOf(job)
  return byValues ? scanValues(job, part, block, number * ROWS, bar) : scanCodes(job, part, block, number * ROWS, bar, waits)
}

function take(job: usize, part: usize, k: u32, found: u32, waits: bool): void {
  if (found == 0) return
  for (let i: usize = 0; i < found; i++) {
    const from = part + BLOCK_NEIGHBOURS + i * NEIGHBOUR
    if (waits) wait(job, part, k, from)
    else offer(part, k, load<f64>(from), load<u32>(from, 8), load<u32>(from, 12))
  }
  if (load<u32>(part) == k) raiseBar(job, similarityAt(part, 0))
}
