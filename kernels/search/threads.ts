import { prepareBlocks } from './block'
import { jobAt, OPEN, ACTIVE, UNCLAIMED } from './job'
import { BUSY, ENDING, EPOCH, FAILED, JOBS, SLEEPERS, THREADS } from './memory'
import { work } from './work'

/** How often to look for work before sleeping: about 50 microseconds. */
const SPINS: i32 = 20000

/** How long to wait for a helper, in nanoseconds, and how often before giving up: a minute. */
const PATIENCE: i64 = 100_000_000
const WAITS: i32 = 600

/** The life of helper `index` (1 and up): helps with queries until told to end. */
export function serve(index: u32): void {
  prepareBlocks()
  let spins = 0
  while (!atomic.load<i32>(ENDING)) {
    if (help(index)) {
      spins = 0
    } else if (++spins > SPINS) {
      atomic.add<i32>(SLEEPERS, 1)
      const epoch = atomic.load<i32>(EPOCH)
      if (!help(index) && !atomic.load<i32>(ENDING)) atomic.wait<i32>(EPOCH, epoch, -1)
      atomic.sub<i32>(SLEEPERS, 1)
      spins = 0
    }
  }
}

/** Joins a query, if there is one and no more threads are computing than there may be. */
function help(index: u32): bool {
  if (atomic.load<i32>(BUSY) >= <i32>load<u32>(THREADS)) return false
  const jobs = atomic.load<u32>(JOBS)
  for (let i: u32 = 0; i < jobs; i++) {
    const job = jobAt(i)
    if (!atomic.load<i32>(job, OPEN) || atomic.load<i32>(job, UNCLAIMED) < 1) continue
    atomic.add<i32>(job, 1, ACTIVE)
    // It may have been over before whoever asks could know of another helper.
    const open = atomic.load<i32>(job, OPEN) != 0
    if (open) {
      atomic.add<i32>(BUSY, 1)
      work(job, index)
      atomic.sub<i32>(BUSY, 1)
    }
    if (atomic.sub<i32>(job, 1, ACTIVE) == 1 && !atomic.load<i32>(job, OPEN)) atomic.notify(job + ACTIVE, 1)
    if (open) return true
  }
  return false
}

/** Lets helpers join. */
export function open(job: usize): void {
  atomic.store<i32>(job, 1, OPEN)
  atomic.add<i32>(EPOCH, 1)
  if (atomic.load<i32>(SLEEPERS) > 0) atomic.notify(EPOCH, i32.MAX_VALUE)
}

/** Waits for the helpers that have joined; false when one crashed or hangs. */
export function close(job: usize): bool {
  atomic.store<i32>(job, 0, OPEN)
  let spins = 0
  for (let active = atomic.load<i32>(job, ACTIVE); active > 0; active = atomic.load<i32>(job, ACTIVE)) {
    if (atomic.load<i32>(FAILED)) return false
    if (++spins < SPINS) continue
    if (spins > SPINS + WAITS) return false
    atomic.wait<i32>(job + ACTIVE, active, PATIENCE)
  }
  return !atomic.load<i32>(FAILED)
}
