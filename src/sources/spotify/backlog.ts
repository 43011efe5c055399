/**
 * Writes what is handed to it in batches while the caller goes on: one batch is being written, the next one gathers. So
 * nobody waits for the disk, and a transaction holds as much as has come in meanwhile.
 */
export class Backlog<T> {
  readonly #write: (batch: readonly T[]) => Promise<void>
  readonly #most: number
  #gathered: T[] = []
  /** The batch that is being written. */
  #batch: Promise<void> = Promise.resolve()
  #working: Promise<void> | undefined
  #failure: { readonly error: unknown } | undefined

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
    while (this.#gathered.length >= this.#most) await this.#batch
    this.#rethrow()
  }

  /** Resolves when everything is written. @throws what a batch failed with */
  async flush(): Promise<void> {
    await this.#working
    this.#rethrow()
  }

  async #work(): Promise<void> {
    while (this.#gathered.length > 0) {
      // After a failure, nothing more is written; whoever adds or flushes next gets the error.
      this.#batch = this.#write(this.#gathered.splice(0, this.#most)).catch((error: unknown) => {
        this.#failure = { error }
        this.#gathered = []
      })
      await this.#batch
    }
    this.#working = undefined
  }

  #rethrow(): void {
    if (this.#failure) throw this.#failure.error
  }
}
