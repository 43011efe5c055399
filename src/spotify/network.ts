import type { IncomingHttpHeaders } from 'node:http'
import { pipeline, type Readable } from 'node:stream'
import { constants, createGunzip } from 'node:zlib'
import { Agent, request } from 'undici'

/** One request, as the global `fetch` takes it. */
export interface Outgoing {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly redirect: 'manual'
  readonly signal: AbortSignal
}

export type AnswerHeaders = Pick<Headers, 'get' | 'has'>

/** As much of a `Response` as is needed. */
export interface Answer {
  readonly status: number
  readonly headers: AnswerHeaders
  readonly body: AsyncIterable<Uint8Array> | null
}

/** Answers with these statuses have no body, whatever their headers say of it. */
const bodyless: ReadonlySet<number> = new Set([204, 304])

/** Deadlines are the caller's. Connections stay open for the next request. */
const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 })

/**
 * Sends one request over HTTP, as the global `fetch` does with more work: for a page of Spotify's, its objects and web
 * streams take longer than parsing.
 * @throws whatever the connection fails with; the signal's reason
 */
export async function send(url: string, { method, headers, body, signal }: Outgoing): Promise<Answer> {
  const answer = await request(url, {
    dispatcher: agent,
    method,
    headers: { 'accept-encoding': 'gzip', 'user-agent': 'consonance', ...headers },
    ...(body !== undefined && { body }),
    signal,
  })
  const isPacked = answer.headers['content-encoding'] === 'gzip' && !bodyless.has(answer.statusCode)
  return {
    status: answer.statusCode,
    headers: headersOf(answer.headers),
    body: isPacked ? unpacked(answer.body) : answer.body,
  }
}

/** A body of no bytes, or one without its checksum, is what there is of it, as for `fetch`. Whoever reads it gets to know when either of the two fails. */
function unpacked(body: Readable): Readable {
  return pipeline(body, createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }), () => {})
}

function headersOf(headers: IncomingHttpHeaders): AnswerHeaders {
  const get = (name: string): string | null => {
    const value = headers[name]
    return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value
  }
  return { get, has: (name) => headers[name] !== undefined }
}
