import type { SqlResult, SqlValue } from './backend.ts'
import type { PacketReader, PacketWriter } from './wire.ts'

/** How a value of a column travels. */
interface ColumnType {
  readonly code: number
  /** 63 is binary, 45 is utf8mb4. */
  readonly charset: number
  /** Into the answer to a prepared statement. */
  writeBinary(value: NonNullable<SqlValue>, to: PacketWriter): void
}

const binaryCharset = 63
const textCharset = 45

function numeric(code: number, size: number, write: (to: Buffer, value: number | bigint) => void): ColumnType {
  return {
    code,
    charset: binaryCharset,
    writeBinary(value, to) {
      const bytes = Buffer.alloc(size)
      write(bytes, value as number | bigint)
      to.bytes(bytes)
    },
  }
}

function counted(code: number, charset: number): ColumnType {
  return { code, charset, writeBinary: (value, to) => to.counted(value as string | Uint8Array) }
}

/** `2026-01-02 03:04:05.123456`. */
function time(code: number): ColumnType {
  return {
    code,
    charset: binaryCharset,
    writeBinary(value, to) {
      const [year, month, day, hour = 0, minute = 0, second = 0, fraction = ''] = `${value as string}`
        .split(/[-: .]/)
        .map((part, i) => (i < 6 ? Number(part) : part)) as [number, number, number, number, number, number, string]
      const micros = Number(fraction.padEnd(6, '0'))
      to.int(micros > 0 ? 11 : code === 10 ? 4 : 7, 1)
      to.int(year, 2).int(month, 1).int(day, 1)
      if (code === 10) return
      to.int(hour, 1).int(minute, 1).int(second, 1)
      if (micros > 0) to.int(micros, 4)
    },
  }
}

const types: Readonly<Record<string, ColumnType>> = {
  tinyint: numeric(1, 1, (to, value) => to.writeInt8(Number(value))),
  smallint: numeric(2, 2, (to, value) => to.writeInt16LE(Number(value))),
  int: numeric(3, 4, (to, value) => to.writeInt32LE(Number(value))),
  float: numeric(4, 4, (to, value) => to.writeFloatLE(Number(value))),
  double: numeric(5, 8, (to, value) => to.writeDoubleLE(Number(value))),
  timestamp: time(7),
  bigint: numeric(8, 8, (to, value) => to.writeBigInt64LE(BigInt(value))),
  date: time(10),
  decimal: counted(246, binaryCharset),
  text: counted(252, textCharset),
  blob: counted(252, binaryCharset),
  varchar: counted(253, textCharset),
  varbinary: counted(253, binaryCharset),
}

/** By how the column was declared; what is computed goes by its first value. */
export function columnTypes({ columns, rows }: SqlResult): readonly ColumnType[] {
  return columns.map(({ type }, i) => {
    const name = type ?? computedType(rows.find((row) => row[i] !== null)?.[i] ?? null)
    return types[/^\w+/.exec(name)![0]] ?? types.varchar!
  })
}

/** Digits behind the point: 3 of `timestamp(3)`, 2 of `decimal(10,2)`. */
export function fractionDigits(type: string | null): number {
  return Number(/^(?:timestamp\(|decimal\(\d+,)(\d+)\)/.exec(type ?? '')?.[1] ?? 0)
}

function computedType(value: SqlValue): string {
  if (typeof value === 'bigint') return 'bigint'
  if (typeof value === 'number') return 'double'
  return value instanceof Uint8Array ? 'blob' : 'varchar'
}

/** In the answer to a plain query. Of a float MySQL shows six digits there. */
export function textValue(value: NonNullable<SqlValue>, { code }: ColumnType): string | Uint8Array {
  if (value instanceof Uint8Array) return value
  return code === types.float!.code ? `${Number(Number(value).toPrecision(6))}` : `${value}`
}

/** A value that a client gives to a prepared statement. */
export function parameter(code: number, from: PacketReader): SqlValue {
  switch (code) {
    case 1:
      return (from.int(1) << 24) >> 24
    case 3:
      return from.int(4) | 0
    case 5:
      return from.double()
    case 6:
      return null
    case 8:
      return from.bigint()
    case 252:
      return from.counted()
    case 253:
    case 254:
      return from.counted().toString()
    default:
      throw new Error(`a parameter of type ${code} is not supported`)
  }
}
