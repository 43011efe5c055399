import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { crc32c } from './crc32c.ts'
import { WireReader } from './wire.ts'

/** One message as its producer sent it. */
export interface KafkaRecord {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly (readonly [string, Buffer | null])[]
}

/** A record batch of format 2, the only one that Kafka 4 takes. */
export interface RecordBatch {
  /** As it arrived, complete. */
  readonly bytes: Buffer
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly firstSequence: number
  readonly records: readonly KafkaRecord[]
}

/** Of the protocol's error codes those that this broker answers. */
export const errorCodes = {
  none: 0,
  offsetOutOfRange: 1,
  corruptMessage: 2,
  unknownTopicOrPartition: 3,
  unsupportedVersion: 35,
  invalidRequest: 42,
  outOfOrderSequence: 45,
  invalidProducerEpoch: 47,
  unsupportedCompression: 76,
} as const

/** A batch that the broker refuses. */
export class BatchError extends Error {
  readonly code: number

  constructor(code: number, what: string) {
    super(`kafka: ${what}`)
    this.code = code
  }
}

const crcAt = 17
const bodyAt = 21

/** Reads the batches of one partition of a produce request. */
export function readBatches(bytes: Buffer): RecordBatch[] {
  const batches: RecordBatch[] = []
  for (let at = 0; at < bytes.length; ) {
    const size = 12 + (bytes.length - at >= 12 ? bytes.readInt32BE(at + 8) : Number.NaN)
    if (!(size > bodyAt) || at + size > bytes.length)
      throw new BatchError(errorCodes.corruptMessage, 'a batch is cut off')
    batches.push(readBatch(bytes.subarray(at, at + size)))
    at += size
  }
  return batches
}

function readBatch(bytes: Buffer): RecordBatch {
  const reader = new WireReader(bytes.subarray(16))
  if (reader.int8() !== 2) throw new BatchError(errorCodes.corruptMessage, 'only record batches of format 2 are taken')
  if (reader.uint32() !== crc32c(bytes.subarray(crcAt + 4)))
    throw new BatchError(errorCodes.corruptMessage, 'a checksum is wrong')
  const attributes = reader.int16()
  reader.int32()
  reader.int64()
  reader.int64()
  const producerId = reader.int64()
  const producerEpoch = reader.int16()
  const firstSequence = reader.int32()
  const count = reader.int32()
  const records = new WireReader(decompress(attributes & 7, bytes.subarray(bytes.length - reader.remaining)))
  return {
    bytes,
    producerId,
    producerEpoch,
    firstSequence,
    records: Array.from({ length: count }, () => readRecord(records)),
  }
}

function decompress(codec: number, bytes: Buffer): Buffer {
  if (codec === 0) return bytes
  if (codec === 1) return gunzipSync(bytes)
  if (codec === 4) return zstdDecompressSync(bytes)
  throw new BatchError(errorCodes.unsupportedCompression, `compression ${codec} is not supported`)
}

function readRecord(reader: WireReader): KafkaRecord {
  reader.varint()
  reader.int8()
  reader.varlong()
  reader.varint()
  const key = reader.varbytes()
  const value = reader.varbytes()
  const headers = Array.from(
    { length: reader.varint() },
    () => [reader.varbytes()!.toString(), reader.varbytes()] as const,
  )
  return { key, value, headers }
}
