import { Worker } from 'node:worker_threads'
import { compileKernels, reserveShared } from './kernel-file.ts'

/** What kernels/index.ts exports; `run` and the like are described there. */
export interface Kernels {
  run(operation: number, blocks: number): number
  serve(index: number): void
  heapStart(threads: number): number
  bagsFit(offsets: number, indices: number, rows: number, room: number, columns: number): number
  transpose(
    offsets: number,
    indices: number,
    weights: number,
    rows: number,
    counts: number,
    tableRows: number,
    touched: number,
    newOffsets: number,
    newIndices: number,
    newWeights: number,
  ): number
  readonly [constant: Uppercase<string>]: WebAssembly.Global
}

export interface ThreadData {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  /** 1 and up; the thread that runs operations is 0. */
  readonly index: number
}

/** Bytes of one of WebAssembly's pages. */
export const PAGE = 65536

const WORKER = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)

export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels
}

/**
 * The kernels, a shared memory, and `threads` - 1 helper threads beside the calling one. Helpers sleep when there is nothing
 * to do, end with {@link close}, and never keep the process alive.
 */
export class Threads {
  readonly memory: WebAssembly.Memory
  readonly #module: WebAssembly.Module
  readonly kernels: Kernels
  /** Arguments of the next operation, as integers or as floats. */
  readonly #integers: Int32Array
  readonly #floats: Float32Array
  #failure: Error | undefined
  #closed = false

  private constructor(purpose: 'embedding' | 'training', threads: number) {
    this.#module = compileKernels('kernels', purpose)
    this.memory = reserveShared(1, purpose)
    this.kernels = instantiate(this.#module, this.memory)
    const heap = this.kernels.heapStart(threads)
    this.memory.grow(Math.ceil(heap / PAGE))
    this.#integers = new Int32Array(this.memory.buffer, 0, heap / 4)
    this.#floats = new Float32Array(this.memory.buffer, 0, heap / 4)
  }

  /** Without helpers. */
  static alone(): Threads {
    return new Threads('embedding', 1)
  }

  static async start(threads: number): Promise<Threads> {
    const started = new Threads('training', threads)
    const helpers = Array.from({ length: threads - 1 }, (_, i) => started.#startHelper(i + 1))
    try {
      await Promise.all(helpers)
    } catch (error) {
      started.close()
      throw error
    }
    return started
  }

  /**
   * Computes all blocks of an operation; integer arguments come first, float ones follow.
   * @throws Error when a thread crashed, now or before
   */
  run(operation: number, blocks: number, integers: readonly number[], floats: readonly number[] = []): void {
    if (this.#failure) throw this.#failure
    if (this.#closed) throw new Error('the engine is closed')
    let slot = this.kernels.ARGUMENTS!.value / 4
    for (const value of integers) this.#integers[slot++] = value
    for (const value of floats) this.#floats[slot++] = value
    try {
      if (this.kernels.run(operation, blocks) !== 0) throw new Error('a kernel thread crashed or hung')
    } catch (error) {
      this.#fail(error as Error)
      throw error
    }
  }

  close(): void {
    this.#closed = true
    Atomics.store(this.#integers, this.kernels.ENDING!.value / 4, 1)
    Atomics.add(this.#integers, this.kernels.EPOCH!.value / 4, 1)
    Atomics.notify(this.#integers, this.kernels.EPOCH!.value / 4)
  }

  #startHelper(index: number): Promise<void> {
    const workerData: ThreadData = { module: this.#module, memory: this.memory, index }
    const helper = new Worker(WORKER, { workerData, execArgv: [], name: `kernels ${index}` })
    return new Promise((resolve, reject) => {
      helper.once('message', () => {
        helper.unref()
        resolve()
      })
      helper.on('error', (error) => {
        this.#fail(
          new Error(`a kernel thread crashed: ${error instanceof Error ? error.message : error}`, { cause: error }),
        )
        reject(this.#failure)
      })
      helper.on('exit', () => {
        if (!this.#closed) this.#fail(new Error('a kernel thread ended early'))
        reject(this.#failure)
      })
    })
  }

  #fail(failure: Error): void {
    this.#failure ??= failure
  }
}
