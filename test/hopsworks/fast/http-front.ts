import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Certificates } from './certificates.ts'
import type { LoggedRequest } from './local-hopsworks.ts'
import { jsonText, parsedJson } from './raw-json.ts'
import type { ScriptedAnswers } from './scripted-answers.ts'

/** A request, read whole. */
export interface FrontRequest {
  readonly method: string
  /** Decoded, without the front's own beginning. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly bytes: Buffer
  /** Parsed, when it is JSON. */
  readonly body: unknown
}

/** JSON, unless `bytes` are given. */
export interface FrontAnswer {
  readonly status: number
  readonly body?: unknown
  readonly bytes?: Buffer
  /** Of `bytes`; default `application/octet-stream`. */
  readonly type?: string
}

export type FrontHandler = (request: FrontRequest) => FrontAnswer | Promise<FrontAnswer>

/** One HTTPS server that logs every request and lets scripted answers go first. */
export class HttpFront {
  readonly #server: Server
  readonly #name: LoggedRequest['front']
  readonly #prefix: string
  readonly #log: LoggedRequest[]
  readonly #scripted: ScriptedAnswers
  readonly #handle: FrontHandler

  /** @param prefix of every path; whatever comes without it is answered with 404 */
  constructor(
    name: LoggedRequest['front'],
    prefix: string,
    certificates: Certificates,
    log: LoggedRequest[],
    scripted: ScriptedAnswers,
    handle: FrontHandler,
  ) {
    this.#name = name
    this.#prefix = prefix
    this.#log = log
    this.#scripted = scripted
    this.#handle = handle
    const { cert, key } = certificates.server
    this.#server = createServer({ cert, key, keepAliveTimeout: 60_000 }, (request, response) => {
      this.#answer(request, response).catch(() => response.destroy())
    })
    this.#server.on('tlsClientError', () => {})
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async listen(host: string): Promise<void> {
    this.#server.listen(0, host)
    await once(this.#server, 'listening')
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const url = new URL(request.url!, 'https://local')
    const read: FrontRequest = {
      method: request.method!,
      path: decodeURIComponent(url.pathname).slice(this.#prefix.length),
      query: url.searchParams,
      headers: request.headers,
      bytes: Buffer.concat(chunks),
      body: /^multipart/.test(request.headers['content-type'] ?? '') ? undefined : parsed(Buffer.concat(chunks)),
    }
    const path = request.url!.slice(this.#prefix.length)
    const scripted = this.#scripted.take(this.#name, read.method, path)
    const answer = scripted ?? (await this.#right(request.url!, read))
    this.#log.push({
      front: this.#name,
      method: read.method,
      path,
      body: read.body ?? (read.bytes.length > 0 && read.bytes.length < 10_000 ? read.bytes.toString() : undefined),
      status: answer.status,
      ...(scripted && { fault: `${answer.status}` }),
    })
    const bytes = answer.bytes ?? (answer.body === undefined ? Buffer.alloc(0) : Buffer.from(jsonText(answer.body)))
    const type = answer.bytes ? (answer.type ?? 'application/octet-stream') : 'application/json'
    response.writeHead(answer.status, { 'content-type': type, 'content-length': bytes.length })
    response.end(request.method === 'HEAD' ? undefined : bytes)
  }

  async #right(url: string, request: FrontRequest): Promise<FrontAnswer> {
    if (!url.startsWith(this.#prefix)) return { status: 404, body: { errorMsg: 'HTTP 404 Not Found' } }
    try {
      return await this.#handle(request)
    } catch (error) {
      return { status: 500, body: { errorCode: 500, errorMsg: `local Hopsworks: ${(error as Error).stack}` } }
    }
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return parsedJson(bytes.toString())
  } catch {
    return undefined
  }
}
