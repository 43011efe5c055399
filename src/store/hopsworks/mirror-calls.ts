import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { OpenOptions } from '../open.ts'
import type { FileSums } from '../sqlite/model-writer.ts'
import { type Caller, WorkThread } from '../sqlite/thread.ts'
import type { WriterCalls } from '../sqlite/writer.ts'
import type { MirrorNews, MirrorOptions } from './mirror.ts'

/** What a mirror can be asked, by way of its thread. */
interface MirrorCalls extends WriterCalls {
  /** Brings the mirror up to what was committed anywhere before the call. */
  follow(): void
  fetchModel(version: number, sums: FileSums): void
  nearest(model: number, direction: Float32Array, k: number): readonly string[]
}

interface ThreadCalls {
  open(folder: string, options: MirrorOptions): void
  close(folder: string): void
}

/** One for the whole process. It ends with it. */
const thread = new WorkThread<ThreadCalls>('../hopsworks/mirror-thread', undefined)

/** One user's way to a mirror. */
export class MirrorHandle implements Caller<MirrorCalls> {
  readonly #folder: string
  readonly #progress: MessagePort
  #isClosed = false

  private constructor(folder: string, progress: MessagePort) {
    this.#folder = folder
    this.#progress = progress
  }

  /** The mirror itself comes up with the first call, which is told what is wrong. */
  static async open(
    folder: string,
    options: Omit<MirrorOptions, 'progress'>,
    { onRows, onNote }: Pick<OpenOptions, 'onRows' | 'onNote'> = {},
  ): Promise<MirrorHandle> {
    const { port1, port2 } = new MessageChannel()
    port1.on('message', (told: MirrorNews) => (typeof told === 'string' ? onNote?.(told) : onRows?.(...told))).unref()
    try {
      await thread.call('open', [folder, { ...options, progress: port2 }], [port2])
    } catch (error) {
      // The other one with it.
      port1.close()
      throw error
    }
    return new MirrorHandle(folder, port1)
  }

  readonly call: Caller<MirrorCalls>['call'] = (method, args) => {
    if (this.#isClosed) return Promise.reject(new Error('the store is closed'))
    return thread.call(method as never, [this.#folder, args] as never)
  }

  /** Waits for the calls that are under way. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await thread.call('close', [this.#folder])
    this.#progress.close()
  }
}
