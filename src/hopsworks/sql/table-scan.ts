import type { FeatureDefinition } from '../groups/definition.ts'
import type { ScanOptions } from '../groups/feature-group.ts'
import type { Filter } from '../groups/filter.ts'
import type { CallOptions } from '../login-options.ts'
import type { Table } from '../online/online-store.ts'
import { type Condition, conditionOf, featureNamed, joined } from './condition.ts'
import type { OnlineDatabase, SqlParameter, SqlRow } from './online-database.ts'
import { quoted, tableText } from './text.ts'

/** As many rows as one page has, at most. */
const mostRows = 10_000

/** Goes through the online table of one feature group. */
export interface ScannedTable {
  readonly database: OnlineDatabase
  readonly table: Table
  readonly group: string
  readonly features: readonly FeatureDefinition[]
  readonly primaryKey: readonly string[]
}

/**
 * Its rows, page by page, in the order of the primary key, or of `orderBy` and then of the primary key. Each page begins
 * after the last row of the one before, so a row that stays is given once, whatever else is written meanwhile.
 */
export async function* tablePages(
  scanned: ScannedTable,
  { filter, features, pageSize = 1_000, orderBy, signal }: ScanOptions,
): AsyncGenerator<readonly SqlRow[], void, undefined> {
  const { database, table, group, primaryKey } = scanned
  const size = Math.min(mostRows, Math.max(1, Math.trunc(pageSize)))
  const order = [...new Set([...(orderBy === undefined ? [] : [orderBy]), ...primaryKey])]
  const ordered = order.map((name) => featureNamed(group, scanned.features, name))
  const wanted = features ?? scanned.features.map(({ name }) => name)
  const columns = [...new Set([...order, ...wanted])].map(quoted).join(', ')
  const conditions = [
    ...(filter ? [conditionOf(group, scanned.features, filter)] : []),
    ...(orderBy === undefined ? [] : [{ text: `${quoted(orderBy)} IS NOT NULL`, values: [] }]),
  ]
  const end = `ORDER BY ${order.map(quoted).join(', ')} LIMIT ${size}`
  const subject = `rows of "${table.name}"`
  for (let last: SqlRow | undefined; ; ) {
    const where = joined([...conditions, ...(last ? [after(ordered, last)] : [])], 'AND')
    const text = `SELECT ${columns} FROM ${tableText(table)} WHERE ${where.text} ${end}`
    const rows = await database.query({ text, values: where.values, subject }, signal)
    if (rows.length > 0) yield rows
    if (rows.length < size) return
    last = rows.at(-1)
  }
}

/** How many rows it has. */
export async function tableCount(
  { database, table, group, features }: ScannedTable,
  { filter, signal }: CallOptions & { readonly filter?: Filter },
): Promise<number> {
  const where = joined(filter ? [conditionOf(group, features, filter)] : [], 'AND')
  const text = `SELECT COUNT(*) AS n FROM ${tableText(table)} WHERE ${where.text}`
  const [row] = await database.query({ text, values: where.values, subject: `rows of "${table.name}"` }, signal)
  return Number(row?.n)
}

/** `a > ? OR (a = ? AND b > ?)`: what comes after a row. */
function after(order: readonly FeatureDefinition[], row: SqlRow): Condition {
  const alternatives = order.map(({ name }, i) => {
    const equal = order
      .slice(0, i)
      .map((each) => ({ text: `${quoted(each.name)} = ?`, values: [row[each.name] as SqlParameter] }))
    return joined([...equal, { text: `${quoted(name)} > ?`, values: [row[name] as SqlParameter] }], 'AND')
  })
  return joined(alternatives, 'OR')
}
