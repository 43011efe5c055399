import type { Table, TableKey } from '../online/online-store.ts'
import type { OnlineDatabase, SqlParameter, SqlRow } from './online-database.ts'
import { inList, quoted, tableText, tuple } from './text.ts'

/** Keys in one statement. */
const keysAtOnce = 512

/** How rows are found by keys. */
export interface KeyLookup {
  /** Of the keys' parts, as the rows name them. */
  readonly columns: readonly string[]
  /** Rows with any of some keys, in any order: a statement that has this after the columns of the key. */
  select(inList: string): string
  /** As errors say it. */
  readonly subject: string
}

/** Rows of one table by primary key, in the order asked; undefined where there is none. */
export async function rowsByKey(
  database: OnlineDatabase,
  table: Table,
  columns: readonly string[],
  keys: readonly TableKey[],
  signal: AbortSignal | undefined,
): Promise<(SqlRow | undefined)[]> {
  const names = Object.keys(keys[0] ?? {})
  const selected = [...new Set([...names, ...columns])].map(quoted).join(', ')
  const text = `SELECT ${selected} FROM ${tableText(table)} WHERE ${tuple(names.map(quoted))}`
  const lookup = { columns: names, select: (list: string) => `${text} ${list}`, subject: `rows of "${table.name}"` }
  return lookUp(
    database,
    lookup,
    keys.map((key) => names.map((name) => key[name])),
    signal,
  )
}

/** Rows in the order of their keys; undefined where there is none. */
export async function lookUp(
  database: OnlineDatabase,
  { columns, select, subject }: KeyLookup,
  keys: readonly (readonly unknown[])[],
  signal: AbortSignal | undefined,
): Promise<(SqlRow | undefined)[]> {
  const ask = (some: readonly (readonly unknown[])[]) => {
    const text = select(inList(columns.length, some.length))
    return database.query({ text, values: some.flat().map(parameterOf), subject }, signal)
  }
  const rows: (SqlRow | undefined)[] = []
  for (let i = 0; i < keys.length; i += keysAtOnce) {
    const some = keys.slice(i, i + keysAtOnce)
    const answer = await ask(padded(some))
    const found = new Map(answer.map((row) => [keyText(columns.map((column) => row[column])), row]))
    const mine = some.map((key) => found.get(keyText(key)))
    const missing = answer.length > 0 ? some.filter((_, at) => !mine[at]) : []
    const equal = missing.length > 0 ? await equalInOtherWriting(missing, ask) : []
    const others = new Map(missing.map((key, at) => [key, equal[at]]))
    rows.push(...mine.map((row, at) => row ?? others.get(some[at]!)))
  }
  return rows
}

/**
 * What the server holds for equal is not always equal in writing: it may make no difference between a and A. Which key
 * a row belongs to shows when fewer are asked for, so they are halved as long as there is any.
 */
async function equalInOtherWriting(
  keys: readonly (readonly unknown[])[],
  ask: (keys: readonly (readonly unknown[])[]) => Promise<readonly SqlRow[]>,
): Promise<(SqlRow | undefined)[]> {
  const found = await ask(padded(keys))
  if (found.length === 0 || keys.length === 1) return keys.map(() => found[0])
  const half = keys.length >> 1
  return [
    ...(await equalInOtherWriting(keys.slice(0, half), ask)),
    ...(await equalInOtherWriting(keys.slice(half), ask)),
  ]
}

/** To a power of two, with the last one again: then there are few different statements to prepare. */
function padded<T>(keys: readonly T[]): readonly T[] {
  const size = 2 ** Math.ceil(Math.log2(keys.length))
  return [...keys, ...Array.from({ length: size - keys.length }, () => keys.at(-1)!)]
}

function keyText(values: readonly unknown[]): string {
  return JSON.stringify(values.map(textOf))
}

function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  return typeof value === 'boolean' ? `${Number(value)}` : `${value}`
}

/** Numbers as text too: whole ones stay exact so, and others are no primary key. */
function parameterOf(value: unknown): SqlParameter {
  return value instanceof Uint8Array ? value : textOf(value)
}
