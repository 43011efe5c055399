import type { Consent } from '../../taste/consent.ts'
import type { ListenerId } from '../../taste/listener-id.ts'
import type { StorePlace } from '../matcher/store-place.ts'
import { ApiProblem } from '../problems.ts'
import { Thread } from '../threads/thread.ts'

/** Whose data is brought. */
export interface BroughtBy {
  readonly listener: ListenerId
  readonly name?: string
  readonly consent: Consent
  /** Seconds since 1970. */
  readonly now: number
}

/** What came of it. */
export interface Brought {
  readonly items: number
  readonly sentences: readonly string[]
  readonly notRead: readonly { readonly name?: string; readonly reason: string }[]
}

export interface ReadingNote {
  /** Read since the last note. */
  readonly bytes: number
  readonly of: number
}

export interface ReadingOptions {
  readonly signal: AbortSignal
  readonly onNote?: (note: ReadingNote) => void
}

/** Megabytes of heap for what somebody brings. */
const heap = 700

/** Reads what people bring, one after the other in a thread of its own. */
export class Reader {
  readonly #thread: Thread
  readonly #timeout: number
  #last: Promise<unknown> = Promise.resolve()

  /** @param timeout milliseconds that one reading may take */
  constructor(place: StorePlace, timeout: number) {
    this.#thread = new Thread(new URL('./reading-thread', import.meta.url), { data: place, heap })
    this.#timeout = timeout
  }

  /** The body of a request that brings items, as it was kept in a file. @throws ApiProblem */
  items(path: string, by: BroughtBy, options: ReadingOptions): Promise<Brought> {
    return this.#inTurn('items', [path, by], options)
  }

  /** Files of one person. @throws ApiProblem */
  files(paths: readonly string[], by: BroughtBy, options: ReadingOptions): Promise<Brought> {
    return this.#inTurn('files', [paths, by], options)
  }

  close(): Promise<void> {
    return this.#thread.close()
  }

  #inTurn(method: 'items' | 'files', args: readonly unknown[], options: ReadingOptions): Promise<Brought> {
    const turn = this.#last.then(() => this.#read(method, args, options))
    this.#last = turn.catch(() => {})
    return turn
  }

  async #read(method: string, args: readonly unknown[], { signal, onNote }: ReadingOptions): Promise<Brought> {
    const late = AbortSignal.timeout(this.#timeout)
    try {
      const either = AbortSignal.any([signal, late])
      return await this.#thread.call<Brought, ReadingNote>(method, args, { signal: either, ...(onNote && { onNote }) })
    } catch (error) {
      // A reader that is deep in something does not hear that it was told to stop.
      if (signal.aborted || late.aborted) await this.#thread.kill(error)
      if (late.aborted && !signal.aborted) throw new ApiProblem('file-bomb', 'Reading the files took too long.')
      if (isOutOfMemory(error)) throw new ApiProblem('file-bomb', 'The files need more memory than is reasonable.')
      throw error
    }
  }
}

function isOutOfMemory(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY'
}
