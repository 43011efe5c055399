import { setTimeout as wait } from 'node:timers/promises'

/** Clock, timer and chance: what a test replaces. */
export interface Environment {
  /** Milliseconds since 1970. */
  now(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** In [0, 1). */
  random(): number
}

export const systemEnvironment: Environment = {
  now: Date.now,
  async sleep(ms, signal) {
    await wait(ms, undefined, { signal }).catch((error) => {
      signal?.throwIfAborted()
      throw error
    })
  },
  random: Math.random,
}

/** Milliseconds before the next try: 0.25, 0.5, 1, 2, 4, 4 ... seconds, of which the upper half is left to chance (Brooker 2015). */
export function backoff(attempt: number, environment: Environment): number {
  return Math.min(4000, 250 * 2 ** (attempt - 1)) * (0.5 + environment.random() / 2)
}
