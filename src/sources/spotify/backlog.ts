/** Milliseconds that a batch waits for more. */
const moment = 500

/**
 * Writes what is handed to it in batches while the caller goes on: one batch is being written, the next one gathers. So
 * nobody waits for the disk. A batch waits a moment for more to come: a transaction of several profiles writes the pages
 * of the store that they share once.
 */
export class Backlog<T> {
  readonly #write: (batch: readonly T[]) => Promise<void>
  readonly #most: number
  #gathered: T[] = []
  /** The batch that is being written. */
  #batch: Promise<void> = Promise.resolve()
  #working: Promise<void> | undefined
  #failure: { readonly error: unknown } | undefined
  /** Ends the moment in which a batch waits. */
  #begin: () => void = () => {}
  #flushing = false

  /**
   * @param write makes a batch durable
   * @param most in a batch; as many may wait beside it
   */
  constructor(write: (batch: readonly T[]) => Promise<void>, most: number) {
    this.#write = write
    this.#most = most
  }

  /** Resolves when there is room for more. @throws what an earlier batch failed with */
  async add(one: T): Promise<void> {
    this.#rethrow()
    this.#gathered.push(one)
    this.#working ??= this.#work()
    if (this.#gathered.length >= this.#most) this.#begin()
    while (this.#gathered.length >= this.#most) await this.#batch
    this.#rethrow()
  }

  /** Resolves when everything is written. @throws what a batch failed with */
  async flush(): Promise<void> {
    this.#flushing = true
    this.#begin()
    await this.#working
    this.#flushing = false
    this.#rethrow()
  }

  async #work(): Promise<void> {
    while (this.#gathered.length > 0) {
      await this.#moment()
      // After a failure, nothing more is written; whoever adds or flushes next gets the error.
      this.#batch = this.#write(this.#gathered.splice(0, this.#most)).catch((error: unknown) => {
        this.#failure = { error }
        this.#gathered = []
      })
      await this.#batch
    }
    this.#working = undefined
  }

  async #moment(): Promise<void> {
    if (this.#flushing || this.#gathered.length >= this.#most) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, moment)
    this.#begin = resolve
    await promise
    clearTimeout(timer)
  }

  #rethrow(): void {
    if (this.#failure) throw this.#failure.error
  }
}
