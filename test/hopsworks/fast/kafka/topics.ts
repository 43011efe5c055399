import { PartitionLog } from './partition-log.ts'
import type { KafkaRecord, RecordBatch } from './record-batch.ts'

/** A record where it was stored. */
export interface StoredRecord extends KafkaRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** Records as they arrive, and a call when there are more. */
export interface RecordFeed {
  /** In the order of arrival, over all topics. */
  readonly records: readonly StoredRecord[]
  /** Calls `listener` whenever records have been added, until the returned function is called. */
  onAppend(listener: () => void): () => void
}

/** All topics of one broker, and who wants to hear of new records. */
export class Topics implements RecordFeed {
  readonly #partitions: number
  readonly #logs = new Map<string, readonly PartitionLog[]>()
  readonly #records: StoredRecord[] = []
  readonly #listeners = new Set<() => void>()

  /** @param partitions of every topic */
  constructor(partitions: number) {
    this.#partitions = partitions
  }

  get names(): readonly string[] {
    return [...this.#logs.keys()]
  }

  get records(): readonly StoredRecord[] {
    return this.#records
  }

  create(name: string): readonly PartitionLog[] {
    const logs = this.#logs.get(name) ?? Array.from({ length: this.#partitions }, () => new PartitionLog())
    this.#logs.set(name, logs)
    return logs
  }

  get(name: string): readonly PartitionLog[] | undefined {
    return this.#logs.get(name)
  }

  /** @returns the offset of its first record; of a batch sent again, that of the first time */
  append(topic: string, partition: number, log: PartitionLog, batch: RecordBatch): number {
    const { offset, again } = log.append(batch)
    if (again) return offset
    for (const [i, record] of batch.records.entries())
      this.#records.push({ ...record, topic, partition, offset: offset + i })
    for (const listener of this.#listeners) listener()
    return offset
  }

  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
