import type { FeatureDefinition } from '../groups/definition.ts'
import type { FilterValue } from '../groups/filter.ts'
import type { Table } from '../online/online-store.ts'
import type { SqlParameter } from './online-database.ts'

export function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

export function tableText({ database, name }: Table): string {
  return `${quoted(database)}.${quoted(name)}`
}

/** `(a, b)`, or `a` alone: MySQL finds rows by their key either way. */
export function tuple(parts: readonly string[]): string {
  return parts.length === 1 ? parts[0]! : `(${parts.join(', ')})`
}

/** `IN ((?, ?), (?, ?))`. */
export function inList(width: number, length: number): string {
  const one = tuple(Array.from({ length: width }, () => '?'))
  return `IN (${Array.from({ length }, () => one).join(', ')})`
}

/** A value that a column is compared with. */
export function parameterOf({ type }: FeatureDefinition, value: FilterValue | Uint8Array): SqlParameter {
  if (value instanceof Date) return timeText(value, type)
  if (value instanceof Uint8Array) return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number' && (type === 'float' || type === 'double')) return value
  return `${value}`
}

/** As MySQL writes times, in UTC; milliseconds only where there are any, and cut to the digits that a column has. */
export function timeText(time: Date, type: string, digits = 3): string {
  const [date, clock] = time.toISOString().slice(0, -1).split('T') as [string, string]
  return type === 'date' ? date : withoutZeros(`${date} ${clock.slice(0, digits === 0 ? 8 : 9 + digits)}`)
}

/** How many digits of a second's fraction a column of times keeps. */
export function fractionDigits(onlineType: string | undefined): number {
  return Number(/^timestamp\((\d)\)$/i.exec(onlineType ?? '')?.[1] ?? 0)
}

/** A time's fraction as short as it can be. */
export function withoutZeros(time: string): string {
  return time.replace(/\.?0+$/, (zeros, at) => (time.lastIndexOf('.', at) < 0 ? zeros : ''))
}
