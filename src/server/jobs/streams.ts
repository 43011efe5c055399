import { Readable } from 'node:stream'
import type { JobRow } from '../ledger/jobs.ts'
import { ApiProblem } from '../problems.ts'
import type { JobBoard } from './board.ts'
import { isLast, type JobEvent } from './events.ts'

interface StreamLimits {
  /** Open streams of one client, and of everybody. */
  readonly streams: number
  readonly allStreams: number
}

/** Milliseconds between two signs of life, which keep proxies from closing a quiet connection. */
const heartbeatEvery = 15_000
/** Milliseconds that a browser waits before it connects again. */
const reconnectAfter = 1000
/** Bytes that may wait for somebody who does not read. */
const mostWaiting = 1_000_000

/** All open streams of events, in the form of server-sent events (WHATWG HTML, 9.2). */
export class EventStreams {
  readonly #open = new Map<Readable, string>()
  readonly #limits: StreamLimits
  readonly #heartbeat: NodeJS.Timeout
  #stopped = false

  constructor(limits: StreamLimits) {
    this.#limits = limits
    this.#heartbeat = setInterval(() => {
      for (const stream of this.#open.keys()) push(stream, ': \n\n')
    }, heartbeatEvery).unref()
  }

  get size(): number {
    return this.#open.size
  }

  /**
   * A stream of what happens in a job after the event of number `after`; it ends with the job.
   * @throws ApiProblem `too-many-streams`, `stopping`
   */
  open(board: JobBoard, job: JobRow, after: number, client: string): Readable {
    if (this.#stopped) throw new ApiProblem('stopping')
    const ofClient = [...this.#open.values()].reduce((sum, one) => sum + Number(one === client), 0)
    if (ofClient >= this.#limits.streams || this.#open.size >= this.#limits.allStreams)
      throw new ApiProblem('too-many-streams', undefined, { retryAfter: 5 })
    const stream = new Readable({ read() {}, highWaterMark: 0 })
    push(stream, `retry: ${reconnectAfter}\n\n`)
    let unfollow: (() => void) | undefined
    const tell = (event: JobEvent) => {
      push(stream, frame(event))
      if (isLast(event)) stream.push(null)
    }
    unfollow = board.follow(job, after, tell)
    if (!unfollow && !stream.readableEnded) {
      // The job had ended before; whoever knows its last event gets nothing but the end.
      stream.push(null)
      return stream
    }
    this.#open.set(stream, client)
    stream.once('close', () => {
      this.#open.delete(stream)
      unfollow?.()
    })
    return stream
  }

  /** Ends all streams; browsers connect again by themselves. */
  stop(): void {
    this.#stopped = true
    clearInterval(this.#heartbeat)
    for (const stream of this.#open.keys()) stream.push(null)
  }
}

function frame({ event, id, data }: JobEvent): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`
}

function push(stream: Readable, text: string): void {
  if (stream.destroyed) return
  if (stream.readableLength > mostWaiting) stream.destroy()
  else stream.push(text)
}
