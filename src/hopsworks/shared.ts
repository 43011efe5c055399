/** Work that is done once for all who ask, and again after it failed or was forgotten. */
export class Shared<T> {
  readonly #make: () => Promise<T>
  #work: Promise<T> | undefined

  constructor(make: () => Promise<T>) {
    this.#make = make
  }

  /** Giving up the wait doesn't give up the work. */
  get(signal?: AbortSignal): Promise<T> {
    if (!this.#work) {
      const work = this.#make()
      this.#work = work
      work.catch(() => {
        if (this.#work === work) this.#work = undefined
      })
    }
    return abortable(this.#work, signal)
  }

  /** What was made, if it was. */
  get made(): Promise<T> | undefined {
    return this.#work
  }

  forget(): void {
    this.#work = undefined
  }
}

/** Waits for work that goes on when the wait is given up. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
