import * as arrow from '@uwdata/flechette'
import type { HiveType } from '../groups/hive-type.ts'
import type { Found } from './query-run.ts'

/** One message of an Arrow stream: its flatbuffer and the buffers it tells of. */
export interface StreamMessage {
  readonly header: Buffer
  readonly body: Buffer
}

/** Rows in a record batch: few, so that small answers have several. */
const rowsOfBatch = 1_000

/** What was found as an Arrow stream, with the types that parquet files of Spark have in Arrow. */
export function arrowMessages({ columns }: Found): StreamMessage[] {
  const timestamps: { unit: arrow.TimeUnit_ }[] = []
  const made = columns.map(({ name, type, values }) => {
    const column = arrow.columnFromArray(
      values.map((value) => arrowValue(type, value)),
      arrowType(type, timestamps),
      { maxBatchRows: rowsOfBatch },
    )
    return [name, column] satisfies [string, unknown]
  })
  // The library builds microseconds from fractions of milliseconds, and not always exactly: they were built as whole milliseconds.
  for (const type of timestamps) type.unit = arrow.TimeUnit.MICROSECOND
  return streamMessages(Buffer.from(arrow.tableToIPC(arrow.tableFromColumns(made), { format: 'stream' })!))
}

function arrowType(type: HiveType, timestamps: { unit: arrow.TimeUnit_ }[]): arrow.DataType {
  switch (type.kind) {
    case 'plain': {
      if (type.name !== 'timestamp') return plainTypes[type.name]!()
      const made = arrow.timestamp(arrow.TimeUnit.MILLISECOND, null)
      timestamps.push(made)
      return made
    }
    case 'decimal':
      return arrow.decimal128(type.precision, type.scale)
    case 'array':
      return arrow.list(arrowType(type.items, timestamps))
    case 'map':
      return arrow.map(arrow.utf8(), arrowType(type.values, timestamps))
    case 'struct':
      return arrow.struct(Object.fromEntries(type.fields.map(([name, of]) => [name, arrowType(of, timestamps)])))
  }
}

const plainTypes: Readonly<Record<string, () => arrow.DataType>> = {
  boolean: arrow.bool,
  tinyint: arrow.int8,
  smallint: arrow.int16,
  int: arrow.int32,
  bigint: arrow.int64,
  float: arrow.float32,
  double: arrow.float64,
  string: arrow.utf8,
  binary: arrow.binary,
  date: arrow.dateDay,
}

/** What the library builds that type from. */
function arrowValue(type: HiveType, value: unknown): unknown {
  if (value === null || value === undefined) return null
  switch (type.kind) {
    case 'plain':
      if (type.name === 'bigint' || type.name === 'timestamp') return BigInt(value as number)
      if (type.name === 'date') return Number(value) * 86_400_000
      return typeof value === 'bigint' ? Number(value) : value
    case 'decimal':
      return BigInt.asIntN(8 * (value as Buffer).length, BigInt(`0x${(value as Buffer).toString('hex') || '00'}`))
    case 'array':
      return (value as unknown[]).map((each) => arrowValue(type.items, each))
    case 'map':
      return Object.entries(value as object).map(([key, each]) => [key, arrowValue(type.values, each)])
    case 'struct':
      return Object.fromEntries(
        type.fields.map(([name, of]) => [name, arrowValue(of, (value as Record<string, unknown>)[name])]),
      )
  }
}

/** An IPC stream in its messages, without their marks and lengths. */
export function streamMessages(stream: Buffer): StreamMessage[] {
  const messages: StreamMessage[] = []
  for (let at = 0; at + 8 <= stream.length; ) {
    const length = stream.readInt32LE(at + 4)
    if (length === 0) break
    const header = stream.subarray(at + 8, at + 8 + length)
    const end = at + 8 + length + bodyLength(header)
    messages.push({ header, body: stream.subarray(at + 8 + length, end) })
    at = end
  }
  return messages
}

/** `Message.bodyLength` of Apache Arrow's format/Message.fbs. */
function bodyLength(header: Buffer): number {
  const message = header.readUInt32LE(0)
  const fields = message - header.readInt32LE(message)
  const offset = header.readUInt16LE(fields) > 10 ? header.readUInt16LE(fields + 10) : 0
  return offset === 0 ? 0 : Number(header.readBigInt64LE(message + offset))
}
