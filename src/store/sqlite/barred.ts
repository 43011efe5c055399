import { createHmac } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { inSmallLetters } from './small-letters.ts'

/** Enough that two ids never have the same. */
const markLength = 16

/**
 * Who was erased for good. Only a keyed hash (HMAC, RFC 2104) of each id is kept, under a key of this store alone: the
 * list names nobody, and two stores' lists can't be compared.
 */
export class Barred {
  readonly #key: StatementSync
  readonly #any: StatementSync
  readonly #find: StatementSync
  readonly #add: StatementSync
  readonly #remove: StatementSync

  constructor(database: DatabaseSync) {
    this.#key = database.prepare('SELECT key FROM barred_key')
    this.#any = database.prepare('SELECT 1 FROM barred LIMIT 1')
    this.#find = database.prepare('SELECT 1 FROM barred WHERE mark = ?')
    this.#add = database.prepare('INSERT INTO barred VALUES (?) ON CONFLICT DO NOTHING')
    this.#remove = database.prepare('DELETE FROM barred WHERE mark = ?')
  }

  has(id: string): boolean {
    // Mostly there is nobody, and hashing would take longer than all else that is done with an id.
    return this.#any.get() !== undefined && this.#find.get(this.#markOf(id)) !== undefined
  }

  add(id: string): void {
    this.#add.run(this.#markOf(id))
  }

  /** Returns whether it was there. */
  remove(id: string): boolean {
    return this.#remove.run(this.#markOf(id)).changes > 0
  }

  #markOf(id: string): Uint8Array {
    const { key } = this.#key.get() as { key: Uint8Array }
    return createHmac('sha256', key).update(inSmallLetters(id)).digest().subarray(0, markLength)
  }
}
