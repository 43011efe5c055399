import { handy } from '../avro/from-avro.ts'
import type { FeatureDefinition } from './definition.ts'
import type { FeatureValue } from './feature-types.ts'

/** What the bytes of a complex feature mean. */
export type ComplexDecoder = (feature: string, bytes: Uint8Array) => FeatureValue

const complex = /^(map|array|struct|uniontype)/

/**
 * A value as the online services tell it in JSON: binary as base64, complex ones as base64 of their Avro (newer servers: as
 * JSON), times as milliseconds since 1970 or as text in UTC.
 */
export function featureValueOf(
  { name, type }: FeatureDefinition,
  value: unknown,
  decode: ComplexDecoder,
): FeatureValue {
  if (value === null || value === undefined) return null
  if (type === 'boolean') return typeof value === 'number' ? value !== 0 : (value as boolean)
  if (type === 'timestamp' || type === 'date') return timeOf(value)
  if (type === 'binary') return typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : null
  if (type.startsWith('decimal')) return `${value}`
  if (complex.test(type) && typeof value === 'string') return decode(name, Buffer.from(value, 'base64'))
  if ((type === 'bigint' || type === 'int') && typeof value === 'string') return handy(BigInt(value))
  return value as FeatureValue
}

function timeOf(value: unknown): Date {
  if (typeof value === 'number') return new Date(value)
  const [, date, time] = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d(?:\.\d+)?))?/.exec(`${value}`) ?? []
  return new Date(`${date}T${time ?? '00:00:00'}Z`)
}
