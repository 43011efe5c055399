import type { DatabaseSync } from 'node:sqlite'

/** Which token opens which profile. Of tokens, only hashes are kept. */
export class OwnerLedger {
  readonly #statements

  constructor(database: DatabaseSync) {
    this.#statements = {
      add: database.prepare('INSERT INTO owners VALUES (?, ?) ON CONFLICT DO NOTHING'),
      find: database.prepare('SELECT listener FROM owners WHERE token = ?'),
      any: database.prepare('SELECT 1 FROM owners WHERE listener = ? LIMIT 1'),
    }
  }

  add(tokenHash: string, listener: string): void {
    this.#statements.add.run(tokenHash, listener)
  }

  /** The opaque key of the profile that a token opens. */
  listenerOf(tokenHash: string): string | undefined {
    return (this.#statements.find.get(tokenHash) as { listener: string } | undefined)?.listener
  }

  /** Whether somebody brought or claimed this profile. */
  isOwned(listener: string): boolean {
    return this.#statements.any.get(listener) !== undefined
  }
}
