import { type TransferListItem, Worker } from 'node:worker_threads'
import { fromWireError, type WireError } from './problems.ts'

/** A call on its way to a thread. */
export interface Request {
  readonly id: number
  readonly method: string
  readonly args: readonly unknown[]
}

export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: WireError }

type Methods<Calls> = {
  [name in keyof Calls]: Calls[name] extends (...args: never) => unknown ? name : never
}[keyof Calls]
type Arguments<Method> = Method extends (...args: infer Args) => unknown ? Args : never
type Result<Method> = Method extends (...args: never) => infer Value ? Value : never

interface Waiting {
  readonly resolve: (value: never) => void
  readonly reject: (reason: unknown) => void
}

/** Whose methods can be called from here, wherever they run. */
export type Caller<Calls> = Pick<WorkThread<Calls>, 'call' | 'close'>

/**
 * A thread of its own whose methods can be called from here. It starts with the first call, and keeps the process
 * alive only while calls are under way.
 */
export class WorkThread<Calls> {
  readonly #file: string
  readonly #data: unknown
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #last = 0
  #closed = false

  /** @param file name of the module, without extension, beside this one. */
  constructor(file: string, data: unknown) {
    this.#file = file
    this.#data = data
  }

  call<Name extends Methods<Calls>>(
    method: Name,
    args: Arguments<Calls[Name]>,
    transfer: readonly TransferListItem[] = [],
  ): Promise<Result<Calls[Name]>> {
    if (this.#closed) return Promise.reject(new Error('the store is closed'))
    this.#worker ??= this.#start()
    const id = ++this.#last
    const request: Request = { id, method: method as string, args: args as readonly unknown[] }
    const reply = new Promise<Result<Calls[Name]>>((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
    this.#worker.ref()
    this.#worker.postMessage(request, transfer)
    return reply
  }

  /** Waits for the calls that are under way. */
  async close(): Promise<void> {
    this.#closed = true
    const worker = this.#worker
    if (!worker) return
    this.#worker = undefined
    const gone = new Promise((resolve) => worker.once('exit', resolve))
    worker.ref()
    worker.postMessage(undefined)
    await gone
  }

  #start(): Worker {
    // In a checkout the modules are .ts, in the built package .js.
    const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
    const worker = new Worker(new URL(`./${this.#file}${extension}`, import.meta.url), {
      workerData: this.#data,
      // Flags of the process don't concern it, and --input-type would be an error here.
      execArgv: [],
      // Batches come and go: without a limit, their garbage piles up before it is collected.
      resourceLimits: { maxYoungGenerationSizeMb: 16 },
    })
    worker.on('message', (reply: Reply) => this.#settle(worker, reply))
    worker.on('error', (error) => this.#fail(worker, error))
    worker.on('exit', () => this.#fail(worker, new Error(`${this.#file} stopped`)))
    return worker
  }

  #settle(worker: Worker, reply: Reply): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if (this.#waiting.size === 0) worker.unref()
    if ('failure' in reply) waiting?.reject(fromWireError(reply.failure))
    else waiting?.resolve(reply.value as never)
  }

  /** The thread has died; the next call starts another. */
  #fail(worker: Worker, error: unknown): void {
    if (this.#worker === worker) this.#worker = undefined
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
