import type { DatabaseSync } from 'node:sqlite'

/** What somebody told the operator about a match. */
export interface MatchReport {
  readonly id: number
  readonly reporter: string
  readonly listener: string
  readonly reason: string
  readonly text: string | null
  readonly at: number
}

export class ReportLedger {
  readonly #statements

  constructor(database: DatabaseSync) {
    this.#statements = {
      add: database.prepare('INSERT INTO reports (reporter, listener, reason, text, at) VALUES (?, ?, ?, ?, ?)'),
      count: database.prepare('SELECT count(*) AS n FROM reports'),
      all: database.prepare('SELECT * FROM reports ORDER BY id DESC LIMIT 500'),
      remove: database.prepare('DELETE FROM reports WHERE id = ?'),
    }
  }

  add({ reporter, listener, reason, text, at }: Omit<MatchReport, 'id'>): void {
    this.#statements.add.run(reporter, listener, reason, text, at)
  }

  get count(): number {
    return (this.#statements.count.get() as { n: number }).n
  }

  /** The newest first. */
  all(): readonly MatchReport[] {
    return this.#statements.all.all() as unknown as readonly MatchReport[]
  }

  /** Whether there was one. */
  remove(id: number): boolean {
    return this.#statements.remove.run(id).changes === 1
  }
}
