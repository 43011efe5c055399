import type { RecordFeed, StoredRecord } from '../kafka/topics.ts'

/** Hands each new record of a feed to `consume`, in order and one batch after the other. */
export class ConsumerLoop {
  readonly #feed: RecordFeed
  readonly #consume: (records: readonly StoredRecord[]) => Promise<void>
  readonly #stop: () => void
  #position = 0
  #running: Promise<void> | undefined

  constructor(feed: RecordFeed, consume: (records: readonly StoredRecord[]) => Promise<void>) {
    this.#feed = feed
    this.#consume = consume
    this.#stop = feed.onAppend(() => {
      this.#running ??= this.#run()
    })
  }

  async close(): Promise<void> {
    this.#stop()
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#position < this.#feed.records.length) {
      const records = this.#feed.records.slice(this.#position, this.#position + 500)
      this.#position += records.length
      await this.#consume(records)
      await new Promise(setImmediate)
    }
    this.#running = undefined
  }
}
