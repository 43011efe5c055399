import type avro from 'avsc'
import { HopsworksError } from '../error.ts'
import type { FeatureDefinition } from '../groups/definition.ts'
import type { FeatureValue, Row } from '../groups/feature-types.ts'
import { type AvroSchema, avroType } from './avro-type.ts'
import { fromAvro } from './from-avro.ts'
import { Misfit, toAvro } from './to-avro.ts'

interface Field {
  readonly name: string
  readonly schema: AvroSchema
  /** Of a complex feature: its own type. It travels as bytes within the row. */
  readonly nested: avro.Type | undefined
  /** Most characters of a string, or bytes of a complex or binary value, that the online store takes. */
  readonly longest: number | undefined
  readonly isKey: boolean
}

/** What a group must tell for its rows to be written. */
export interface RowCodecGroup {
  readonly name: string
  readonly features: readonly FeatureDefinition[]
  readonly primaryKey: readonly string[]
  /** Whether rows go to a table; in a vector database nothing is cut to a length. */
  readonly hasTable: boolean
}

const complex = /^(map|array|struct|uniontype)/i

/**
 * Rows as the official client writes them: Avro binary without a header, fields in the order of the subject's schema.
 * A complex value is first encoded alone, with its own schema, and then put into the row as bytes.
 */
export class RowCodec {
  readonly #group: RowCodecGroup
  readonly #fields: readonly Field[]
  readonly #byName: ReadonlyMap<string, Field>
  readonly #record: avro.Type
  readonly #keyNames: readonly string[]

  /** @param schema the subject's, a record */
  constructor(schema: AvroSchema, group: RowCodecGroup) {
    const record = schema as Exclude<AvroSchema, string | readonly unknown[]>
    const features = new Map(group.features.map((feature) => [feature.name, feature]))
    this.#group = group
    this.#fields = (record.fields ?? []).map(({ name, type }) => {
      const feature = features.get(name)
      return {
        name,
        schema: type,
        nested: feature && complex.test(feature.type) ? avroType(type) : undefined,
        longest: group.hasTable && feature ? longestOf(feature) : undefined,
        isKey: group.primaryKey.includes(name),
      }
    })
    this.#byName = new Map(this.#fields.map((field) => [field.name, field]))
    this.#record = avroType({
      ...record,
      fields: this.#fields.map(({ name, schema, nested }) => ({ name, type: nested ? ['null', 'bytes'] : schema })),
    })
    // As the official client joins them.
    this.#keyNames = group.primaryKey.toSorted()
  }

  /** @param at the row's number, for errors. @throws HopsworksError when a value doesn't fit its feature */
  encode(row: Row, at: number): { readonly key: Buffer; readonly value: Buffer } {
    for (const name in row)
      if (!this.#byName.has(name) && row[name] !== undefined)
        throw this.#error(at, name, 'there is no such feature', 'leave it out, or add it to the feature group')
    return this.#encode(row, at)
  }

  /** What removes a row: its primary key, all else null. */
  encodeRemoval(row: Row, at: number): { readonly key: Buffer; readonly value: Buffer } {
    return this.#encode(Object.fromEntries(this.#keyNames.map((name) => [name, row[name]])), at)
  }

  /** Rows that were read back from Kafka. */
  decode(value: Uint8Array): Row {
    const record = this.#record.fromBuffer(Buffer.from(value.buffer, value.byteOffset, value.byteLength))
    const row = this.#fields.map(({ name, schema, nested }) => {
      const bytes = record[name]
      return [name, fromAvro(schema, nested && bytes ? nested.fromBuffer(bytes) : bytes)]
    })
    return Object.fromEntries(row)
  }

  /** What the bytes of a complex feature mean. @throws Error when they are damaged */
  decodeComplex(feature: string, bytes: Uint8Array): FeatureValue {
    const field = this.#byName.get(feature)
    if (!field?.nested) throw new RangeError(`"${feature}" is no complex feature`)
    return fromAvro(field.schema, field.nested.fromBuffer(Buffer.from(bytes)))
  }

  #encode(row: Row, at: number) {
    const record: Record<string, unknown> = {}
    for (const field of this.#fields) record[field.name] = this.#field(field, row[field.name], at)
    const key = this.#keyNames.map((name) => keyText(row[name])).join('')
    return { key: Buffer.from(key), value: this.#record.toBuffer(record) }
  }

  #field(field: Field, value: FeatureValue | undefined, at: number): unknown {
    const { name, schema, nested, longest, isKey } = field
    if (isKey && (value === null || value === undefined))
      throw this.#error(at, name, 'a primary key must not be null', 'give it a value')
    try {
      const plain = toAvro(schema, value)
      const encoded = nested ? nested.toBuffer(plain) : plain
      const length = typeof encoded === 'string' || encoded instanceof Uint8Array ? encoded.length : 0
      if (longest !== undefined && length > longest)
        throw this.#error(
          at,
          name,
          `${length} ${typeof encoded === 'string' ? 'characters' : 'bytes'} are more than the ${longest} it holds online`,
          'give the feature a larger onlineType in a new version of the group',
        )
      return encoded
    } catch (error) {
      if (!(error instanceof Misfit)) throw error
      throw this.#error(at, name, error.message, 'convert it first')
    }
  }

  #error(at: number, feature: string, what: string, advice: string): HopsworksError {
    return new HopsworksError('client', `feature group "${this.#group.name}", row ${at}, "${feature}": ${what}`, {
      do: advice,
    })
  }
}

/** Text of a key's part, as Python's `str` writes it: writers in both languages then agree on partitions. */
function keyText(value: FeatureValue | undefined): string {
  if (value instanceof Date) {
    const [date, time = ''] = value.toISOString().split('T')
    const seconds = time.replace(/\.000Z$/, '').replace(/Z$/, '000')
    return `${date} ${seconds}`
  }
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : `${value}`
}

const defaultLengths: readonly (readonly [RegExp, number])[] = [
  [/^string/, 100],
  [/^(map|array|struct|uniontype|binary)/, 100],
]

function longestOf({ type, onlineType }: FeatureDefinition): number | undefined {
  const stated = /^(?:var)?(?:char|binary)\((\d+)\)/i.exec(onlineType ?? '')?.[1]
  if (stated) return Number(stated)
  if (onlineType) return undefined
  return defaultLengths.find(([pattern]) => pattern.test(type))?.[1]
}
