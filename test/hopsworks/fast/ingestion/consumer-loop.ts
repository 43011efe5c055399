import type { StoredRecord, Topics } from '../kafka/topics.ts'

/** Hands each new record of a broker to `consume`, in order and one batch after the other. */
export class ConsumerLoop {
  readonly #topics: Topics
  readonly #consume: (records: readonly StoredRecord[]) => Promise<void>
  readonly #stop: () => void
  #position = 0
  #running: Promise<void> | undefined

  constructor(topics: Topics, consume: (records: readonly StoredRecord[]) => Promise<void>) {
    this.#topics = topics
    this.#consume = consume
    this.#stop = topics.onAppend(() => {
      this.#running ??= this.#run()
    })
  }

  async close(): Promise<void> {
    this.#stop()
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#position < this.#topics.records.length) {
      const records = this.#topics.records.slice(this.#position, this.#position + 500)
      this.#position += records.length
      await this.#consume(records)
      await new Promise(setImmediate)
    }
    this.#running = undefined
  }
}
