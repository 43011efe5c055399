import type { FeatureDto, FeatureGroupDto } from '../groups/feature-group.ts'
import type { DecodedRow } from '../ingestion/row-decoder.ts'
import type { SqlValue } from './backend.ts'

/** What OnlineFS writes into a column: complex features as their Avro, times and decimals as text, booleans as 0 and 1. */
export function columnValue({ name, type, onlineType }: FeatureDto, row: DecodedRow): SqlValue {
  const value = row.values[name]
  if (value === null || value === undefined) return null
  if (row.complex[name]) return row.complex[name]
  if (type === 'boolean') return value ? 1 : 0
  if (type === 'date') return new Date((value as number) * 86_400_000).toISOString().slice(0, 10)
  if (type === 'timestamp') return timestampText(BigInt(value as number | bigint), fractionDigits(onlineType))
  // MySQL has no other numbers; pandas writes what is missing as one of them.
  if (typeof value === 'number' && !Number.isFinite(value)) return null
  if (type.startsWith('decimal')) return decimalText(value as Buffer, type)
  return value as SqlValue
}

export function rowValues(group: FeatureGroupDto, row: DecodedRow): SqlValue[] {
  return group.features.map((feature) => columnValue(feature, row))
}

function fractionDigits(onlineType: string | null): number {
  return Number(/^timestamp\((\d)\)$/i.exec(onlineType ?? '')?.[1] ?? 0)
}

function timestampText(micros: bigint, digits: number): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
  const seconds = new Date(Number((micros - fraction) / 1000n)).toISOString().slice(0, 19).replace('T', ' ')
  const shown = `${fraction}`.padStart(6, '0').slice(0, digits).replace(/0+$/, '')
  return shown === '' ? seconds : `${seconds}.${shown}`
}

/** Avro keeps the unscaled number, big-endian, in two's complement. */
function decimalText(bytes: Buffer, type: string): string {
  const scale = Number(/,\s*(\d+)/.exec(type)?.[1] ?? 0)
  const unscaled = BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex') || '0'}`))
  const digits = `${unscaled < 0n ? -unscaled : unscaled}`.padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  return `${unscaled < 0n ? '-' : ''}${whole}${scale > 0 ? `.${digits.slice(-scale)}` : ''}`
}
