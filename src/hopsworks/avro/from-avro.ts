import type { FeatureValue } from '../groups/feature-types.ts'
import { type AvroSchema, nonNull } from './avro-type.ts'

/** The inverse of `toAvro`: what an Avro value means. */
export function fromAvro(schema: AvroSchema, value: unknown): FeatureValue {
  if (value === null || value === undefined) return null
  const branch = nonNull(schema)
  if (typeof branch === 'string') return branch === 'long' ? handy(value as bigint) : (value as FeatureValue)
  const { type, logicalType, items, values, fields, scale } = branch as Exclude<AvroSchema, string | readonly unknown[]>
  if (logicalType === 'decimal') return decimal(value as Uint8Array, scale ?? 0)
  if (logicalType === 'date') return new Date((value as number) * 86_400_000)
  if (logicalType === 'timestamp-micros') return new Date(Number((value as bigint) / 1000n))
  if (logicalType === 'timestamp-millis') return new Date(Number(value as bigint))
  if (type === 'array') return (value as unknown[]).map((element) => fromAvro(items!, element))
  if (type === 'map')
    return Object.fromEntries(Object.entries(value as object).map(([name, each]) => [name, fromAvro(values!, each)]))
  if (type === 'record') {
    const given = value as Record<string, unknown>
    return Object.fromEntries(fields!.map(({ name, type }) => [name, fromAvro(type, given[name])]))
  }
  return fromAvro(type, value)
}

/** A number where that is exact. */
export function handy(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

function decimal(bytes: Uint8Array, scale: number): string {
  const hex = Buffer.from(bytes).toString('hex') || '00'
  return decimalText(BigInt.asIntN(hex.length * 4, BigInt(`0x${hex}`)), scale)
}

/** `-1250` at a scale of 2 is `-12.50`. */
export function decimalText(unscaled: bigint, scale: number): string {
  const digits = `${unscaled < 0n ? -unscaled : unscaled}`.padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  return `${unscaled < 0n ? '-' : ''}${whole}${scale > 0 ? `.${digits.slice(-scale)}` : ''}`
}
