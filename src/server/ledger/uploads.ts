import type { DatabaseSync } from 'node:sqlite'

/** A file that waits to be read. */
export interface Upload {
  readonly id: string
  readonly session: string
  readonly name: string
  readonly bytes: number
  readonly expires_at: number
}

export class UploadLedger {
  readonly #statements

  constructor(database: DatabaseSync) {
    this.#statements = {
      add: database.prepare('INSERT INTO uploads VALUES (?, ?, ?, ?, ?)'),
      find: database.prepare('SELECT * FROM uploads WHERE id = ? AND session = ?'),
      remove: database.prepare('DELETE FROM uploads WHERE id = ?'),
      all: database.prepare('SELECT * FROM uploads'),
    }
  }

  add({ id, session, name, bytes, expires_at }: Upload): void {
    this.#statements.add.run(id, session, name, bytes, expires_at)
  }

  /** Only whoever sent it finds it. */
  find(id: string, session: string): Upload | undefined {
    return this.#statements.find.get(id, session) as unknown as Upload | undefined
  }

  remove(id: string): void {
    this.#statements.remove.run(id)
  }

  all(): readonly Upload[] {
    return this.#statements.all.all() as unknown as readonly Upload[]
  }
}
