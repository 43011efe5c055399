import { Agent, request as send } from 'undici'
import { HopsworksError, type Part } from '../error.ts'
import type { Log } from '../log.ts'
import { abortable } from '../shared.ts'
import { backoff, type Environment } from './environment.ts'
import { parseJson, writeJson } from './json.ts'
import { unreachable, wasUnsent } from './reach.ts'
import type { Secrets } from './secrets.ts'

/** Whom a service's certificate is checked against. */
export interface Trust {
  /** Authorities (PEM). Undefined: the system's. */
  readonly ca?: readonly string[] | undefined
  /** Whether the certificate must be for the host that is asked. Off inside a cluster, whose authority is its own. */
  readonly checksHost: boolean
  /** No verification at all. */
  readonly insecure: boolean
}

/** What a refusal means. */
export interface Refusal {
  readonly said: string
  readonly errorCode?: number | undefined
  readonly do?: string | undefined
}

export interface HttpServiceOptions {
  readonly part: Part
  /** `https://host:port`. Plain http on a loopback address only. */
  readonly origin: string
  readonly trust: Trust
  /** Sent with each request. */
  readonly headers: (signal: AbortSignal | undefined) => Promise<Readonly<Record<string, string>>>
  /** Called when the service says 401, before one more try: forgets what `headers` has cached. */
  readonly renew?: () => void
  readonly explain: (status: number, body: unknown, request: HttpRequest) => Refusal
  /** Milliseconds for one answer. */
  readonly timeout: number
  /** Milliseconds for which passing failures are tried again. */
  readonly patience: number
  readonly secrets: Secrets
  readonly environment: Environment
  readonly log?: Log | undefined
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH'
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined | readonly string[]>>
  readonly json?: unknown
  /** Instead of `json`. */
  readonly body?: Uint8Array | string
  readonly headers?: Readonly<Record<string, string>>
  /** What is asked for, as errors say it. */
  readonly subject: string
  readonly signal?: AbortSignal | undefined
  /** Whether a POST may be sent twice. Other methods may. */
  readonly repeatable?: boolean
  /** Whether an answer says that there is no such thing: the result is then undefined. */
  readonly isMissing?: (status: number, errorCode: number | undefined) => boolean
}

const passingStatuses = new Set([408, 425, 429, 500, 502, 503, 504])
/** The server did not take the request up. */
const refusedStatuses = new Set([429, 503])
/** Tries at what the server calls a fault of its own. */
const triesAtFaults = 3

/** One HTTP service of Hopsworks. Keeps connections open, follows no redirects, tries again what passes by itself. */
export class HttpService {
  readonly origin: string
  readonly #options: HttpServiceOptions
  readonly #agent: Agent

  constructor(options: HttpServiceOptions) {
    const { origin, part, trust, timeout } = options
    const url = URL.canParse(origin) ? new URL(origin) : undefined
    if (!url || (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))))
      throw new HopsworksError(part, `"${origin}" is no https address`, { do: 'give it as https://host:port' })
    this.origin = url.origin
    this.#options = options
    this.#agent = new Agent({
      connect: {
        timeout: Math.min(10_000, timeout),
        rejectUnauthorized: !trust.insecure,
        ...(trust.ca && { ca: [...trust.ca] }),
        ...(!trust.checksHost && { checkServerIdentity: () => undefined }),
      },
      headersTimeout: timeout,
      bodyTimeout: timeout,
      keepAliveTimeout: 30_000,
      allowH2: false,
    })
  }

  /** The JSON of an answer: null where it is empty, undefined where there is no such thing. @throws HopsworksError */
  async json(request: HttpRequest): Promise<unknown> {
    return this.#patiently(request, async () => {
      const { status, body } = await this.#exchange(request)
      const text = await this.#whole(body, request)
      const json = jsonOf(text)
      if (status >= 200 && status < 300) {
        if (json === undefined && text.trim() !== '')
          throw this.#error(`${request.subject}: the answer is no JSON`, { status, passing: true })
        return json ?? null
      }
      return this.#refused(request, status, json)
    })
  }

  /** The bytes of an answer, piece by piece. Only the beginning is tried again. @throws HopsworksError */
  async *bytes(request: HttpRequest): AsyncGenerator<Uint8Array, void, undefined> {
    const body = await this.#patiently(request, async () => {
      const { status, body } = await this.#exchange(request)
      if (status >= 200 && status < 300) return body
      return this.#refused(request, status, jsonOf(await this.#whole(body, request)))
    })
    if (!body) return
    try {
      for await (const chunk of body as AsyncIterable<Uint8Array>) yield chunk
    } catch (error) {
      request.signal?.throwIfAborted()
      throw this.#unreachable(request, error)
    }
  }

  /** Gives up what is under way. */
  close(): Promise<void> {
    return this.#agent.destroy()
  }

  async #patiently<T>(request: HttpRequest, attempt: () => Promise<T>): Promise<T> {
    const { environment, patience, part, log, renew } = this.#options
    const until = environment.now() + patience
    let renewed = false
    let faults = 0
    for (let tries = 1; ; tries++) {
      request.signal?.throwIfAborted()
      try {
        return await attempt()
      } catch (error) {
        if (!(error instanceof HopsworksError)) throw error
        if (error.status === 401 && renew && !renewed) {
          renewed = true
          renew()
          continue
        }
        const delay = backoff(tries, environment)
        if (error.status === 500) faults++
        const isFaulty = faults >= triesAtFaults
        if (!error.passing || isFaulty || !mayRepeat(request, error) || environment.now() + delay > until) throw error
        log?.({ kind: 'retry', part, subject: request.subject, attempt: tries, because: error.message })
        await environment.sleep(delay, request.signal)
      }
    }
  }

  async #exchange(request: HttpRequest) {
    const { environment, headers, part, log } = this.#options
    const { method, path, json, body = json === undefined ? undefined : writeJson(json), signal } = request
    const own = await headers(signal)
    const started = environment.now()
    try {
      const sent = send(`${this.origin}${path}${searchOf(request.query)}`, {
        method,
        dispatcher: this.#agent,
        headers: { accept: 'application/json', ...(json !== undefined && jsonContent), ...own, ...request.headers },
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
      })
      // While it connects, the library doesn't look at the signal.
      const answer = await abortable(sent, signal)
      log?.({ kind: 'request', part, method, path, status: answer.statusCode, ms: environment.now() - started })
      return { status: answer.statusCode, body: answer.body }
    } catch (error) {
      signal?.throwIfAborted()
      throw this.#unreachable(request, error)
    }
  }

  async #whole(body: { text(): Promise<string> }, request: HttpRequest): Promise<string> {
    try {
      return await body.text()
    } catch (error) {
      request.signal?.throwIfAborted()
      throw this.#unreachable(request, error)
    }
  }

  #refused(request: HttpRequest, status: number, json: unknown): undefined {
    const { explain, secrets } = this.#options
    const { said, errorCode, do: advice } = explain(status, json, request)
    if (request.isMissing?.(status, errorCode)) return undefined
    const shown = [status, errorCode && `error ${errorCode}`, said && `"${secrets.hide(said)}"`].filter(Boolean)
    throw this.#error(`${request.subject}: refused by ${this.#address} (${shown.join(', ')})`, {
      status,
      errorCode,
      do: advice,
      passing: passingStatuses.has(status),
    })
  }

  #unreachable(request: HttpRequest, error: unknown): HopsworksError {
    const failure = unreachable(this.#options.part, this.#address, request.subject, error)
    return wasUnsent(error) ? unsent(failure) : failure
  }

  #error(what: string, details: ConstructorParameters<typeof HopsworksError>[2]): HopsworksError {
    return new HopsworksError(this.#options.part, what, details)
  }

  get #address(): string {
    const { hostname, port, protocol } = new URL(this.origin)
    return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`
  }
}

const jsonContent = { 'content-type': 'application/json' }

const neverSent = new WeakSet<HopsworksError>()

function unsent(error: HopsworksError): HopsworksError {
  neverSent.add(error)
  return error
}

function mayRepeat({ method, repeatable = method !== 'POST' }: HttpRequest, error: HopsworksError): boolean {
  return repeatable || neverSent.has(error) || (error.status !== undefined && refusedStatuses.has(error.status))
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname)
}

function searchOf(query: HttpRequest['query'] = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) for (const each of Array.isArray(value) ? value : [value]) search.append(name, `${each}`)
  return search.size > 0 ? `?${search}` : ''
}

/** Undefined when the text is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}
