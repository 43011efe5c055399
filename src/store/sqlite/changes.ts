import { randomBytes } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Change } from '../feature-store.ts'

/** The change sequence, as the writer extends it. */
export class ChangeLog {
  readonly #forget: StatementSync
  readonly #forgetAll: StatementSync
  readonly #append: StatementSync

  constructor(database: DatabaseSync) {
    this.#forget = database.prepare("DELETE FROM changes WHERE coalesce(key, '') = ? AND kind = ?")
    this.#forgetAll = database.prepare("DELETE FROM changes WHERE coalesce(key, '') = ?")
    this.#append = database.prepare('INSERT INTO changes (kind, key) VALUES (?, ?)')
  }

  append(kind: Change['kind'], key?: string): void {
    this.#forget.run(key ?? '', kind)
    this.#append.run(kind, key ?? null)
  }

  /** The listener is gone: nothing that happened before matters any more. */
  erased(key: string): void {
    this.#forgetAll.run(key)
    this.#append.run('erased', key)
  }
}

/** 96 random bits: the opaque key of a new listener. */
export const randomKey = (): string => randomBytes(12).toString('base64url')
