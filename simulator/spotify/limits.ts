import { type Answer, failure } from './answer.ts'
import { quotaExceeded } from './faults.ts'
import type { App, Limits } from './settings.ts'

const window = 30_000
const day = 24 * 3600_000

/** Counts what apps ask: in a rolling window of 30 seconds, and in one of 24 hours by developer account and group. */
export class Limiter {
  readonly #limits: Limits
  readonly #times = new Map<string, number[]>()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** The refusal, or undefined when the request is within the limits and counted. Refused requests do not count. */
  check(app: App, group: string, now: number): Answer | undefined {
    const { per30Seconds, perDay } = this.#limits
    const recent = this.#since(`app ${app.clientId}`, now - window)
    const inDay = app.mode.startsWith('dev') ? this.#since(`account ${app.account} ${group}`, now - day) : undefined
    if (inDay && inDay.length >= perDay) return quotaExceeded(secondsUntil(inDay, perDay, day, now))
    if (recent.length >= per30Seconds) {
      const seconds = secondsUntil(recent, per30Seconds, window, now)
      return { ...failure(429, 'Too many requests'), headers: { 'retry-after': `${seconds}` } }
    }
    if (per30Seconds !== Number.POSITIVE_INFINITY) recent.push(now)
    if (perDay !== Number.POSITIVE_INFINITY) inDay?.push(now)
    return undefined
  }

  #since(key: string, from: number): number[] {
    const times = this.#times.get(key) ?? []
    const old = times.findIndex((time) => time > from)
    times.splice(0, old < 0 ? times.length : old)
    this.#times.set(key, times)
    return times
  }
}

/** Until fewer than `most` of the times are in the window. */
function secondsUntil(times: readonly number[], most: number, length: number, now: number): number {
  const leaving = times[times.length - most] ?? now
  return Math.max(1, Math.ceil((leaving + length - now) / 1000))
}
