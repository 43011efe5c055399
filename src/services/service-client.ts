import type { Environment } from '../spotify/environment.ts'
import { parseErrorBody } from '../spotify/error-body.ts'
import { SpotifyError } from '../spotify/errors.ts'
import type { Exchange } from '../spotify/exchange.ts'
import type { Gate, Pause } from '../spotify/gate.ts'
import { isLoopback } from '../spotify/hosts.ts'
import type { AnswerHeaders } from '../spotify/network.ts'
import { pass } from '../spotify/passage.ts'
import { parseRetryAfter } from '../spotify/retry-after.ts'
import type { Secrets } from '../spotify/secrets.ts'
import { Problem } from '../taste/problem.ts'
import { ServiceError, type ServiceErrorKind } from './service-error.ts'

/** What is wrong with an answer. */
export interface Refusal {
  readonly kind: ServiceErrorKind
  readonly said?: string | undefined
}

/** What one service is like. */
export interface Service {
  /** As people write it. */
  readonly name: string
  /** Its address; the only one that its key or token is ever sent to, beside a loopback address that is configured. */
  readonly address: string
  /** What its failures mean, where it says so otherwise than by the status. Undefined: as the status says. */
  readonly refusalOf?: (status: number, json: unknown) => Refusal | undefined
}

export interface ServiceClientOptions {
  /** A loopback address instead of the service's own: a simulator. */
  readonly address?: string | undefined
  readonly gate: Gate
  readonly environment: Environment
  readonly secrets: Secrets
  /** Sent with each request, such as a token. */
  readonly headers?: Readonly<Record<string, string>>
  /** Sent with each request, such as a key. */
  readonly query?: Readonly<Record<string, string>>
  /** Milliseconds for one request. Default 30,000. */
  readonly timeout?: number
}

export interface AskOptions {
  /** What is asked for, as the errors say it. */
  readonly subject: string
  /** A list is sent as one parameter for each element. */
  readonly query?: Readonly<Record<string, string | number | readonly string[]>>
  readonly signal?: AbortSignal | undefined
}

interface Body {
  readonly text: string
  /** Undefined when the text is no JSON. */
  readonly json: unknown
}

/** Tries at one request that fails in a passing way, and at one that is told to wait. */
const most = { passing: 5, paused: 8 }

/** Who asks: services want to know. */
export const userAgent = 'Consonance/0.1.0'

/**
 * Asks one web service, all through one gate, and turns whatever comes back into JSON or a `ServiceError`. Built on the
 * same gate and exchange as the Spotify client: rate, concurrency, stated pauses that outlive the process, timeouts, no
 * redirects, so that no key travels to a host that we did not choose.
 */
export class ServiceClient {
  readonly service: Service
  /** Whether a loopback address is asked instead of the service's own. */
  readonly isLocal: boolean
  readonly gate: Gate
  readonly #options: ServiceClientOptions
  readonly #base: string
  #requests = 0
  #simulated = false
  #backoff = 0

  /** @throws Problem for an address that is not on this machine. */
  constructor(service: Service, options: ServiceClientOptions) {
    const { address = service.address, gate } = options
    if (address !== service.address && !(URL.canParse(address) && isLoopback(address)))
      throw new Problem(`${service.name}: "${address}" is neither its own address nor one on this machine`, {
        do: `leave the setting out, or give a loopback address such as http://127.0.0.1:4050`,
      })
    this.service = service
    this.isLocal = address !== service.address
    this.gate = gate
    this.#options = options
    this.#base = address.replace(/\/+$/, '')
  }

  /** Requests sent so far, with retries. */
  get requests(): number {
    return this.#requests
  }

  /** Whether the answers come from a simulator: the address is loopback, and the last answer said so. */
  get simulated(): boolean {
    return this.#simulated
  }

  /**
   * The JSON at a path; undefined for an answer without content (204). Retries what passes by itself, waits out short
   * pauses.
   * @throws ServiceError otherwise; the signal's reason when the caller gave up.
   */
  async get(path: string, options: AskOptions): Promise<unknown> {
    return this.#ask(path, options, ({ text, json }) => {
      if (json === undefined && text.trim() !== '') throw new SyntaxError('not JSON')
      return json
    })
  }

  /** The text at a path. @throws ServiceError */
  async text(path: string, options: AskOptions): Promise<string> {
    return this.#ask(path, options, ({ text }) => text)
  }

  async #ask<T>(path: string, options: AskOptions, read: (body: Body) => T): Promise<T> {
    const { environment } = this.#options
    const { subject, signal } = options
    const url = this.#urlOf(path, options.query ?? {})
    let tries = { passing: 0, paused: 0 }
    for (;;) {
      const outcome = await this.#try(url, subject, signal, read)
      if ('value' in outcome) return outcome.value
      const { error, isShort } = outcome
      if (error.kind === 'rate-limited' && isShort && tries.paused < most.paused) {
        tries = { ...tries, paused: tries.paused + 1 }
      } else if (error.passing && tries.passing < most.passing - 1) {
        tries = { ...tries, passing: tries.passing + 1 }
        // Full jitter (Brooker 2015), at least half of 0.5, 1, 2, 4 seconds.
        await environment.sleep(500 * 2 ** (tries.passing - 1) * (0.5 + environment.random() / 2), signal)
      } else throw error
    }
  }

  #urlOf(path: string, query: NonNullable<AskOptions['query']>): string {
    const search = new URLSearchParams()
    for (const [name, value] of Object.entries({ ...query, ...this.#options.query }))
      for (const each of Array.isArray(value) ? value : [value]) search.append(name, `${each}`)
    return `${this.#base}${path}${search.size > 0 ? `?${search}` : ''}`
  }

  async #try<T>(
    url: string,
    subject: string,
    signal: AbortSignal | undefined,
    read: (body: Body) => T,
  ): Promise<{ readonly value: T } | { readonly error: ServiceError; readonly isShort: boolean }> {
    const { environment, gate, headers, timeout = 30_000 } = this.#options
    const service = this.service.name
    let paused: Promise<Pause> | undefined
    let answer: Exchange
    try {
      answer = await pass(gate, environment, {
        ...{ group: service, subject, url, timeout, signal },
        headers: { accept: 'application/json', 'user-agent': userAgent, ...headers },
        onSend: () => this.#requests++,
        onHead: (status, answered) => {
          paused = this.#pauseFor(status, answered)
        },
      })
    } catch (error) {
      if (!(error instanceof SpotifyError)) throw error
      return { error: this.#converted(error, subject), isShort: false }
    }
    this.#simulated = this.isLocal && answer.headers.has('x-simulated-service')
    const { status, text } = answer
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch {}
    const refusal = this.service.refusalOf?.(status, json) ?? this.#refusalOf(status, text)
    const pause = await (paused ?? this.#pauseIfTold(refusal))
    if (refusal) {
      const details = { service, subject, status, said: this.#options.secrets.hide(refusal.said ?? '') }
      const error = new ServiceError(refusal.kind, { ...details, ...(pause && { retryAt: pause.until }) })
      return { error, isShort: pause?.isLong === false }
    }
    try {
      const value = read({ text, json })
      this.#backoff = 0
      return { value }
    } catch (cause) {
      return { error: new ServiceError('broken-answer', { service, subject, status, cause }), isShort: false }
    }
  }

  #refusalOf(status: number, text: string): Refusal | undefined {
    if (status >= 200 && status < 300) return undefined
    const said = parseErrorBody(text).message
    return { kind: kindOf(status), said }
  }

  /** A stated pause stops all requests to the service, before the body is there. */
  #pauseFor(status: number, headers: AnswerHeaders): Promise<Pause> | undefined {
    const { environment } = this.#options
    const isRefused = status === 429 || status === 503
    const now = environment.now()
    const stated = isRefused ? parseRetryAfter(headers.get('retry-after'), now) : undefined
    const window = resetIn(headers, isRefused)
    if (stated !== undefined || window !== undefined) return this.#pause(Math.max(stated ?? 0, window ?? 0))
    return status === 429 ? this.#pauseOfOurOwn() : undefined
  }

  /** For services that ask for a pause in the body only. */
  #pauseIfTold(refusal: Refusal | undefined): Promise<Pause> | undefined {
    return refusal?.kind === 'rate-limited' ? this.#pauseOfOurOwn() : undefined
  }

  /** Nothing stated: 2, 4, 8 ... seconds; once for all requests that are refused together. */
  #pauseOfOurOwn(): Promise<Pause> {
    if (!this.gate.paused) this.#backoff = Math.min(this.#backoff + 1, 5)
    return this.#pause(1000 * 2 ** this.#backoff)
  }

  #pause(ms: number): Promise<Pause> {
    return this.gate.pause(ms + Math.min(1000, ms / 10) * this.#options.environment.random(), 'rate-limited')
  }

  #converted(error: SpotifyError, subject: string): ServiceError {
    const kind = sameKinds[error.kind] ?? 'unexpected'
    const { retryAt, cause } = error
    return new ServiceError(kind, {
      service: this.service.name,
      subject,
      ...(retryAt !== undefined && { retryAt }),
      cause,
    })
  }
}

/** Kinds of failures of the gate and the exchange that we share with the Spotify client. */
const sameKinds: Readonly<Record<string, ServiceErrorKind>> = {
  'quota-closed': 'rate-limited',
  'rate-limited': 'rate-limited',
  'own-ceiling': 'rate-limited',
  'timed-out': 'timed-out',
  unreachable: 'unreachable',
  'broken-answer': 'broken-answer',
}

function kindOf(status: number): ServiceErrorKind {
  if (status >= 300 && status < 400) return 'redirected'
  if (status === 400) return 'bad-request'
  if (status === 401) return 'bad-key'
  if (status === 403) return 'refused'
  if (status === 404 || status === 410) return 'not-found'
  if (status === 408) return 'timed-out'
  if (status === 429) return 'rate-limited'
  return status >= 500 ? 'server-trouble' : 'unexpected'
}

/**
 * Milliseconds until the window that the answer tells about ends, when nothing is left in it: `X-RateLimit-Remaining` and
 * `X-RateLimit-Reset-In`, as ListenBrainz sends them.
 */
function resetIn(headers: AnswerHeaders, isRefused: boolean): number | undefined {
  const remaining = headers.get('x-ratelimit-remaining')
  const seconds = Number(headers.get('x-ratelimit-reset-in') ?? Number.NaN)
  if (!(seconds > 0) || !Number.isFinite(seconds)) return undefined
  return isRefused || (remaining !== null && Number(remaining) <= 0) ? seconds * 1000 : undefined
}
