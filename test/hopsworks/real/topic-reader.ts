import { Admin, Consumer, ListOffsetTimestamps, MessagesStreamModes } from '@platformatic/kafka'
import type { Certificates } from '../fast/certificates.ts'
import type { RecordFeed, StoredRecord } from '../fast/kafka/topics.ts'

/** Everything that a real broker stores in one topic, as it arrives. */
export class TopicReader implements RecordFeed {
  readonly records: StoredRecord[] = []
  readonly #listeners = new Set<() => void>()
  readonly #consumer: Consumer
  readonly #topic: string

  /** @param broker `host:port` past the network's gate: whatever is done to clients' connections doesn't reach it */
  constructor(broker: string, topic: string, certificates: Certificates) {
    this.#topic = topic
    this.#consumer = new Consumer({
      ...connection(broker, certificates),
      groupId: 'online-fs',
      retries: true,
      retryDelay: 200,
    })
  }

  /** Makes the topic, and reads from its beginning on. */
  async start(broker: string, certificates: Certificates): Promise<void> {
    const admin = new Admin(connection(broker, certificates))
    await admin.createTopics({ topics: [this.#topic], partitions: 3, replicas: 1 })
    await admin.close()
    const stream = await this.#consumer.consume({
      topics: [this.#topic],
      mode: MessagesStreamModes.EARLIEST,
      autocommit: true,
      maxWaitTime: 50,
    })
    stream.on('error', () => {})
    stream.on('data', ({ topic, partition, offset, key, value, headers }) => {
      this.records.push({
        topic,
        partition,
        offset: Number(offset),
        key: key ?? null,
        value: value ?? null,
        headers: [...headers].map(([name, content]) => [`${name}`, content] as const),
      })
      for (const listener of this.#listeners) listener()
    })
  }

  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    await this.#consumer.close(true)
  }
}

/** Whether the broker answers. */
export async function answers(broker: string, certificates: Certificates): Promise<boolean> {
  const admin = new Admin({ ...connection(broker, certificates), retries: 0, connectTimeout: 500 })
  try {
    await admin.listTopics()
    return true
  } finally {
    await admin.close()
  }
}

/** How many records each partition holds, by the broker's own word. */
export async function partitionEnds(
  broker: string,
  topic: string,
  certificates: Certificates,
): Promise<readonly number[]> {
  const admin = new Admin(connection(broker, certificates))
  const partitions = [0, 1, 2].map((partitionIndex) => ({ partitionIndex, timestamp: ListOffsetTimestamps.LATEST }))
  const [answer] = await admin.listOffsets({ topics: [{ name: topic, partitions }] })
  await admin.close()
  return answer!.partitions.map(({ offset }) => Number(offset))
}

function connection(broker: string, { ca, client }: Certificates) {
  const tls = { ca, cert: client.cert, key: client.key, checkServerIdentity: () => undefined }
  return { clientId: 'local-hopsworks', bootstrapBrokers: [broker], tls }
}
