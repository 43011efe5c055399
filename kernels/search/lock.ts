import { VERSION } from './block'
import { LOCK } from './memory'

const SPINS: i32 = 2000

const PATIENCE: i64 = 100_000_000
/** How often to wait for 100 milliseconds before giving up: whoever has the lock has it for microseconds. */
export let WAITS: i32 = 300

/** How often to look within one such wait where nobody gives notice. */
const LOOKS: i32 = 100

/** Mutual exclusion of writers (Drepper, "Futexes Are Tricky", mutex 2). Traps when a thread died with the lock. */
export function lock(): void {
  for (let i = 0; i < SPINS; i++) if (atomic.cmpxchg<i32>(LOCK, 0, 1) == 0) return
  let waits = 0
  while (atomic.xchg<i32>(LOCK, 2) != 0) {
    if (atomic.wait<i32>(LOCK, 2, PATIENCE) == 2 && ++waits > WAITS) unreachable()
  }
}

/**
 * The version of a block that nobody is writing. Traps when a thread died while it did, which nobody is told of: so it
 * looks again every millisecond.
 */
export function evenVersion(block: usize): u32 {
  let version = atomic.load<u32>(block, VERSION)
  for (let i = 0; i < SPINS && version & 1; i++) version = atomic.load<u32>(block, VERSION)
  let waits = 0
  while (version & 1) {
    if (atomic.wait<i32>(block + VERSION, version, PATIENCE / LOOKS) == 2 && ++waits > WAITS * LOOKS) unreachable()
    version = atomic.load<u32>(block, VERSION)
  }
  return version
}

export function unlock(): void {
  if (atomic.xchg<i32>(LOCK, 0) == 2) atomic.notify(LOCK, 1)
}

/**
 * What was loaded before this was loaded before any atomic load after it: an atomic change of a word of the thread's own
 * releases and acquires. (atomic.fence would say so, but the compiler's own validator refuses it.)
 */
// @ts-ignore: decorator
@inline
export function fence(own: usize): void {
  atomic.add<u32>(own, 0)
}
