import type { Answer, Outgoing } from './network.ts'

/** What the client takes from outside, so that time, chance and the network can be set in a test. */
export interface Environment {
  /** As the global `fetch`, of which less is needed. Follows no redirects. */
  readonly fetch: (url: string, init: Outgoing) => Promise<Answer>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when that is aborted first. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
  /** From 0 up to 1, for jitter; secrets never come from here. */
  readonly random: () => number
  /** Calls `expire` after `ms` milliseconds unless the function that it returns is called first. */
  readonly deadline: (ms: number, expire: () => void) => () => void
}

/** The machine's own clock, network and chance. */
export const systemEnvironment: Environment = {
  // To load what sends takes longer than most commands, and many of them ask nobody.
  fetch: async (url, init) => (await import('./network.ts')).send(url, init),
  now: Date.now,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const wake = () => {
        signal?.removeEventListener('abort', stop)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      const stop = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', stop, { once: true })
    }),
  random: Math.random,
  deadline: (ms, expire) => {
    const timer = setTimeout(expire, ms)
    return () => clearTimeout(timer)
  },
}
