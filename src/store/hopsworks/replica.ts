import { randomUUID } from 'node:crypto'
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { DocumentKeys } from './documents.ts'
import { type Head, readHead } from './head.ts'
import type { DocumentGroup } from './mapping.ts'

/** A version of a document: rows `n` to `n + parts - 1` of its group. */
interface StoredDocument {
  readonly group: DocumentGroup
  readonly document: number
  readonly kind: string
  readonly keys: DocumentKeys
  readonly n: number
  readonly parts: number
}

/** What a machine has to remove: a row of a group of documents, or a listener's of a model's vectors. */
export interface DeadRow {
  /** A group of documents, or `vectors <model>`. */
  readonly group: string
  readonly n: number
}

/** What a mirror knows of the record: up to where it has followed, and where each document is. In the mirror's own file. */
export class Replica {
  readonly #database: DatabaseSync
  readonly #statements

  constructor(database: DatabaseSync) {
    this.#database = database
    database.exec(`
      CREATE TABLE IF NOT EXISTS replica_documents (
        grp TEXT NOT NULL, document INTEGER NOT NULL, kind TEXT NOT NULL, k1, k2, n INTEGER NOT NULL, parts INTEGER NOT NULL,
        PRIMARY KEY (grp, document)
      ) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS replica_documents_by_key ON replica_documents (kind, k1, k2);
      -- Superseded up to this round, and perhaps not removed yet.
      CREATE TABLE IF NOT EXISTS replica_dead (
        grp TEXT NOT NULL, n INTEGER NOT NULL, round INTEGER NOT NULL, PRIMARY KEY (grp, n)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS replica_state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    `)
    const find = 'SELECT grp, document, kind, k1, k2, n, parts FROM replica_documents WHERE'
    this.#statements = {
      byDocument: database.prepare(`${find} grp = ? AND document = ?`),
      byKeys: database.prepare(`${find} kind = ? AND k1 = ? AND k2 = ?`),
      put: database.prepare('INSERT OR REPLACE INTO replica_documents VALUES (?, ?, ?, ?, ?, ?, ?)'),
      remove: database.prepare('DELETE FROM replica_documents WHERE grp = ? AND document = ?'),
      addDead: database.prepare('INSERT OR REPLACE INTO replica_dead VALUES (?, ?, ?)'),
      dead: database.prepare('SELECT grp, n FROM replica_dead ORDER BY grp, n LIMIT ?'),
      buried: database.prepare('DELETE FROM replica_dead WHERE grp = ? AND n = ?'),
      swept: database.prepare('DELETE FROM replica_dead WHERE round <= ?'),
      state: database.prepare('SELECT value FROM replica_state WHERE name = ?'),
      setState: database.prepare('INSERT OR REPLACE INTO replica_state VALUES (?, ?)'),
      addState: database.prepare('INSERT INTO replica_state VALUES (?, ?) ON CONFLICT DO NOTHING'),
      sequences: database.prepare('SELECT name, seq FROM sqlite_sequence'),
      addSequence: database.prepare(
        'INSERT INTO sqlite_sequence (name, seq) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?1)',
      ),
      raiseSequence: database.prepare('UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1'),
    }
  }

  /** Where the mirror is; undefined for one that has never followed. */
  head(): Head | undefined {
    const content = this.#state('head')
    return content === undefined ? undefined : readHead(content)
  }

  setHead(head: Head): void {
    this.#statements.setState.run('head', JSON.stringify(head))
  }

  /** Random, and the same for all processes that share this mirror. */
  id(): string {
    // Another process may have been faster.
    this.#statements.addState.run('mirror', randomUUID())
    return this.#state('mirror')!
  }

  document(group: DocumentGroup, document: number): StoredDocument | undefined {
    return stored(this.#statements.byDocument.get(group, document))
  }

  documentOf(kind: string, keys: DocumentKeys): StoredDocument | undefined {
    return stored(this.#statements.byKeys.get(kind, ...keys))
  }

  put({ group, document, kind, keys, n, parts }: StoredDocument): void {
    this.#statements.put.run(group, document, kind, ...keys, n, parts)
  }

  remove({ group, document }: StoredDocument): void {
    this.#statements.remove.run(group, document)
  }

  /** The rows of a version that no longer counts. */
  supersede({ group, n, parts }: StoredDocument, round: number): void {
    for (let i = 0; i < parts; i++) this.addDead({ group, n: n + i }, round)
  }

  addDead({ group, n }: DeadRow, round: number): void {
    this.#statements.addDead.run(group, n, round)
  }

  dead(limit: number): readonly DeadRow[] {
    return this.#statements.dead.all(limit).map(({ grp, n }) => ({ group: grp as string, n: n as number }))
  }

  buried({ group, n }: DeadRow): void {
    this.#statements.buried.run(group, n)
  }

  /** Forgets all documents, and where the mirror is. What was read of it does not count any more. */
  clear(): void {
    this.#database.exec(
      "DELETE FROM replica_documents; DELETE FROM replica_dead; DELETE FROM replica_state WHERE name = 'head'",
    )
    this.#statements.setState.run('history', randomUUID())
  }

  /** Another one whenever the mirror was made anew. */
  history(): string {
    return this.#state('history') ?? 'first'
  }

  /** Somebody has removed what was superseded up to a round. */
  swept(round: number): void {
    this.#statements.swept.run(round)
  }

  sequences(): Record<string, number> {
    return Object.fromEntries(this.#statements.sequences.all().map(({ name, seq }) => [name, seq as number]))
  }

  /** Numbers that were given away anywhere are not given away here. */
  raiseSequences(sequences: Head['sequences']): void {
    for (const [name, last] of Object.entries(sequences)) {
      this.#statements.addSequence.run(name, last)
      this.#statements.raiseSequence.run(name, last)
    }
  }

  #state(name: string): string | undefined {
    return this.#statements.state.get(name)?.value as string | undefined
  }
}

function stored(row: Record<string, SQLInputValue> | undefined): StoredDocument | undefined {
  if (!row) return undefined
  const { grp, document, kind, k1, k2, n, parts } = row
  return {
    group: grp as DocumentGroup,
    document: document as number,
    kind: kind as string,
    keys: [k1!, k2!],
    n: n as number,
    parts: parts as number,
  }
}
