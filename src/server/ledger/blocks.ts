import type { DatabaseSync } from 'node:sqlite'

/** Who does not want to see, or be seen by, whom. */
export class BlockList {
  readonly #statements

  constructor(database: DatabaseSync) {
    this.#statements = {
      add: database.prepare('INSERT INTO blocks VALUES (?, ?, ?) ON CONFLICT DO NOTHING'),
      remove: database.prepare('DELETE FROM blocks WHERE listener = ? AND other = ?'),
      of: database.prepare('SELECT other, at FROM blocks WHERE listener = ? ORDER BY at DESC'),
      hidden: database.prepare(
        'SELECT other FROM blocks WHERE listener = ?1 UNION SELECT listener FROM blocks WHERE other = ?1',
      ),
    }
  }

  add(listener: string, other: string, now: number): void {
    this.#statements.add.run(listener, other, now)
  }

  remove(listener: string, other: string): void {
    this.#statements.remove.run(listener, other)
  }

  /** Whom a listener blocked, the newest first. */
  of(listener: string): readonly { readonly other: string; readonly at: number }[] {
    return this.#statements.of.all(listener) as unknown as readonly { readonly other: string; readonly at: number }[]
  }

  /** Everybody who must not be shown to a listener: a block works in both directions. */
  hiddenFrom(listener: string): readonly string[] {
    return (this.#statements.hidden.all(listener) as unknown as readonly { readonly other: string }[]).map(
      ({ other }) => other,
    )
  }
}
