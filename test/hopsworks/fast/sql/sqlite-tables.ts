import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { type FeatureGroupDto, primaryKey } from '../groups/feature-group.ts'
import type { Message } from '../ingestion/message.ts'
import { quoted, type SqlResult, type SqlValue, tableName } from './backend.ts'
import { columnValue, rowValues } from './column-value.ts'

/** A statement of a client that waits for its values. */
export interface PreparedQuery {
  readonly columns: SqlResult['columns']
  run(values: readonly SqlValue[]): SqlResult
}

/** The tables of online feature groups, in memory, under the name of the project's database. */
export class SqliteTables {
  readonly #db = new DatabaseSync(':memory:')
  readonly #database: string
  /** Names of columns, by table. */
  readonly #tables = new Map<string, readonly string[]>()
  readonly #upserts = new Map<string, StatementSync>()

  constructor(database: string) {
    this.#database = database
    this.#db.exec(`ATTACH ':memory:' AS ${quoted(database)}`)
  }

  create(group: FeatureGroupDto): void {
    if (!group.onlineEnabled) return
    const table = tableName(this.#database, group)
    const columns = group.features.map((feature) => `${quoted(feature.name)} ${declared(feature.onlineType!)}`)
    const keys = primaryKey(group).map(quoted)
    this.#db.exec(`CREATE TABLE ${table} (${columns.join(', ')}, PRIMARY KEY (${keys.join(', ')}))`)
    this.#remember(table, group)
  }

  extend(group: FeatureGroupDto): void {
    const table = tableName(this.#database, group)
    const known = this.#tables.get(table)
    if (!known) return
    for (const { name, onlineType } of group.features)
      if (!known.includes(name))
        this.#db.exec(`ALTER TABLE ${table} ADD COLUMN ${quoted(name)} ${declared(onlineType!)}`)
    this.#remember(table, group)
  }

  drop(group: FeatureGroupDto): void {
    const table = tableName(this.#database, group)
    this.#db.exec(`DROP TABLE IF EXISTS ${table}`)
    this.#tables.delete(table)
  }

  /** Rows of tables that are gone are passed over. */
  apply(messages: readonly Message[]): void {
    this.#db.exec('BEGIN')
    try {
      for (const message of messages) this.#applyOne(message)
      this.#db.exec('COMMIT')
    } catch (error) {
      this.#db.exec('ROLLBACK')
      throw error
    }
  }

  /** @throws {Error} of SQLite's */
  prepare(sql: string): PreparedQuery {
    const statement = this.#db.prepare(sqliteDialect(sql))
    statement.setReturnArrays(true)
    statement.setReadBigInts(true)
    const columns = statement.columns().map(({ name, type }) => ({ name, type: type && columnType(type) }))
    return {
      columns,
      run: (values) => ({ columns, rows: statement.all(...values) as unknown as SqlValue[][] }),
    }
  }

  close(): void {
    this.#db.close()
  }

  #remember(table: string, group: FeatureGroupDto): void {
    this.#tables.set(
      table,
      group.features.map(({ name }) => name),
    )
  }

  #applyOne({ group, row, operation, upsertIfNewer }: Message): void {
    const table = tableName(this.#database, group)
    if (!this.#tables.has(table)) return
    const keys = primaryKey(group)
    if (operation === 'delete') {
      const values = group.features.filter(({ primary }) => primary).map((feature) => columnValue(feature, row))
      this.#db
        .prepare(`DELETE FROM ${table} WHERE ${keys.map((key) => `${quoted(key)} = ?`).join(' AND ')}`)
        .run(...values)
      return
    }
    this.#upsert(table, group, upsertIfNewer).run(...rowValues(group, row))
  }

  #upsert(table: string, group: FeatureGroupDto, ifNewer: boolean): StatementSync {
    const columns = group.features.map(({ name }) => quoted(name))
    const time = ifNewer && group.eventTime ? quoted(group.eventTime) : undefined
    const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
      ON CONFLICT (${primaryKey(group).map(quoted).join(', ')}) DO UPDATE SET
      ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}
      ${time ? `WHERE excluded.${time} >= ${quoted(`${group.name}_${group.version}`)}.${time}` : ''}`
    const known = this.#upserts.get(sql) ?? this.#db.prepare(sql)
    this.#upserts.set(sql, known)
    return known
  }
}

/** SQLite would turn text that looks like a number into one, unless the type's name says text. */
function declared(onlineType: string): string {
  return onlineType.replace(/^decimal/i, 'decimaltext')
}

function columnType(type: string): string {
  return type.toLowerCase().replace('decimaltext', 'decimal')
}

/** `(a, b) IN ((1, 2), (3, 4))` is `IN (VALUES (1, 2), (3, 4))` there. */
function sqliteDialect(sql: string): string {
  return sql.replace(/\bIN\s*\(\s*\(/gi, 'IN (VALUES (')
}
