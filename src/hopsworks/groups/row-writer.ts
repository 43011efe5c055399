import type { RowCodec } from '../avro/row-codec.ts'
import type { RowMessage, RowProducer } from '../kafka/row-producer.ts'
import type { Insertion, InsertOptions } from './feature-group.ts'
import type { Row } from './feature-types.ts'
import type { Materializer } from './materializer.ts'
import type { OnlineIngestions, TrackedRows } from './online-ingestion.ts'

export interface RowWriterDeps {
  readonly projectId: number
  readonly groupId: number
  readonly topic: string
  readonly codec: (signal: AbortSignal | undefined) => Promise<{ readonly codec: RowCodec; readonly subject: number }>
  readonly producer: (signal: AbortSignal | undefined) => Promise<RowProducer>
  /** Undefined for a group that is not online. */
  readonly ingestions: OnlineIngestions | undefined
  readonly materializer: Materializer
}

/** Headers that the official client adds to what removes a row. */
const removal = { storage: 'online', operation: 'delete' }

/** Rows and bytes that are encoded, announced and sent together. */
const portion = { rows: 10_000, bytes: 16_000_000 }

/** Writes rows to a group's topic, portion by portion: a portion with a row that doesn't fit is not sent at all. */
export class RowWriter {
  readonly #deps: RowWriterDeps

  constructor(deps: RowWriterDeps) {
    this.#deps = deps
  }

  insert(rows: Iterable<Row> | AsyncIterable<Row>, options: InsertOptions): Promise<Insertion> {
    return this.#write(rows, options, (codec, row, at) => codec.encode(row, at), {})
  }

  remove(keys: Iterable<Row> | AsyncIterable<Row>, options: InsertOptions): Promise<Insertion> {
    return this.#write(keys, options, (codec, row, at) => codec.encodeRemoval(row, at), removal)
  }

  async #write(
    rows: Iterable<Row> | AsyncIterable<Row>,
    options: InsertOptions,
    encode: (codec: RowCodec, row: Row, at: number) => RowMessage,
    extra: Readonly<Record<string, string>>,
  ): Promise<Insertion> {
    const { projectId, groupId, topic, ingestions, materializer } = this.#deps
    const { signal, wait = false, materialize = false } = options
    const { codec, subject } = await this.#deps.codec(signal)
    const producer = await this.#deps.producer(signal)
    const written: TrackedRows[] = []
    const send = async (messages: readonly RowMessage[]) => {
      const announced = await ingestions?.announce(messages.length, signal)
      const headers = {
        projectId: `${projectId}`,
        featureGroupId: `${groupId}`,
        subjectId: `${subject}`,
        ...(announced?.id !== undefined && { onlineIngestionId: `${announced.id}` }),
        ...extra,
      }
      await producer.send(topic, messages, headers, signal)
      written.push(announced ?? { id: undefined, rows: messages.length })
    }
    const encodeRow = (row: Row, at: number) => {
      signal?.throwIfAborted()
      return encode(codec, row, at)
    }
    for await (const messages of portions(rows, encodeRow)) await send(messages)
    const insertion: Insertion = {
      rows: written.reduce((sum, each) => sum + each.rows, 0),
      ingested: async (given = {}) => {
        if (ingestions) return ingestions.finished(written, given, 'operation' in extra)
        return { rows: 0, upserted: 0, deleted: 0, failed: 0, ignored: 0 }
      },
    }
    if (materialize && insertion.rows > 0) await materializer.requestAfterInsertion({ signal })
    if (wait) await insertion.ingested({ signal })
    return insertion
  }
}

async function* portions(
  rows: Iterable<Row> | AsyncIterable<Row>,
  encode: (row: Row, at: number) => RowMessage,
): AsyncGenerator<readonly RowMessage[]> {
  let messages: RowMessage[] = []
  let bytes = 0
  let at = 0
  for await (const row of rows) {
    const message = encode(row, at++)
    messages.push(message)
    bytes += message.key.length + message.value.length
    if (messages.length === portion.rows || bytes >= portion.bytes) {
      yield messages
      messages = []
      bytes = 0
    }
  }
  if (messages.length > 0) yield messages
}
