import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { deflateSync, inflateSync } from 'node:zlib'
import { Problem } from '../../taste/problem.ts'
import { type DocumentKind, type DocumentTable, documentKinds, partBytes } from './mapping.ts'

/** Values of a document's keys; the second is '' where there is one. */
export type DocumentKeys = readonly [SQLInputValue, SQLInputValue]
type StoredRow = Readonly<Record<string, SQLInputValue>>
/** Rows by table. */
export type DocumentContent = Readonly<Record<string, readonly StoredRow[]>>

/** Shorter ones gain nothing from being deflated. */
const deflatedFrom = 400

/** Reads documents from the embedded store's tables, and puts them there. */
export class Documents {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  readonly #columns = new Map<string, ReadonlySet<string>>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Undefined when it has no rows (any more). */
  read(kind: string, keys: DocumentKeys): DocumentContent | undefined {
    const content: Record<string, StoredRow[]> = {}
    for (const table of kindOf(kind).tables) {
      const rows = this.#prepared(`SELECT * FROM ${table.name} WHERE ${condition(table)}`).all(
        ...given(table, keys),
      ) as Record<string, SQLInputValue>[]
      if (table.isRoot && rows.length === 0) return undefined
      if (table.local) for (const row of rows) delete row[table.local]
      if (rows.length > 0) content[table.name] = rows
    }
    return Object.keys(content).length > 0 ? content : undefined
  }

  /** Replaces what is there of it. */
  write(kind: string, keys: DocumentKeys, content: DocumentContent): void {
    for (const table of kindOf(kind).tables) {
      const rows = content[table.name] ?? []
      if (!table.isRoot) this.#clear(table, keys)
      for (const row of rows) this.#insert(table, row)
    }
  }

  /** What belongs to other documents and refers to this one goes too, as the tables say (ON DELETE CASCADE). */
  remove(kind: string, keys: DocumentKeys): void {
    for (const table of kindOf(kind).tables) this.#clear(table, keys)
  }

  #clear(table: DocumentTable, keys: DocumentKeys): void {
    this.#prepared(`DELETE FROM ${table.name} WHERE ${condition(table)}`).run(...given(table, keys))
  }

  #insert(table: DocumentTable, row: StoredRow): void {
    const columns = Object.keys(row)
    this.#check(table, columns)
    const others = columns.filter((column) => !table.keys.includes(column))
    const update = others.map((column) => `${column} = excluded.${column}`).join(', ')
    const replaced =
      table.isRoot && others.length > 0 ? ` ON CONFLICT (${table.keys.join(', ')}) DO UPDATE SET ${update}` : ''
    const values = columns.map(() => '?').join(', ')
    this.#prepared(`INSERT INTO ${table.name} (${columns.join(', ')}) VALUES (${values})${replaced}`).run(
      ...Object.values(row),
    )
  }

  /** Names of columns come from outside, and become part of a statement. */
  #check({ name }: DocumentTable, columns: readonly string[]): void {
    let known = this.#columns.get(name)
    if (!known) {
      const rows = this.#database.prepare(`SELECT name FROM pragma_table_info('${name}')`).all() as { name: string }[]
      known = new Set(rows.map((row) => row.name))
      this.#columns.set(name, known)
    }
    for (const column of columns) if (!known.has(column)) throw damaged(`a column "${column}" of "${name}"`)
  }

  #prepared(statement: string): StatementSync {
    let prepared = this.#statements.get(statement)
    if (!prepared) {
      prepared = this.#database.prepare(statement)
      this.#statements.set(statement, prepared)
    }
    return prepared
  }
}

export function kindOf(kind: string): DocumentKind {
  const found = documentKinds[kind]
  if (!found) throw damaged(`a document of kind "${kind}"`)
  return found
}

function damaged(what: string): Problem {
  return new Problem(`store: the project holds ${what}, which this version does not know`, {
    do: 'update Consonance, or see who else writes into its feature groups',
  })
}

const condition = ({ keys }: DocumentTable) => keys.map((key) => `${key} = ?`).join(' AND ')
const given = ({ keys }: DocumentTable, values: DocumentKeys) => values.slice(0, keys.length)

/** Keys and rows as bytes, in parts that fit into a row each. */
export function packDocument(keys: DocumentKeys, content: DocumentContent): Uint8Array[] {
  const text = Buffer.from(JSON.stringify({ keys: keys.map(toJson), ...mapRows(content, toJson) }))
  const bytes = text.length < deflatedFrom ? text : deflateSync(text)
  const parts: Uint8Array[] = []
  for (let from = 0; from < bytes.length; from += partBytes) parts.push(bytes.subarray(from, from + partBytes))
  return parts
}

export function unpackDocument(parts: readonly Uint8Array[]): { keys: DocumentKeys; content: DocumentContent } {
  const bytes = Buffer.concat(parts)
  const text = bytes[0] === openingBrace ? bytes : inflateSync(bytes)
  const { keys, ...content } = JSON.parse(text.toString()) as { keys: unknown[] } & Record<string, StoredRow[]>
  const [first, second] = keys.map(fromJson)
  return { keys: [first!, second!], content: mapRows(content as DocumentContent, fromJson) }
}

const openingBrace = 0x7b

function mapRows(content: DocumentContent, map: (value: unknown) => SQLInputValue): DocumentContent {
  const rows = (table: readonly StoredRow[]) =>
    table.map((row) => Object.fromEntries(Object.entries(row).map(([column, value]) => [column, map(value)])))
  return Object.fromEntries(Object.entries(content).map(([name, table]) => [name, rows(table)]))
}

/** JSON has no bytes. */
function toJson(value: unknown): SQLInputValue {
  return value instanceof Uint8Array
    ? ({ base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') } as never)
    : (value as SQLInputValue)
}

function fromJson(value: unknown): SQLInputValue {
  const { base64 } = (value ?? {}) as { readonly base64?: string }
  return base64 === undefined ? (value as SQLInputValue) : Buffer.from(base64, 'base64')
}
