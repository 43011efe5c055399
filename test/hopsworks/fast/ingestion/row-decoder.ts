import avsc from 'avsc'
import { complexFeatures, type FeatureGroupDto } from '../groups/feature-group.ts'

/** One row out of a Kafka message. */
export interface DecodedRow {
  readonly values: Readonly<Record<string, unknown>>
  /** Values of complex features as they travel and are stored: Avro, the union with null included. */
  readonly complex: Readonly<Record<string, Buffer>>
}

interface AvroField {
  readonly name: string
  readonly type: unknown
}

/** Numbers as long as they are exact, bigints beyond. */
const long = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => plainNumber(bytes.readBigInt64LE()),
  toBuffer: (value: number | bigint) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(BigInt(value))
    return bytes
  },
  fromJSON: (value: unknown) => value,
  toJSON: (value: unknown) => value,
  isValid: (value: unknown) => typeof value === 'number' || typeof value === 'bigint',
  compare: (a: number | bigint, b: number | bigint) => (a < b ? -1 : a > b ? 1 : 0),
} as never)

function plainNumber(value: bigint): number | bigint {
  return BigInt.asIntN(54, value) === value ? Number(value) : value
}

function avroType(schema: unknown): avsc.Type {
  return avsc.Type.forSchema(schema as avsc.Schema, { wrapUnions: 'never', registry: { long } } as never)
}

/** Decodes the messages of one feature group under one schema. */
export class RowDecoder {
  readonly #outer: avsc.Type
  readonly #inner: readonly (readonly [string, avsc.Type])[]

  /** @param schema of its subject, as JSON */
  constructor(group: FeatureGroupDto, schema: string) {
    const record = JSON.parse(schema) as { readonly fields: readonly AvroField[] }
    const complex = new Set(complexFeatures(group).map(({ name }) => name))
    const fields = record.fields.map((field) =>
      complex.has(field.name) ? { ...field, type: ['null', 'bytes'] } : field,
    )
    this.#outer = avroType({ ...record, fields })
    this.#inner = record.fields.flatMap(({ name, type }) =>
      complex.has(name) ? [[name, avroType(type)] as const] : [],
    )
  }

  /** @throws {Error} when the bytes are not a row under this schema, to the last one */
  decode(bytes: Buffer): DecodedRow {
    const values: Record<string, unknown> = { ...(this.#outer.fromBuffer(bytes) as Record<string, unknown>) }
    const complex: Record<string, Buffer> = {}
    for (const [name, type] of this.#inner) {
      const encoded = values[name] as Buffer | null
      if (encoded === null) continue
      complex[name] = encoded
      values[name] = type.fromBuffer(encoded)
    }
    return { values, complex }
  }
}
