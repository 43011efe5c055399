import type { Environment } from './environment.ts'
import type { Outgoing } from './network.ts'

type Fetch = Environment['fetch']

/** A time that passes only while somebody sleeps, for tests: hours take no time, and nothing depends on the machine. */
export class VirtualEnvironment implements Environment {
  /** Requests as they are sent. */
  readonly sent: { readonly url: string; readonly init: Outgoing; readonly at: number }[] = []
  /** Pauses that an answer stated in seconds: from its arrival, to the end. */
  readonly pauses: { readonly from: number; readonly until: number }[] = []
  readonly #fetch: Fetch
  readonly #sleepers: { readonly at: number; readonly wake: () => void }[] = []
  #time = Date.UTC(2026, 10, 23, 12)
  #underWay = 0
  #ticking = false
  #chance = 1

  constructor(fetch: Fetch) {
    this.#fetch = fetch
  }

  readonly now = (): number => this.#time

  readonly fetch: Fetch = async (url, init) => {
    this.sent.push({ url, init, at: this.#time })
    this.#underWay++
    try {
      const response = await this.#fetch(url, init)
      const seconds = Number(response.headers.get('retry-after') ?? 0)
      if (seconds > 0) this.pauses.push({ from: this.#time, until: this.#time + seconds * 1000 })
      return response
    } finally {
      this.#underWay--
    }
  }

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const stop = () => {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1)
        reject(signal?.reason)
      }
      const wake = () => {
        signal?.removeEventListener('abort', stop)
        resolve()
      }
      const sleeper = { at: this.#time + ms, wake }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', stop, { once: true })
      this.#tick()
    })

  /** Not chance at all, but spread out. */
  readonly random = (): number => {
    this.#chance = (this.#chance * 16807) % 2147483647
    return this.#chance / 2147483647
  }

  /** Real time: a deadline guards against a network that is slow in fact. */
  readonly deadline = (ms: number, expire: () => void): (() => void) => {
    const timer = setTimeout(expire, ms)
    return () => clearTimeout(timer)
  }

  advance(ms: number): void {
    this.#time += ms
  }

  /** When nothing else is going on, time jumps to the next sleeper's waking. */
  #tick(): void {
    if (this.#ticking) return
    this.#ticking = true
    setImmediate(() => {
      this.#ticking = false
      if (this.#sleepers.length === 0) return
      if (this.#underWay === 0) {
        this.#sleepers.sort((a, b) => a.at - b.at)
        const sleeper = this.#sleepers.shift()!
        this.#time = Math.max(this.#time, sleeper.at)
        sleeper.wake()
      }
      this.#tick()
    })
  }
}
