/**
 * Shares the blocks of an operation between threads. The control block at the start of memory holds the current
 * operation, its arguments, and how many of its blocks nobody has claimed. Every thread claims blocks until none is
 * left; what a block computes depends on its number only, so it does not matter who computed it.
 */
import { execute } from './index'

/** Blocks of the current operation that nobody has claimed yet; below 1 when there are none. */
const UNCLAIMED: usize = 0
/** Blocks of the current operation that are computed. */
const DONE: usize = 64
/** Changes with every operation; what idle threads sleep on. */
const EPOCH: usize = 128
const SLEEPERS: usize = 132
/** Not 0: threads are to end. */
const ENDING: usize = 136
/** Not 0: a thread crashed. */
const FAILED: usize = 140
const OPERATION: usize = 192
const BLOCKS: usize = 196
const ARGUMENTS: usize = 256
const SCRATCH: usize = 1024

/** Addresses for the host: `ENDING`, `FAILED`, `EPOCH`, `DONE`, `ARGUMENTS`. */
export { ENDING, FAILED, EPOCH, DONE, ARGUMENTS }

/** Memory of each thread's own, for packing. */
const SCRATCH_BYTES: usize = 196608

/** How often to look for work before sleeping: about 50 microseconds. */
const SPINS: i32 = 20000

/** How long to sleep before looking whether another thread crashed, in nanoseconds, and how often before giving up: a minute. */
const PATIENCE: i64 = 100_000_000
const LOOKS: i32 = 600

let thread: usize = 0

/** Argument `i` of the current operation. */
// @ts-ignore: decorator
@inline
export function argument<T>(i: usize): T {
  return load<T>(ARGUMENTS + (i << 2))
}

/** This thread's own scratch memory, SCRATCH_BYTES long. */
export function scratch(): usize {
  return SCRATCH + thread * SCRATCH_BYTES
}

/** The first address free for matrices when there are `threads` threads. */
export function heapStart(threads: i32): usize {
  return SCRATCH + <usize>threads * SCRATCH_BYTES
}

/** Computes all blocks of an operation, with whoever helps. Returns 0, or 1 when a thread crashed or hangs. */
export function run(operation: i32, blocks: i32): i32 {
  if (blocks == 1) {
    execute(operation, 0)
    return atomic.load<i32>(FAILED)
  }
  store<i32>(OPERATION, operation)
  store<i32>(BLOCKS, blocks)
  atomic.store<i32>(DONE, 0)
  atomic.store<i32>(UNCLAIMED, blocks)
  atomic.add<i32>(EPOCH, 1)
  if (atomic.load<i32>(SLEEPERS) > 0) atomic.notify(EPOCH, i32.MAX_VALUE)
  work()
  let spins = 0
  for (let done = atomic.load<i32>(DONE); done < blocks; done = atomic.load<i32>(DONE)) {
    if (atomic.load<i32>(FAILED)) return 1
    if (++spins < SPINS) continue
    if (spins > SPINS + LOOKS) return 1
    atomic.wait<i32>(DONE, done, PATIENCE)
  }
  return atomic.load<i32>(FAILED)
}

/** The life of helper thread `index` (1 and up): computes blocks whenever there are some, until told to end. */
export function serve(index: i32): void {
  thread = index
  let spins = 0
  while (!atomic.load<i32>(ENDING)) {
    if (atomic.load<i32>(UNCLAIMED) > 0) {
      work()
      spins = 0
    } else if (++spins > SPINS) {
      atomic.add<i32>(SLEEPERS, 1)
      const epoch = atomic.load<i32>(EPOCH)
      if (atomic.load<i32>(UNCLAIMED) < 1 && !atomic.load<i32>(ENDING)) atomic.wait<i32>(EPOCH, epoch, -1)
      atomic.sub<i32>(SLEEPERS, 1)
      spins = 0
    }
  }
}

function work(): void {
  while (atomic.load<i32>(UNCLAIMED) > 0) {
    const unclaimed = atomic.sub<i32>(UNCLAIMED, 1)
    if (unclaimed < 1) return
    const blocks = load<i32>(BLOCKS)
    execute(load<i32>(OPERATION), unclaimed - 1)
    if (atomic.add<i32>(DONE, 1) + 1 == blocks) atomic.notify(DONE, 1)
  }
}
