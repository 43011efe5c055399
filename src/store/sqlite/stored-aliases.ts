import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { AliasTable, Ids, Scheme } from './aliases.ts'
import { BoundedMap } from './bounded-map.ts'
import { aliasHash } from './schema.ts'

/** What artists and tracks have in common as tables: `<kind>s`, `<kind>_aliases` and `<kind>_counts`. */
export abstract class StoredAliases<Facts> implements AliasTable<Facts> {
  /** Rows by alias; an alias without rows is not kept. */
  readonly #found: BoundedMap<string, readonly number[]>
  readonly #find: StatementSync
  readonly #key: StatementSync
  readonly #ids: StatementSync
  readonly #frequency: StatementSync
  readonly #link: StatementSync
  readonly #adopt: { readonly [scheme in Scheme]?: StatementSync }

  constructor(
    database: DatabaseSync,
    kind: 'artist' | 'track',
    { schemes, remembered }: { readonly schemes: readonly Scheme[]; readonly remembered: number },
  ) {
    this.#found = new BoundedMap(remembered)
    this.#find = database.prepare(
      `SELECT n FROM ${kind}s WHERE hash = ?1 AND key = ?2
       UNION ALL SELECT ${kind} FROM ${kind}_aliases WHERE hash = ?1 AND alias = ?2`,
    )
    this.#key = database.prepare(`SELECT key FROM ${kind}s WHERE n = ?`)
    this.#ids = database.prepare(`SELECT ${schemes.join(', ')} FROM ${kind}s WHERE n = ?`)
    this.#frequency = database.prepare(`SELECT listeners FROM ${kind}_counts WHERE ${kind} = ?`)
    this.#link = database.prepare(`INSERT INTO ${kind}_aliases (hash, alias, ${kind}) VALUES (?, ?, ?)`)
    this.#adopt = Object.fromEntries(
      schemes.map((scheme) => [scheme, database.prepare(`UPDATE ${kind}s SET ${scheme} = ? WHERE n = ?`)]),
    )
    this.#find.setReturnArrays(true)
  }

  find(alias: string): readonly number[] {
    const known = this.#found.get(alias)
    if (known) return known
    const rows = (this.#find.all(aliasHash(alias), alias) as unknown as number[][]).map(([row]) => row as number)
    if (rows.length > 0) this.#found.set(alias, rows)
    return rows
  }

  key(row: number): string {
    return (this.#key.get(row) as { key: string }).key
  }

  ids(row: number): Ids {
    const ids = this.#ids.get(row) as { [scheme: string]: string | null }
    return Object.fromEntries(Object.entries(ids).filter(([, id]) => id !== null))
  }

  frequency(row: number): number {
    return (this.#frequency.get(row) as { listeners: number } | undefined)?.listeners ?? 0
  }

  adopt(row: number, scheme: Scheme, id: string): void {
    this.#adopt[scheme]?.run(id, row)
    this.link(row, `${scheme}:${id}`)
  }

  link(row: number, alias: string): void {
    this.#link.run(aliasHash(alias), alias, row)
    const known = this.#found.get(alias)
    if (known) this.#found.set(alias, [...known, row])
  }

  create(key: string, ids: Ids, facts: Facts): number {
    const row = this.insert(key, ids, facts)
    this.#found.delete(key)
    return row
  }

  complete(_row: number, _facts: Facts): void {}

  /** Forgets what it keeps in memory: another process has written, rows are gone, or a transaction was undone. */
  forget(): void {
    this.#found.clear()
  }

  protected abstract insert(key: string, ids: Ids, facts: Facts): number
}
