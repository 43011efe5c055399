import type { ServerResponse } from 'node:http'
import { stringify } from './json.ts'

/** What a host answers. */
export interface Answer {
  readonly status: number
  /** Sent as JSON; wins over `text`. */
  readonly json?: unknown
  readonly text?: string
  /** Default for `text`: text/plain. */
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

export function ok(json: unknown): Answer {
  return { status: 200, json }
}

/** A failure in the Web API's own form. */
export function failure(status: number, message: string, reason?: string): Answer {
  return { status, json: { error: { status, message, ...(reason && { reason }) } } }
}

/** A failure in the form of the sign-in host (RFC 6749, 5.2). */
export function oauthFailure(error: string, description: string): Answer {
  return { status: 400, json: { error, error_description: description } }
}

export function bodyOf({ json, text = '' }: Answer): string {
  return json === undefined ? text : stringify(json)
}

/** @param marked whether to say that a simulator answers */
export function send(response: ServerResponse, answer: Answer, marked: boolean, body = bodyOf(answer)): void {
  const type =
    answer.json === undefined ? (answer.type ?? 'text/plain; charset=utf-8') : 'application/json; charset=utf-8'
  const bytes = Buffer.from(body)
  response.writeHead(answer.status, {
    ...(bytes.length > 0 && { 'content-type': type }),
    'content-length': bytes.length,
    'cache-control': 'private, max-age=0',
    ...(marked && { 'x-simulated-spotify': '1' }),
    ...answer.headers,
  })
  response.end(bytes)
}
