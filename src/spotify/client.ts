import type { Access } from './access.ts'
import type { TokenSource } from './auth/token-source.ts'
import type { ConditionalCache } from './conditional-cache.ts'
import type { Environment } from './environment.ts'
import { parseErrorBody } from './error-body.ts'
import { classify, type ErrorKind, SpotifyError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import type { Gate, Pause } from './gate.ts'
import { checkedHosts, type Hosts, isLoopback, spotifyHosts } from './hosts.ts'
import type { Log } from './log.ts'
import type { AnswerHeaders } from './network.ts'
import { pass } from './passage.ts'
import { parseRetryAfter } from './retry-after.ts'
import type { Secrets } from './secrets.ts'

export interface ClientOptions {
  readonly tokens: TokenSource
  readonly gate: Gate
  readonly access: Access
  readonly environment: Environment
  readonly secrets: Secrets
  /** Default: Spotify's own. */
  readonly hosts?: Hosts
  /** Milliseconds for one request. Default 30,000. */
  readonly timeout?: number
  /** Sends `If-None-Match` with answers that it holds. Default: none. */
  readonly cache?: ConditionalCache
  readonly log?: Log
}

export interface GetOptions {
  /** What is asked for, as the errors say it: `playlists of "smedjan"`. */
  readonly subject: string
  readonly query?: Readonly<Record<string, string | number>>
  readonly signal?: AbortSignal | undefined
}

/** What is sent: something is asked for, or JSON is brought. */
interface Message {
  readonly url: string
  readonly body?: string
}

/** Tries at one request that fails in a passing way, and at one that is told to wait. */
const most = { passing: 6, paused: 10, refreshed: 1 }

/**
 * Builds the path of a request; every value is percent-encoded.
 * @example path`/users/${'no#one'}/playlists` // '/users/no%23one/playlists'
 */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((text, part, at) => text + encodeURIComponent(values[at - 1] ?? '') + part)
}

/** Sends requests to the Web API, all through one gate, and turns whatever comes back into JSON or a `SpotifyError`. */
export class SpotifyClient {
  readonly access: Access
  readonly gate: Gate
  readonly #options: ClientOptions
  readonly #hosts: Hosts
  readonly #base: URL
  #requests = 0
  #simulated = false
  /** Pauses in a row whose length nobody stated. */
  #backoff = 0

  /** @throws Problem when a token would travel unencrypted over a network. */
  constructor(options: ClientOptions) {
    this.#options = options
    this.#hosts = checkedHosts(options.hosts ?? spotifyHosts)
    this.#base = new URL(this.#hosts.api)
    this.access = options.access
    this.gate = options.gate
  }

  /** Requests sent so far, with retries. */
  get requests(): number {
    return this.#requests
  }

  /** Whether the answers come from the simulator: the host is loopback, and the last answer said so. */
  get simulated(): boolean {
    return this.#simulated
  }

  /** Whether somebody is signed in. */
  get signedIn(): boolean {
    return this.#options.tokens.kind === 'person'
  }

  /**
   * The JSON at a path, whatever its shape. Retries what passes by itself, waits out short pauses, renews the access
   * token once.
   * @throws SpotifyError otherwise; the signal's reason when the caller gave up.
   */
  async get(apiPath: string, options: GetOptions): Promise<unknown> {
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(options.query ?? {})) query.set(name, `${value}`)
    const search = query.size > 0 ? `?${query}` : ''
    return this.#send({ url: `${this.#hosts.api}${apiPath}${search}` }, options)
  }

  /**
   * Sends JSON to a path and returns what comes back. Like `get`, but what fails in a passing way is not sent again:
   * nobody knows whether it was done.
   * @throws SpotifyError; the signal's reason when the caller gave up.
   */
  async post(apiPath: string, body: unknown, options: Omit<GetOptions, 'query'>): Promise<unknown> {
    return this.#send({ url: `${this.#hosts.api}${apiPath}`, body: JSON.stringify(body) }, options)
  }

  /**
   * Path and query of a link to the API, as the answers give them for the next page.
   * @throws SpotifyError `foreign-host` for any other link: a token must not travel there.
   */
  locate(link: string, subject: string): { readonly path: string; readonly query: Readonly<Record<string, string>> } {
    const url = URL.parse(link)
    const base = this.#base
    const isOurs = url?.origin === base.origin && url.pathname.startsWith(`${base.pathname}/`) && !url.username
    if (!isOurs) throw new SpotifyError('foreign-host', { subject, said: url?.host ?? 'not an address' })
    return { path: url.pathname.slice(base.pathname.length), query: Object.fromEntries(url.searchParams) }
  }

  async #send(message: Message, { subject, signal }: GetOptions): Promise<unknown> {
    const { environment, tokens } = this.#options
    let tries = { passing: 0, paused: 0, refreshed: 0 }
    for (;;) {
      const token = await tokens.current(signal)
      const outcome = await this.#try(message, token, subject, signal)
      if ('json' in outcome) return outcome.json
      const { error } = outcome
      if (error.kind === 'token-refused' && tries.refreshed < most.refreshed) {
        tries = { ...tries, refreshed: tries.refreshed + 1 }
        await tokens.renew(token, signal)
      } else if (error.kind === 'rate-limited' && outcome.isShort && tries.paused < most.paused) {
        tries = { ...tries, paused: tries.paused + 1 }
      } else if (error.passing && message.body === undefined && tries.passing < most.passing - 1) {
        tries = { ...tries, passing: tries.passing + 1 }
        // Full jitter (Brooker 2015): 0.5, 1, 2, 4, 8 seconds at most, at least half of that.
        await environment.sleep(500 * 2 ** (tries.passing - 1) * (0.5 + environment.random() / 2), signal)
      } else throw error
    }
  }

  async #try(
    { url, body }: Message,
    token: string,
    subject: string,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly json: unknown } | { readonly error: SpotifyError; readonly isShort: boolean }> {
    const { environment, gate, cache, timeout = 30_000, log } = this.#options
    const apiPath = url.slice(this.#hosts.api.length)
    const known = body === undefined ? cache?.get(url) : undefined
    const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept: 'application/json' }
    if (body !== undefined) headers['content-type'] = 'application/json'
    const started = environment.now()
    let paused: Promise<Pause> | undefined
    let sent = false
    let answer: Exchange
    try {
      answer = await pass(gate, environment, {
        ...{ group: groupOf(apiPath), subject, url, timeout, signal },
        headers: known ? { ...headers, 'if-none-match': known.etag } : headers,
        ...(body !== undefined && { method: 'POST', body }),
        onSend: () => {
          this.#requests++
          sent = true
        },
        // Before the body is there: nobody else may send anything meanwhile.
        onHead: (status, answered) => {
          paused = this.#pauseFor(status, answered)
        },
      })
    } catch (error) {
      if (!(error instanceof SpotifyError)) throw error
      if (sent) log?.({ kind: 'request', path: apiPath, outcome: error.kind, ms: environment.now() - started })
      return { error, isShort: false }
    }
    this.#simulated = isLoopback(url) && answer.headers.has('x-simulated-spotify')
    const { kind, said } = this.#outcome(answer)
    log?.({ kind: 'request', path: apiPath, outcome: kind ?? answer.status, ms: environment.now() - started })
    if (kind === undefined) {
      const text = answer.status === 304 && known ? known.text : answer.text
      try {
        const json: unknown = JSON.parse(text)
        const etag = answer.headers.get('etag')
        if (etag && answer.status === 200 && body === undefined) cache?.set(url, { etag, text })
        return { json }
      } catch (cause) {
        return { error: new SpotifyError('broken-answer', { subject, status: answer.status, cause }), isShort: false }
      }
    }
    if (kind === 'premium-needed' || kind === 'not-registered') await this.access.learn('unmetered', false)
    const pause = kind === 'quota-closed' ? await this.#shut(answer.headers) : await paused
    const details = { subject, status: answer.status, said, ...(pause && { retryAt: pause.until }) }
    return { error: new SpotifyError(kind, details), isShort: pause?.isLong === false }
  }

  /** Undefined kind: a good answer. */
  #outcome(answer: Exchange): { readonly kind?: ErrorKind; readonly said: string } {
    if ((answer.status >= 200 && answer.status < 300) || answer.status === 304) return { said: '' }
    const body = parseErrorBody(this.#options.secrets.hide(answer.text))
    return { kind: classify(answer.status, body), said: body.message }
  }

  /** A stated pause stops all requests. */
  #pauseFor(status: number, headers: AnswerHeaders): Promise<Pause> | undefined {
    const { environment, gate, log } = this.#options
    if (status !== 429 && status !== 503) {
      this.#backoff = 0
      return undefined
    }
    const stated = parseRetryAfter(headers.get('retry-after'), environment.now())
    if (stated === undefined && status === 503) return undefined
    // Nothing stated: 2, 4, 8 ... seconds; once for all requests that are refused together.
    if (stated === undefined && !gate.paused) this.#backoff = Math.min(this.#backoff + 1, 5)
    const pause = stated ?? 1000 * 2 ** this.#backoff
    const ms = pause + Math.min(1000, pause / 10) * environment.random()
    log?.({ kind: 'pause', ms })
    return gate.pause(ms, 'rate-limited')
  }

  /** The daily quota is used up: for as long as stated, or else for an hour. */
  async #shut(headers: AnswerHeaders): Promise<Pause> {
    const { environment, gate, access } = this.#options
    await access.learn('unmetered', false)
    return gate.pause(parseRetryAfter(headers.get('retry-after'), environment.now()) ?? 3600_000, 'quota-closed')
  }
}

/** What a request counts as: the resource that it is about. */
function groupOf(apiPath: string): string {
  return /^\/([a-z-]+)/.exec(apiPath)?.[1] ?? 'other'
}
