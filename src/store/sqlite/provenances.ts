import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Provenance } from '../../taste/provenance.ts'
import { expiryOf } from '../policy.ts'

/** A provenance as columns. */
export interface StoredProvenance {
  readonly source: number
  readonly readAt: number
  readonly expiresAt: number | null
}

/** Numbers the sources. */
export class Provenances {
  readonly #known = new Map<string, number>()
  readonly #find: StatementSync
  readonly #insert: StatementSync

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT n FROM sources WHERE origin = ? AND source = ?')
    this.#insert = database.prepare('INSERT INTO sources (origin, source) VALUES (?, ?)')
  }

  store(provenance: Provenance): StoredProvenance {
    const { origin, source, readAt } = provenance
    const name = `${origin} ${source}`
    let n = this.#known.get(name)
    if (n === undefined) {
      n = (this.#find.get(origin, source) as { n: number } | undefined)?.n
      n ??= Number(this.#insert.run(origin, source).lastInsertRowid)
      this.#known.set(name, n)
    }
    return { source: n, readAt, expiresAt: expiryOf(provenance) ?? null }
  }

  forget(): void {
    this.#known.clear()
  }
}
