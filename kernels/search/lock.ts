import { LOCK } from './memory'

const SPINS: i32 = 2000

/** How often to wait for 100 milliseconds before giving up: whoever has the lock has it for microseconds. */
const PATIENCE: i64 = 100_000_000
const WAITS: i32 = 300

/** Mutual exclusion of writers (Drepper, "Futexes Are Tricky", mutex 2). Traps when a thread died with the lock. */
export function lock(): void {
  for (let i = 0; i < SPINS; i++) if (atomic.cmpxchg<i32>(LOCK, 0, 1) == 0) return
  let waits = 0
  while (atomic.xchg<i32>(LOCK, 2) != 0) {
    if (atomic.wait<i32>(LOCK, 2, PATIENCE) == 2 && ++waits > WAITS) unreachable()
  }
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
