import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { FeatureGroupDto } from '../groups/feature-group.ts'
import { type HiveType, isComplex, parseHiveType } from '../groups/hive-type.ts'
import type { HqsPayload } from '../queries/fs-query.ts'
import type { OfflineRow } from '../rows.ts'

/** The offline store as a query sees it. */
export interface OfflineRows {
  group(id: number): FeatureGroupDto | undefined
  rows(groupId: number): readonly OfflineRow[]
}

/** There is nothing of a group in the offline store; says so as the real service is known to. */
export class NoDataFound extends Error {}

/** What a query found: by column, as offline rows hold values. */
export interface Found {
  readonly columns: readonly { readonly name: string; readonly type: HiveType; readonly values: readonly unknown[] }[]
}

/** Runs a payload over the rows that have been materialized, in a database of its own. @throws NoDataFound */
export function run(payload: HqsPayload, store: OfflineRows): Found {
  const database = new DatabaseSync(':memory:')
  try {
    // SQLite holds no lists, maps and decimals: they are numbered.
    const kept: unknown[] = []
    for (const schema of new Set(payload.tables.map(({ database }) => database)))
      database.exec(`ATTACH ':memory:' AS ${quoted(schema)}`)
    for (const table of payload.tables) fill(database, table, store, kept)
    const statement = database.prepare(payload.query_string)
    statement.setReadBigInts(true)
    statement.setReturnArrays(true)
    const found = statement.all() as unknown as unknown[][]
    const columns = payload.columns.map(({ name, type }, at) => {
      const parsed = parseHiveType(type)
      return { name, type: parsed, values: found.map((row) => readValue(row[at], parsed, kept)) }
    })
    return { columns }
  } finally {
    database.close()
  }
}

function fill(
  database: DatabaseSync,
  { featureGroupId, database: schema, table }: HqsPayload['tables'][number],
  store: OfflineRows,
  kept: unknown[],
): void {
  const rows = store.rows(featureGroupId)
  const features = store.group(featureGroupId)?.features ?? []
  if (rows.length === 0)
    throw new NoDataFound(`No data found for featuregroup ${schema}.${table}. Detail: no such path`)
  const name = `${quoted(schema)}.${quoted(table)}`
  const columns = features.map((feature) => ({ name: feature.name, type: parseHiveType(feature.type) }))
  database.exec(`CREATE TABLE ${name} (${columns.map((column) => quoted(column.name)).join(', ')})`)
  const insert = database.prepare(`INSERT INTO ${name} VALUES (${columns.map(() => '?').join(', ')})`)
  for (const row of rows) insert.run(...columns.map((column) => stored(row[column.name], column.type, kept)))
}

function stored(value: unknown, type: HiveType, kept: unknown[]): SQLInputValue {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean') return value ? 1 : 0
  if (isNumbered(type)) return kept.push(value) - 1
  return value as SQLInputValue
}

function readValue(value: unknown, type: HiveType, kept: readonly unknown[]): unknown {
  if (value === null || value === undefined) return null
  if (isNumbered(type)) return kept[Number(value)]
  if (type.kind === 'plain' && type.name === 'boolean') return Number(value) === 1
  return value
}

function isNumbered(type: HiveType): boolean {
  return isComplex(type) || type.kind === 'decimal'
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}
