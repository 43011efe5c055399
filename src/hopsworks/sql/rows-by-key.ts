import type { Table, TableKey } from '../online/online-store.ts'
import type { OnlineDatabase, SqlParameter, SqlRow } from './online-database.ts'
import { inList, quoted, tableText, tuple } from './text.ts'

/** Keys in one statement. */
const keysAtOnce = 512

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
  const select = `SELECT ${selected} FROM ${tableText(table)} WHERE ${tuple(names.map(quoted))}`
  const subject = `rows of "${table.name}"`
  const ask = (some: readonly TableKey[]) => {
    const values = some.flatMap((key) => names.map((name) => parameterOf(key[name])))
    return database.query({ text: `${select} ${inList(names.length, some.length)}`, values, subject }, signal)
  }
  const rows: (SqlRow | undefined)[] = []
  for (let i = 0; i < keys.length; i += keysAtOnce) {
    const some = keys.slice(i, i + keysAtOnce)
    const found = new Map((await ask(padded(some))).map((row) => [keyText(names, row), row]))
    const mine = some.map((key) => found.get(keyText(names, key)))
    rows.push(...(new Set(mine).size < found.size ? await oneByOne(some, mine, ask) : mine))
  }
  return rows
}

/** What the server holds for equal is not always equal in writing: it may make no difference between a and A. */
async function oneByOne(
  keys: readonly TableKey[],
  known: readonly (SqlRow | undefined)[],
  ask: (keys: readonly TableKey[]) => Promise<readonly SqlRow[]>,
): Promise<(SqlRow | undefined)[]> {
  const rows: (SqlRow | undefined)[] = []
  for (const [i, key] of keys.entries()) rows.push(known[i] ?? (await ask([key]))[0])
  return rows
}

/** To a power of two, with the last one again: then there are few different statements to prepare. */
function padded(keys: readonly TableKey[]): readonly TableKey[] {
  const size = 2 ** Math.ceil(Math.log2(keys.length))
  return [...keys, ...Array.from({ length: size - keys.length }, () => keys.at(-1)!)]
}

function keyText(names: readonly string[], values: TableKey): string {
  return JSON.stringify(names.map((name) => textOf(values[name])))
}

function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  return typeof value === 'boolean' ? `${Number(value)}` : `${value}`
}

/** Numbers as text too: whole ones stay exact so, and others are no primary key. */
function parameterOf(value: unknown): SqlParameter {
  return value instanceof Uint8Array ? value : textOf(value)
}
