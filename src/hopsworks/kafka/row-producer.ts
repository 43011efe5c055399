import { setImmediate } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { Admin, ListOffsetTimestamps, ProduceAcks, Producer, type ProducerOptions } from '@platformatic/kafka'
import { HopsworksError } from '../error.ts'
import type { Log } from '../log.ts'
import { abortable } from '../shared.ts'
import type { KafkaAccess } from './connector.ts'
import { kafkaFailure, refusesNumbering } from './kafka-failure.ts'

export interface RowMessage {
  readonly key: Buffer
  readonly value: Buffer
}

/** Bytes in one batch: brokers take a megabyte at most by default. */
const batchBytes = 700_000
const batchRows = 5_000
/** Bytes of a record beside its key, value and headers, at most. */
const overhead = 200

/**
 * Writes rows to Kafka, acknowledged by all in-sync replicas, in the order given. Connections stay open between calls. A
 * batch that is sent again after its answer was lost is stored once, where the brokers allow producers to number batches.
 */
export class RowProducer {
  readonly #access: KafkaAccess
  readonly #timeout: number
  readonly #log: Log | undefined
  #producer: Producer<Buffer, Buffer, Buffer, Buffer> | undefined
  #numbers = true
  /** One batch after the other: what is tried again must not overtake. */
  #last: Promise<unknown> = Promise.resolve()
  #isClosed = false

  /** @param timeout milliseconds for one batch, tries included */
  constructor(access: KafkaAccess, timeout: number, log: Log | undefined) {
    this.#access = access
    this.#timeout = timeout
    this.#log = log
  }

  /** @throws HopsworksError when the brokers did not take everything */
  async send(
    topic: string,
    rows: readonly RowMessage[],
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const encoded = new Map(Object.entries(headers).map(([name, value]) => [Buffer.from(name), Buffer.from(value)]))
    for (const batch of batches(rows)) {
      signal?.throwIfAborted()
      const turn = this.#last.then(() => this.#sendBatch(topic, batch, encoded, signal))
      this.#last = turn.catch(() => {})
      await abortable(turn, signal)
    }
  }

  /** The first offset that each partition still has: `[partition, offset]`, in the order of partitions. */
  async firstOffsets(topic: string, signal: AbortSignal | undefined): Promise<readonly (readonly [number, bigint])[]> {
    const admin = new Admin(this.#options())
    try {
      const read = async () => {
        const { topics } = await admin.metadata({ topics: [topic] })
        const count = topics.get(topic)?.partitionsCount ?? 0
        const partitions = Array.from({ length: count }, (_, partitionIndex) => ({
          partitionIndex,
          timestamp: ListOffsetTimestamps.EARLIEST,
        }))
        const [listed] = await admin.listOffsets({ topics: [{ name: topic, partitions }] })
        return (listed?.partitions ?? []).toSorted((a, b) => a.partitionIndex - b.partitionIndex)
      }
      const listed = await this.#inTime(read(), signal)
      return listed.map(({ partitionIndex, offset }) => [partitionIndex, offset] as const)
    } catch (error) {
      signal?.throwIfAborted()
      throw await kafkaFailure(this.#access, `topic ${topic}`, error)
    } finally {
      admin.close().catch(() => {})
    }
  }

  /** Resolves when nothing is on its way to the brokers any more, also of calls that were given up or failed. */
  async settled(): Promise<void> {
    await this.#last
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#last
    this.#discard()
  }

  async #sendBatch(
    topic: string,
    batch: readonly RowMessage[],
    headers: ReadonlyMap<Buffer, Buffer>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    // Given up while it waited for its turn; or just now, because the batch before failed.
    await setImmediate()
    signal?.throwIfAborted()
    if (this.#isClosed) throw new HopsworksError('kafka', 'the client is closed', { do: 'log in again' })
    const messages = batch.map(({ key, value }) => ({ topic, key, value, headers: headers as Map<Buffer, Buffer> }))
    try {
      await this.#inTime(this.#open().send({ messages, acks: ProduceAcks.ALL }), undefined)
    } catch (error) {
      // A later try of its own must not store what the caller was told is not.
      this.#discard()
      if (this.#numbers && refusesNumbering(error)) {
        this.#numbers = false
        this.#log?.({
          kind: 'note',
          part: 'kafka',
          text: 'the brokers refuse numbered batches: a row may arrive twice',
        })
        return this.#sendBatch(topic, batch, headers, signal)
      }
      throw await kafkaFailure(this.#access, `${batch.length} rows for topic ${topic}`, error)
    }
  }

  #open(): Producer<Buffer, Buffer, Buffer, Buffer> {
    this.#producer ??= new Producer<Buffer, Buffer, Buffer, Buffer>({
      ...this.#options(),
      acks: ProduceAcks.ALL,
      idempotent: this.#numbers,
      autocreateTopics: true,
      partitioner: (_message, key) => partitionOf(key),
    })
    return this.#producer
  }

  #options(): ProducerOptions<Buffer, Buffer, Buffer, Buffer> {
    const { brokers, tls, sasl } = this.#access
    return {
      clientId: 'consonance-hopsworks',
      bootstrapBrokers: [...brokers],
      // As many as fit: the time alone is the limit.
      retries: Math.ceil(this.#timeout / retryDelay),
      retryDelay,
      connectTimeout: Math.min(10_000, this.#timeout),
      requestTimeout: Math.min(20_000, this.#timeout),
      timeout: Math.min(15_000, this.#timeout),
      ...(tls && { tls }),
      ...(sasl && { sasl }),
    }
  }

  async #inTime<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => reject(Object.assign(new Error(`not within ${this.#timeout} ms`), { code: 'ETIMEDOUT' })),
      this.#timeout,
    )
    try {
      return await abortable(Promise.race([work, promise]), signal)
    } finally {
      clearTimeout(timer)
    }
  }

  #discard(): void {
    this.#producer?.close(true).catch(() => {})
    this.#producer = undefined
  }
}

const retryDelay = 500

/**
 * The partition, before it is taken modulo their number: CRC-32 of the key, as librdkafka does by default, so that writers
 * in Python and here keep the order of one key's rows. Murmur2, the default of Java and JavaScript, would not.
 */
export function partitionOf(key: Buffer | undefined): number {
  return key?.length ? crc32(key) : Math.floor(Math.random() * 2 ** 31)
}

function* batches(rows: readonly RowMessage[]): Generator<readonly RowMessage[]> {
  let batch: RowMessage[] = []
  let bytes = 0
  for (const row of rows) {
    const size = row.key.length + row.value.length + overhead
    if (batch.length > 0 && (bytes + size > batchBytes || batch.length === batchRows)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(row)
    bytes += size
  }
  if (batch.length > 0) yield batch
}
