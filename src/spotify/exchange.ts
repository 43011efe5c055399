import type { Environment } from './environment.ts'
import { SpotifyError } from './errors.ts'
import type { Answer, AnswerHeaders } from './network.ts'

/** One request and what comes back, at the level of bytes. */
export interface ExchangeRequest {
  readonly url: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** What it asks for, for the error. */
  readonly subject: string
  /** Milliseconds from sending to the last byte. */
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
  /** Called as soon as the status line and headers are there. */
  readonly onHead?: (status: number, headers: AnswerHeaders) => void
}

export interface Exchange {
  readonly status: number
  readonly headers: AnswerHeaders
  /** Failed answers are cut at 8 KiB. */
  readonly text: string
}

const longestError = 8 * 1024
/** The largest pages that Spotify sends are below 1 MiB. */
const longestAnswer = 16 * 1024 * 1024

/**
 * Sends one request, once. Redirects are not followed, so that no header travels to a host that we did not choose.
 * @throws SpotifyError `timed-out`, `unreachable` (also when the connection breaks in the middle) or `broken-answer`;
 *   the signal's reason when the caller gave up.
 */
export async function exchange(environment: Environment, request: ExchangeRequest): Promise<Exchange> {
  const { subject, signal } = request
  signal?.throwIfAborted()
  const controller = new AbortController()
  let late = false
  const inTime = environment.deadline(request.timeout, () => {
    late = true
    controller.abort()
  })
  const stop = () => controller.abort(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    const response = await environment.fetch(request.url, {
      method: request.method ?? 'GET',
      headers: request.headers ?? {},
      ...(request.body !== undefined && { body: request.body }),
      redirect: 'manual',
      signal: controller.signal,
    })
    request.onHead?.(response.status, response.headers)
    const text = await read(response, subject)
    return { status: response.status, headers: response.headers, text }
  } catch (cause) {
    if (signal?.aborted) throw signal.reason
    if (cause instanceof SpotifyError) throw cause
    throw new SpotifyError(late ? 'timed-out' : 'unreachable', { subject, cause })
  } finally {
    inTime()
    signal?.removeEventListener('abort', stop)
  }
}

async function read({ status, body }: Answer, subject: string): Promise<string> {
  if (body === null) return ''
  const isGood = status >= 200 && status < 300
  const limit = isGood ? longestAnswer : longestError
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    text += decoder.decode(chunk, { stream: true })
    if (bytes <= limit) continue
    if (isGood) throw new SpotifyError('broken-answer', { subject, said: `more than ${limit} bytes` })
    return text.slice(0, limit)
  }
  return text + decoder.decode()
}
