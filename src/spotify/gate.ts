import { randomUUID } from 'node:crypto'
import type { Environment } from './environment.ts'
import { SpotifyError } from './errors.ts'
import type { Persistence } from './persistence.ts'
import { RollingCount } from './rolling-count.ts'
import { asCount, asFields, asNumber } from './shape.ts'

/** How much may be asked of Spotify. */
export interface GateLimits {
  /** Requests a second, in the long run. */
  readonly perSecond: number
  /** Requests that may follow each other at once after a rest. */
  readonly burst: number
  /** Requests under way at the same time. */
  readonly concurrency: number
  /** Requests in any 24 hours. Spotify counts them by developer account and doesn't publish how many are allowed. */
  readonly perDay: number
}

/** What a new app can bear: people report the end of the daily quota after 1,000 to 2,500 requests. */
export const carefulLimits: GateLimits = { perSecond: 2, burst: 2, concurrency: 2, perDay: 800 }

/** A longer pause than this is not slept through: the gate shuts, and says until when. */
const longestSleep = 60_000
const day = 24 * 3600_000
/** Requests that are written down as used before they are sent, so that a crash never loses count. */
const reserve = 50

export interface GateUsage {
  /** Requests of the last 24 hours. */
  readonly used: number
  readonly usedByGroup: Readonly<Record<string, number>>
  readonly perDay: number
  /** When the gate opens again, in milliseconds since 1970; absent while it is open. */
  readonly shutUntil?: number
}

interface GateOptions {
  readonly limits: GateLimits
  readonly environment: Environment
  readonly persistence: Persistence
  /** One for each developer account, since that is what Spotify counts by. */
  readonly account?: string
}

interface GateRequest {
  /** What it is counted under, such as `playlists`. */
  readonly group: string
  /** What it asks for, for the error. */
  readonly subject: string
  readonly signal?: AbortSignal | undefined
}

/** A stated pause. */
export interface Pause {
  /** Milliseconds since 1970. */
  readonly until: number
  /** Too long to wait for: the gate is shut. */
  readonly isLong: boolean
}

type ShutKind = 'quota-closed' | 'rate-limited'

/**
 * The one way out for all requests of a developer account: a token bucket for the rate, a limit on concurrency, a count
 * over 24 hours that outlives the process, and a stop for all of them as soon as Spotify asks one to pause. Short pauses
 * are slept through; long ones shut the gate, so that callers can say when to continue instead of hanging.
 */
export class Gate {
  readonly limits: GateLimits
  readonly #environment: Environment
  readonly #persistence: Persistence
  readonly #name: string
  #count: RollingCount
  /** Who reserves, among other processes of the same account. */
  readonly #id = randomUUID()
  /** Requests that may be sent before something is written down again. */
  #reserved = 0
  /** Sent since the count was last written down. */
  #unsaved = new RollingCount()
  #tokens: number
  #filledAt: number
  #underWay = 0
  #shut: Shut | undefined
  #turnstile: Promise<void> = Promise.resolve()
  #saving: Promise<void> = Promise.resolve()
  /** Ends the waiting of whoever stands at the turnstile, to look again. */
  #wake: () => void = () => {}

  private constructor({ limits, environment, persistence }: GateOptions, name: string, saved: SavedGate) {
    this.limits = limits
    this.#environment = environment
    this.#persistence = persistence
    this.#name = name
    this.#count = countOf(saved, this.#id)
    this.#tokens = limits.burst
    this.#filledAt = environment.now()
    if (saved.shut && saved.shut.until > environment.now()) this.#shut = saved.shut
  }

  /** A gate that continues where the last process with the same persistence stopped. */
  static async open(options: GateOptions): Promise<Gate> {
    const name = `gate-${options.account ?? 'default'}`
    return new Gate(options, name, readSaved(await options.persistence.load(name)))
  }

  /**
   * Waits for a turn, counts the request under `group`, and sends it in the same moment, so that no pause can come in
   * between.
   * @throws SpotifyError when the gate is shut (`quota-closed`, `rate-limited`) or the day's ceiling is reached
   *   (`own-ceiling`): at once, with the time to try again.
   */
  async run<T>(request: GateRequest, send: () => Promise<T>): Promise<T> {
    const before = this.#turnstile
    const { promise, resolve: next } = Promise.withResolvers<void>()
    this.#turnstile = promise
    try {
      await orAborted(before, request.signal)
    } catch (error) {
      before.then(next)
      throw error
    }
    let sent: { readonly answer: Promise<T> }
    try {
      sent = await this.#pass(request, send)
    } finally {
      next()
    }
    try {
      return await sent.answer
    } finally {
      this.#underWay--
      this.#wake()
    }
  }

  /** Waits until no pause is stated, without counting anything: for requests to the sign-in host. */
  async opened(subject: string, signal?: AbortSignal): Promise<void> {
    while (this.#pauseLeft(subject) > 0) await this.#environment.sleep(this.#pauseLeft(subject), signal)
  }

  /** Whether a pause is stated that is not over. */
  get paused(): boolean {
    return this.#shut !== undefined && this.#shut.until > this.#environment.now()
  }

  /** Stops all requests for `ms` milliseconds. Resolves to what holds then, when that is written down. */
  async pause(ms: number, kind: ShutKind): Promise<Pause> {
    const now = this.#environment.now()
    const until = now + ms
    if (this.#shut === undefined || until > this.#shut.until || kind === 'quota-closed')
      this.#shut = { until: Math.max(until, this.#shut?.until ?? 0), kind }
    this.#wake()
    const agreed = { until: this.#shut.until, isLong: this.#isLong(this.#shut.until - now) }
    await this.#save()
    return agreed
  }

  usage(): GateUsage {
    const now = this.#environment.now()
    return {
      used: this.#count.total(now),
      usedByGroup: this.#count.byGroup(now),
      perDay: this.limits.perDay,
      ...(this.#shut && this.paused && { shutUntil: this.#shut.until }),
    }
  }

  /** Writes down the exact count. To be called once at the end. */
  async close(): Promise<void> {
    this.#reserved = 0
    await this.#save()
  }

  #isLong(ms: number): boolean {
    return ms > longestSleep || this.#shut?.kind === 'quota-closed'
  }

  /** @throws SpotifyError when the gate is shut for longer than one should wait. */
  #pauseLeft(subject: string): number {
    if (this.#shut === undefined) return 0
    const left = this.#shut.until - this.#environment.now()
    if (left <= 0) this.#shut = undefined
    else if (this.#isLong(left)) throw new SpotifyError(this.#shut.kind, { subject, retryAt: this.#shut.until })
    return left
  }

  async #pass<T>(request: GateRequest, send: () => Promise<T>): Promise<{ readonly answer: Promise<T> }> {
    const { group, subject, signal } = request
    const { perDay, perSecond, concurrency } = this.limits
    for (;;) {
      signal?.throwIfAborted()
      const pause = this.#pauseLeft(subject)
      const now = this.#environment.now()
      if (this.#count.total(now) >= perDay)
        throw new SpotifyError('own-ceiling', {
          subject: `${subject} (${perDay} requests a day)`,
          retryAt: this.#count.fewerThan(perDay, now),
        })
      if (pause > 0) await this.#wait(pause, signal)
      else if (this.#underWay >= concurrency) await this.#wait(Number.POSITIVE_INFINITY, signal)
      else if (this.#fill(now) < 1) await this.#wait(((1 - this.#tokens) / perSecond) * 1000, signal)
      else if (this.#reserved === 0) await this.#reserve()
      else {
        this.#tokens--
        this.#reserved--
        this.#underWay++
        this.#count.add(now, group)
        this.#unsaved.add(now, group)
        return { answer: send() }
      }
    }
  }

  /** Where nothing is counted by the day, the disk is left alone. */
  async #reserve(): Promise<void> {
    const { perDay } = this.limits
    this.#reserved = Math.min(reserve, Math.max(1, Math.ceil(perDay / 100)))
    if (perDay !== Number.POSITIVE_INFINITY) await this.#save()
  }

  /** Tokens in the bucket now. */
  #fill(now: number): number {
    const { burst, perSecond } = this.limits
    const passed = Math.max(0, now - this.#filledAt) / 1000
    // An endless rate times no time at all is not a number.
    const gained = perSecond === Number.POSITIVE_INFINITY ? burst : passed * perSecond
    this.#tokens = Math.min(burst, this.#tokens + gained)
    this.#filledAt = now
    return this.#tokens
  }

  /** Sleeps for at most `ms`, until something changes. */
  async #wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    try {
      if (ms === Number.POSITIVE_INFINITY) await orAborted(promise, signal)
      else await this.#sleepOr(promise, ms, signal)
    } finally {
      this.#wake = () => {}
    }
  }

  async #sleepOr(woken: Promise<void>, ms: number, signal: AbortSignal | undefined): Promise<void> {
    const controller = new AbortController()
    const stop = () => controller.abort(signal?.reason)
    signal?.addEventListener('abort', stop, { once: true })
    try {
      const asleep = this.#environment.sleep(ms, controller.signal)
      // Whoever loses the race is told to stop, and nobody waits for its answer.
      asleep.catch(() => {})
      await Promise.race([asleep, woken])
    } finally {
      signal?.removeEventListener('abort', stop)
      controller.abort()
    }
  }

  /** Adds what was sent to what all processes wrote down, and takes over what the others did. */
  #save(): Promise<void> {
    const saved = this.#saving.then(async () => {
      const now = this.#environment.now()
      const sent = this.#unsaved
      try {
        const state = await this.#persistence.update(this.#name, (before) => this.#merged(readSaved(before), now))
        this.#count = countOf(state, this.#id)
        // What was sent while this was being written.
        this.#count.addAll(this.#unsaved, now)
        this.#shut = laterOf(this.#shut, state.shut, now)
      } catch (error) {
        if (this.#unsaved !== sent) this.#unsaved.addAll(sent, now)
        throw error
      }
    })
    this.#saving = saved.catch(() => {})
    return saved
  }

  /** What all processes together have sent, reserved and been told. */
  #merged(others: SavedGate, now: number): SavedGate {
    const count = new RollingCount(others.slots)
    count.addAll(this.#unsaved, now)
    this.#unsaved = new RollingCount()
    const ahead = Object.entries(others.ahead ?? {}).filter(([id, { at }]) => id !== this.#id && at > now - day)
    if (this.#reserved > 0) ahead.push([this.#id, { at: now, count: this.#reserved }])
    const shut = laterOf(this.#shut, others.shut, now)
    return { slots: count.slots(now), ahead: Object.fromEntries(ahead), ...(shut && { shut }) }
  }
}

interface Shut {
  /** Milliseconds since 1970. */
  readonly until: number
  readonly kind: ShutKind
}

interface SavedGate {
  /** As `RollingCount` gives and takes them. */
  readonly slots?: unknown
  /** What each gate has reserved; that of a process that died counts as used. */
  readonly ahead?: Readonly<Record<string, { readonly at: number; readonly count: number }>>
  readonly shut?: Shut
}

function readSaved(saved: unknown): SavedGate {
  const { slots, shut, ahead } = asFields(saved) ?? {}
  const until = asNumber(asFields(shut)?.until)
  const kind = asFields(shut)?.kind === 'quota-closed' ? 'quota-closed' : 'rate-limited'
  const reserved = Object.entries(asFields(ahead) ?? {}).flatMap(([id, value]) => {
    const [at, count] = [asNumber(asFields(value)?.at), asCount(asFields(value)?.count)]
    return at === undefined || count === undefined ? [] : [[id, { at, count }] as const]
  })
  return {
    slots,
    ahead: Object.fromEntries(reserved),
    ...(until !== undefined && { shut: { until, kind } }),
  }
}

/** Everything that counts for a gate: also what others have reserved. */
function countOf({ slots, ahead = {} }: SavedGate, id: string): RollingCount {
  const count = new RollingCount(slots)
  for (const [other, { at, count: reserved }] of Object.entries(ahead))
    if (other !== id && reserved > 0) count.add(at, 'reserved', reserved)
  return count
}

function laterOf(one: Shut | undefined, other: Shut | undefined, now: number): Shut | undefined {
  const open = [one, other].flatMap((shut) => (shut && shut.until > now ? shut : []))
  const until = Math.max(...open.map((shut) => shut.until))
  const kind = open.some((shut) => shut.kind === 'quota-closed') ? 'quota-closed' : 'rate-limited'
  return open.length > 0 ? { until, kind } : undefined
}

async function orAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = () => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
