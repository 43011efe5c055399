import type { DatabaseSync } from 'node:sqlite'
import type { DocumentKeys } from './documents.ts'
import { documentKinds } from './mapping.ts'

/**
 * Notices which documents a transaction touches: triggers, which belong to this connection alone, write down the keys of
 * each row that is added, changed or removed, by whatever statement or cascade. What is rolled back is forgotten.
 */
export class Capture {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
    database.exec('CREATE TEMP TABLE touched (kind TEXT, k1, k2, PRIMARY KEY (kind, k1, k2)) WITHOUT ROWID')
    for (const [kind, { tables }] of Object.entries(documentKinds))
      for (const { name, keys } of tables) {
        const note = (row: 'new' | 'old') => {
          const [first, second] = keys.map((key) => `${row}.${key}`)
          return `INSERT INTO touched VALUES ('${kind}', ${first}, ${second ?? "''"}) ON CONFLICT DO NOTHING;`
        }
        database.exec(`
          CREATE TEMP TRIGGER ${name}_added AFTER INSERT ON main.${name} BEGIN ${note('new')} END;
          CREATE TEMP TRIGGER ${name}_changed AFTER UPDATE ON main.${name} BEGIN ${note('old')} ${note('new')} END;
          CREATE TEMP TRIGGER ${name}_removed AFTER DELETE ON main.${name} BEGIN ${note('old')} END;
        `)
      }
  }

  /** Counts a document as touched. */
  touch(kind: string, keys: DocumentKeys): void {
    this.#database.prepare('INSERT INTO touched VALUES (?, ?, ?) ON CONFLICT DO NOTHING').run(kind, ...keys)
  }

  touched(): readonly { readonly kind: string; readonly keys: DocumentKeys }[] {
    const rows = this.#database.prepare('SELECT kind, k1, k2 FROM touched ORDER BY kind, k1, k2').all()
    return rows.map(({ kind, k1, k2 }) => ({ kind: kind as string, keys: [k1!, k2!] }))
  }

  forget(): void {
    this.#database.exec('DELETE FROM touched')
  }
}
