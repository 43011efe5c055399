import { type DataType, type StructType, type Table, Type, tableFromIPC } from '@uwdata/flechette'
import { decimalText, handy } from '../avro/from-avro.ts'
import type { FeatureValue, Row } from '../groups/feature-types.ts'
import type { FlightData } from './flight-messages.ts'
import { dictionaryOf, framed, kindOf } from './ipc-message.ts'

/** In one page: a record batch may hold millions. */
const mostRows = 10_000

/** How the decoder gives values. */
const extraction = { useBigInt: true, useDate: true, useDecimalInt: true }

/** Turns the messages of an Arrow stream into rows, record batch by record batch. Keeps the schema and the newest dictionaries, no rows. */
export class ArrowRows {
  #schema: Uint8Array | undefined
  /** By id: the message that set it, and those that added to it. */
  readonly #dictionaries = new Map<bigint, Uint8Array[]>()

  /** @throws {Error} for a message that is out of order, damaged, or of a kind that isn't known */
  pages({ dataHeader, dataBody }: FlightData): Iterable<Row[]> {
    // A message that carries only metadata of the application.
    if (dataHeader.length === 0) return []
    const kind = kindOf(dataHeader)
    const message = framed(dataHeader, dataBody)
    if (kind === 'schema') {
      this.#schema = message
      return []
    }
    if (!this.#schema) throw new Error('there is no schema before the data')
    if (kind === 'dictionary') {
      const { id, isDelta } = dictionaryOf(dataHeader)
      this.#dictionaries.set(id, [...((isDelta && this.#dictionaries.get(id)) || []), message])
      return []
    }
    const known = [...this.#dictionaries.values()].flat()
    return pagesOf(tableFromIPC([this.#schema, ...known, message], extraction))
  }
}

function* pagesOf(table: Table): Generator<Row[], void, undefined> {
  const columns = table.schema.fields.map(({ name, type }, i) => ({
    name,
    values: table.getChildAt(i),
    convert: converterOf(type),
  }))
  for (let from = 0; from < table.numRows; from += mostRows) {
    const rows = Array.from(
      { length: Math.min(mostRows, table.numRows - from) },
      (): Record<string, FeatureValue> => ({}),
    )
    for (const { name, values, convert } of columns)
      for (let i = 0; i < rows.length; i++) {
        const value: unknown = values.at(from + i)
        rows[i]![name] = value === null || value === undefined ? null : convert(value)
      }
    yield rows
  }
}

type Converter = (value: unknown) => FeatureValue

const same: Converter = (value) => value as FeatureValue

/** From what the decoder gives for an Arrow type to a feature's value, as the online store gives it. @throws {Error} */
function converterOf(type: DataType): Converter {
  switch (type.typeId) {
    case Type.Null:
    case Type.Bool:
    case Type.Float:
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
    case Type.Date:
    case Type.Timestamp:
      return same
    case Type.Int:
      return type.bitWidth === 64 ? (value) => handy(value as bigint) : same
    case Type.Decimal:
      return (value) => decimalText(BigInt(value as bigint | number), type.scale)
    case Type.Binary:
    case Type.LargeBinary:
    case Type.BinaryView:
    case Type.FixedSizeBinary:
      // A copy: the decoder's is a window on the whole batch.
      return (value) => new Uint8Array(value as Uint8Array)
    case Type.List:
    case Type.LargeList:
    case Type.ListView:
    case Type.LargeListView:
    case Type.FixedSizeList: {
      const convert = nullable(converterOf(type.children[0]!.type))
      return (value) => Array.from(value as ArrayLike<unknown>, convert)
    }
    case Type.Map: {
      const convert = nullable(converterOf((type.children[0]!.type as StructType).children[1]!.type))
      return (value) => Object.fromEntries((value as [string, unknown][]).map(([key, each]) => [key, convert(each)]))
    }
    case Type.Struct: {
      const fields = type.children.map(({ name, type }) => [name, nullable(converterOf(type))] as const)
      return (value) =>
        Object.fromEntries(fields.map(([name, convert]) => [name, convert((value as Record<string, unknown>)[name])]))
    }
    case Type.Dictionary:
      return converterOf(type.dictionary)
    default:
      throw new Error(`no feature is of Arrow's type ${type.typeId}`)
  }
}

function nullable(convert: Converter): Converter {
  return (value) => (value === null || value === undefined ? null : convert(value))
}
