import { Worker } from 'node:worker_threads'
import { Problem } from '../../taste/problem.ts'
import { ApiProblem, type ProblemCode, problems } from '../problems.ts'
import type { Failure, FromThread, ToThread } from './calls.ts'

interface Waiting {
  readonly resolve: (value: never) => void
  readonly reject: (reason: unknown) => void
  readonly onNote: ((note: never) => void) | undefined
}

export interface CallOptions<Note> {
  readonly signal?: AbortSignal
  readonly onNote?: (note: Note) => void
}

export interface ThreadOptions {
  /** Handed to the thread when it starts. */
  readonly data: unknown
  /** Megabytes of heap that it may use; one that needs more dies, and the next call starts another. */
  readonly heap?: number
}

/** A thread of its own whose methods can be called from here, with notes on the way and a way to cancel. */
export class Thread {
  readonly #file: URL
  readonly #options: ThreadOptions
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #last = 0
  #closed = false

  /** @param file of the module, without extension: in a checkout it is .ts, in the built package .js. */
  constructor(file: URL, options: ThreadOptions) {
    this.#file = new URL(`${file.href}${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`)
    this.#options = options
  }

  /** Starts the thread before the first call needs it. */
  warm(): void {
    this.#worker ??= this.#start()
  }

  async call<Value, Note = never>(
    method: string,
    args: readonly unknown[],
    { signal, onNote }: CallOptions<Note> = {},
  ): Promise<Value> {
    signal?.throwIfAborted()
    if (this.#closed) throw new ApiProblem('stopping')
    this.#worker ??= this.#start()
    const id = ++this.#last
    const worker = this.#worker
    const { promise, resolve, reject } = Promise.withResolvers<Value>()
    this.#waiting.set(id, { resolve, reject, onNote })
    const cancel = () => {
      this.#waiting.delete(id)
      worker.postMessage({ id, cancel: true } satisfies ToThread)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', cancel, { once: true })
    worker.postMessage({ id, method, args } satisfies ToThread)
    try {
      return await promise
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  /** Ends the thread, whatever it is doing; the next call starts another. */
  async kill(reason: unknown): Promise<void> {
    const worker = this.#worker
    if (!worker) return
    this.#fail(worker, reason)
    await worker.terminate()
  }

  /** Lets the thread end by itself; calls that are under way fail. */
  async close(): Promise<void> {
    this.#closed = true
    const worker = this.#worker
    if (!worker) return
    const gone = new Promise((resolve) => worker.once('exit', resolve))
    worker.ref()
    worker.postMessage({ close: true } satisfies ToThread)
    await gone
  }

  #start(): Worker {
    const { data, heap } = this.#options
    const worker = new Worker(this.#file, {
      workerData: data,
      // Flags of the process don't concern it, and --input-type would be an error here.
      execArgv: [],
      ...(heap !== undefined && { resourceLimits: { maxOldGenerationSizeMb: heap } }),
    })
    worker.unref()
    worker.on('message', (message: FromThread) => this.#settle(message))
    worker.on('error', (error) => this.#fail(worker, error))
    worker.on('exit', () => this.#fail(worker, new ApiProblem('stopping')))
    return worker
  }

  #settle(message: FromThread): void {
    const waiting = this.#waiting.get(message.id)
    if (!waiting) return
    if ('note' in message) {
      waiting.onNote?.(message.note as never)
      return
    }
    this.#waiting.delete(message.id)
    if ('failure' in message) waiting.reject(thrown(message.failure))
    else waiting.resolve(message.value as never)
  }

  #fail(worker: Worker, reason: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    for (const { reject } of this.#waiting.values()) reject(reason)
    this.#waiting.clear()
  }
}

function thrown({ problem, message, code, stack }: Failure): Error {
  if (code !== undefined && code in problems) return new ApiProblem(code as ProblemCode, message)
  if (problem) return new Problem(message)
  return Object.assign(new Error(message), { stack })
}
