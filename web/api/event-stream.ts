import { createParser } from 'eventsource-parser'
import { problemIn } from './problem.ts'

/** One server-sent event: its name, its number, its data. */
export interface StreamedEvent {
  readonly event: string
  readonly id: number
  readonly data: unknown
}

export interface StreamOptions {
  /** Events up to this number are known already. */
  readonly after: number
  readonly signal: AbortSignal
  /** Told when the connection opens and when it is lost. */
  readonly onConnection: (state: 'open' | 'lost') => void
  /** Returns true when no more events are wanted. */
  readonly onEvent: (event: StreamedEvent) => boolean
  /** Milliseconds before the first and at most before any further attempt; twice as long each time. */
  readonly wait?: { readonly first: number; readonly most: number }
}

/**
 * Follows a stream of events until `onEvent` has seen enough: a lost connection is taken up again with `Last-Event-ID`,
 * also through a restart of the server and behind a proxy that answers 502 meanwhile, where EventSource gives up. No
 * event is delivered twice.
 *
 * @throws ApiProblem when the stream does not exist or may not be read
 */
export async function followEvents(url: string, options: StreamOptions): Promise<void> {
  const { signal, onConnection, onEvent, wait = { first: 500, most: 5_000 } } = options
  let last = options.after
  let pause = wait.first
  while (!signal.aborted) {
    let finished = false
    const parser = createParser({
      onEvent({ event = 'message', id, data }) {
        const number = Number(id)
        if (finished || !(number > last)) return
        last = number
        finished = onEvent({ event, id: number, data: JSON.parse(data) })
      },
    })
    try {
      const response = await fetch(url, {
        headers: { accept: 'text/event-stream', 'last-event-id': String(last) },
        cache: 'no-store',
        signal,
      })
      if (response.ok && response.body) {
        onConnection('open')
        pause = wait.first
        for await (const text of texts(response.body)) {
          parser.feed(text)
          if (finished) return
        }
      } else if (response.status < 500 && response.status !== 429)
        throw problemIn(await response.json().catch(() => undefined), response.status)
    } catch (thrown) {
      if (signal.aborted) return
      if (!(thrown instanceof TypeError)) throw thrown // no answer, or one that broke off
    }
    onConnection('lost')
    await sleep(pause, signal)
    pause = Math.min(2 * pause, wait.most)
  }
}

async function* texts(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield decoder.decode(value, { stream: true })
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
