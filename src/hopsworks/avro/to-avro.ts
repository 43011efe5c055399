import type { FeatureValue } from '../groups/feature-types.ts'
import { type AvroSchema, nonNull } from './avro-type.ts'

/** Why a value doesn't fit; never says the value itself. */
export class Misfit extends Error {}

const millisecondsOfDay = 86_400_000

/** A feature's value as Avro's. Dates become days, timestamps microseconds, decimals unscaled bytes. @throws Misfit */
export function toAvro(schema: AvroSchema, value: FeatureValue | undefined): unknown {
  if (value === null || value === undefined) return null
  const branch = nonNull(schema)
  if (typeof branch === 'string') return primitive(branch, value)
  if (Array.isArray(branch)) throw new Misfit('unions of several types are not supported')
  const { type, logicalType, items, values, fields, scale } = branch as Exclude<AvroSchema, string | readonly unknown[]>
  if (logicalType === 'decimal') return unscaled(value, scale ?? 0)
  if (logicalType === 'date') return Math.floor(timeOf(value) / millisecondsOfDay)
  if (logicalType === 'timestamp-micros') return BigInt(timeOf(value)) * 1000n
  if (logicalType === 'timestamp-millis') return BigInt(timeOf(value))
  if (type === 'array') return elementsOf(value).map((element) => toAvro(items!, element))
  if (type === 'map') {
    const entries = Object.entries(objectOf(value))
    // The Avro library would lose it when it reads.
    if (entries.some(([name]) => name === '__proto__')) throw new Misfit('"__proto__" can\'t be a key of a map')
    return Object.fromEntries(entries.map(([name, each]) => [name, toAvro(values!, each)]))
  }
  if (type === 'record') {
    const given = objectOf(value)
    return Object.fromEntries(fields!.map(({ name, type }) => [name, toAvro(type, given[name])]))
  }
  return toAvro(type, value)
}

function primitive(type: string, value: FeatureValue): unknown {
  switch (type) {
    case 'boolean':
      if (typeof value === 'boolean') return value
      break
    case 'int':
      if (typeof value === 'number' && value === (value | 0)) return value
      break
    case 'long':
      if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return value
      if (Number.isSafeInteger(value)) return BigInt(value as number)
      // A bigint feature may be the event time.
      if (value instanceof Date) return BigInt(timeOf(value))
      break
    case 'float':
    case 'double':
      if (typeof value === 'number' && Number.isFinite(value)) return value
      break
    case 'string':
      if (typeof value === 'string') return value
      break
    case 'bytes':
      if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      break
  }
  throw new Misfit(`expected ${expected[type] ?? type}, got ${kindOf(value)}`)
}

const expected: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  int: 'a whole number of 32 bits',
  long: 'a whole number (a bigint beyond 2^53)',
  float: 'a finite number',
  double: 'a finite number',
  string: 'a string',
  bytes: 'a Uint8Array',
}

function timeOf(value: FeatureValue): number {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.getTime()
  throw new Misfit(`expected a valid Date, got ${kindOf(value)}`)
}

function elementsOf(value: FeatureValue): readonly FeatureValue[] {
  if (Array.isArray(value)) return value
  if (value instanceof Float32Array || value instanceof Float64Array) return Array.from(value)
  throw new Misfit(`expected an array, got ${kindOf(value)}`)
}

function objectOf(value: FeatureValue): Readonly<Record<string, FeatureValue>> {
  const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (isPlain && !ArrayBuffer.isView(value) && !(value instanceof Date)) return value as Record<string, FeatureValue>
  throw new Misfit(`expected an object, got ${kindOf(value)}`)
}

/** Two's complement, big-endian, as few bytes as do. */
function unscaled(value: FeatureValue, scale: number): Buffer {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d*))?$/.exec(`${value}`) ?? []
  if (whole === undefined || fraction.replace(/0+$/, '').length > scale)
    throw new Misfit(`expected a decimal with at most ${scale} places as text, got ${kindOf(value)}`)
  const digits = BigInt(whole + fraction.slice(0, scale).padEnd(scale, '0'))
  const number = sign ? -digits : digits
  let bits = 8
  while (BigInt.asIntN(bits, number) !== number) bits += 8
  const hex = BigInt.asUintN(bits, number)
    .toString(16)
    .padStart(bits / 4, '0')
  return Buffer.from(hex, 'hex')
}

function kindOf(value: unknown): string {
  if (value instanceof Date) return 'a Date'
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'number' && !Number.isInteger(value)) return 'a fraction, NaN or infinity'
  return `a ${typeof value}`
}
