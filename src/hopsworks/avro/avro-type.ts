import avro from 'avsc'

/** An Avro schema as JSON, as far as Hopsworks uses it. */
export type AvroSchema =
  | string
  | readonly AvroSchema[]
  | {
      readonly type: AvroSchema
      readonly name?: string
      readonly logicalType?: string
      readonly scale?: number
      readonly items?: AvroSchema
      readonly values?: AvroSchema
      readonly fields?: readonly { readonly name: string; readonly type: AvroSchema }[]
    }

/** A long that takes and gives bigints: exact over all 64 bits. */
const exactLong = avro.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8)
    buffer.writeBigInt64LE(value)
    return buffer
  },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value: unknown) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value,
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
})

/** Compiles a schema. Values of unions are bare; longs are bigints. */
export function avroType(schema: AvroSchema): avro.Type {
  return avro.Type.forSchema(schema as never, {
    wrapUnions: false,
    logicalTypes: {},
    typeHook: (each) => (each === 'long' || isLong(each) ? exactLong : undefined),
  })
}

function isLong(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'long'
}

/** The branch of `["null", T]` that isn't null. */
export function nonNull(schema: AvroSchema): AvroSchema {
  if (!Array.isArray(schema)) return schema
  return (schema as readonly AvroSchema[]).find((branch) => branch !== 'null') ?? 'null'
}
