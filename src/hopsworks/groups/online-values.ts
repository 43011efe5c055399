import { handy } from '../avro/from-avro.ts'
import type { FeatureDefinition } from './definition.ts'
import type { FeatureValue } from './feature-types.ts'

/** What the bytes of a complex feature mean. */
export type ComplexDecoder = (feature: string, bytes: Uint8Array) => FeatureValue

const complex = /^(map|array|struct|uniontype)/

/**
 * A value as the online services tell it. In JSON: binary as base64, complex ones as base64 of their Avro (newer servers: as
 * JSON), times as milliseconds since 1970 or as text in UTC, decimals as numbers. By SQL: bytes as bytes, times, decimals
 * and bigints as text.
 */
export function featureValueOf(
  { name, type }: FeatureDefinition,
  value: unknown,
  decode: ComplexDecoder,
): FeatureValue {
  if (value === null || value === undefined) return null
  if (type === 'boolean') return typeof value === 'number' ? value !== 0 : (value as boolean)
  if (type === 'timestamp' || type === 'date') return timeOf(value)
  if (type === 'binary') return bytesOf(value)
  if (type.startsWith('decimal')) return scaled(`${value}`, type)
  const bytes = complex.test(type) ? bytesOf(value) : null
  if (bytes) return decode(name, bytes)
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  if ((type === 'bigint' || type === 'int') && typeof value === 'string') return handy(BigInt(value))
  if ((type === 'double' || type === 'float') && typeof value === 'bigint') return Number(value)
  return value as FeatureValue
}

function timeOf(value: unknown): Date {
  if (typeof value === 'number') return new Date(value)
  const [, date, time] = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d(?:\.\d+)?))?/.exec(`${value}`) ?? []
  return new Date(`${date}T${time ?? '00:00:00'}Z`)
}

function bytesOf(value: unknown): Uint8Array | null {
  if (value instanceof Uint8Array) return new Uint8Array(value)
  return typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : null
}

/** With all digits of the scale: as a number in JSON, 12.50 has lost its last one. */
function scaled(decimal: string, type: string): string {
  const scale = Number(/,\s*(\d+)/.exec(type)?.[1] ?? 0)
  const [whole, fraction = ''] = decimal.split('.')
  return scale > 0 && /^-?\d+$/.test(whole!) ? `${whole}.${fraction.padEnd(scale, '0')}` : decimal
}
