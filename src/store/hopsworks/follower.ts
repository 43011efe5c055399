import type { DatabaseSync } from 'node:sqlite'
import type { Capture } from './capture.ts'
import { Counts } from './counts.ts'
import { type DocumentContent, type DocumentKeys, type Documents, unpackDocument } from './documents.ts'
import { descends, type Head } from './head.ts'
import { type DocumentGroup, documentGroups, documentKinds, localCounts } from './mapping.ts'
import { deadVector, isDescription, type ProjectRecord, type RecordRow } from './record.ts'
import type { Replica } from './replica.ts'

/** Told how many rows have been read, how many there are (more while others write), and at last that it is over. */
export type OnRows = (read: number, total: number, isOver: boolean) => void

/** Brings a mirror up to a head. */
export class Follower {
  readonly #database: DatabaseSync
  readonly #documents: Documents
  readonly #replica: Replica
  readonly #capture: Capture
  readonly #counts: Counts
  readonly #onRows: OnRows

  constructor(
    database: DatabaseSync,
    parts: { documents: Documents; replica: Replica; capture: Capture },
    onRows: OnRows,
  ) {
    this.#database = database
    this.#documents = parts.documents
    this.#replica = parts.replica
    this.#capture = parts.capture
    this.#counts = new Counts(database)
    this.#onRows = onRows
  }

  /**
   * To be called within a transaction that is rolled back when it fails. While rows are read, others may be removed because
   * newer ones supersede them; so it goes on until the head stands still, and then all that counts has been read.
   * @param from where the mirror is
   * @returns whether the mirror was made anew, because it held what does not count
   */
  async follow(record: ProjectRecord, from: Head | undefined, to: Head): Promise<boolean> {
    // Documents come group by group, in whose order one may refer to another that comes later.
    this.#database.exec('PRAGMA defer_foreign_keys = ON')
    this.#counts.forget()
    let own = from
    let isAnew = false
    const progress = { read: 0, total: 0 }
    for (let next: Head | undefined = to; next && next.id !== own?.id; next = await record.head()) {
      if (own && !descends(next, own)) {
        this.#empty()
        own = undefined
        isAnew = true
      }
      const before: Partial<Head['numbers']> = own?.numbers ?? {}
      for (const group of documentGroups) progress.total += next.numbers[group] - (before[group] ?? 0)
      for (const group of documentGroups)
        await this.#followGroup(record, group, { from: (before[group] ?? 0) + 1, to: next, progress })
      own = next
    }
    this.#counts.write()
    const head = own ?? to
    this.#replica.raiseSequences(head.sequences)
    this.#replica.swept(head.swept)
    this.#replica.setHead(head)
    this.#capture.forget()
    this.#onRows(progress.read, progress.total, true)
    return isAnew
  }

  #empty(): void {
    const tables = Object.values(documentKinds).flatMap((kind) => kind.tables.map(({ name }) => name))
    for (const name of [...localCounts, ...tables.reverse()]) this.#database.exec(`DELETE FROM ${name}`)
    this.#database.exec('DELETE FROM sqlite_sequence; INSERT INTO unscrubbed VALUES (1) ON CONFLICT DO NOTHING')
    this.#replica.clear()
    this.#counts.forget()
  }

  async #followGroup(
    record: ProjectRecord,
    group: DocumentGroup,
    {
      from,
      to,
      progress,
    }: { readonly from: number; readonly to: Head; readonly progress: { read: number; total: number } },
  ): Promise<void> {
    let parts: RecordRow[] = []
    // A version of which some rows are gone was superseded: the rest is to go, too.
    const discard = () => {
      for (const { n } of parts) this.#replica.addDead({ group, n }, to.round)
      parts = []
    }
    let at = from - 1
    for await (const { rows, upTo } of record.rows(group, from, to.numbers[group])) {
      for (const row of rows) {
        if (parts.length > 0 && (row.part !== parts.length || row.n !== parts[0]!.n + row.part)) discard()
        if (row.parts === 0) this.#remove(group, row, to.round)
        else parts.push(row)
        if (parts.length === row.parts && parts[0]?.part === 0) {
          this.#put(group, parts, to.round)
          parts = []
        }
      }
      this.#capture.forget()
      progress.read += upTo - at
      at = upTo
      this.#onRows(progress.read, progress.total, false)
    }
    discard()
  }

  #put(group: DocumentGroup, rows: readonly RecordRow[], round: number): void {
    const { document, kind, n, parts } = rows[0]!
    const { keys, content } = unpackDocument(rows.map((row) => row.content!))
    const former = this.#replica.document(group, document)
    if (former) this.#replica.supersede(former, round)
    this.#replace(kind, keys, content)
    this.#replica.put({ group, document, kind, keys, n, parts })
  }

  #replace(kind: string, keys: DocumentKeys, content: DocumentContent): void {
    this.#counts.count(kind, keys, -1)
    this.#documents.write(kind, keys, content)
    this.#counts.count(kind, keys, 1)
  }

  #remove(group: DocumentGroup, { document, kind, content }: RecordRow, round: number): void {
    if (isDescription(kind) && content) this.#replica.addDead(deadVector(unpackDocument([content]).keys), round)
    const former = this.#replica.document(group, document)
    if (!former) return
    const { keys } = former
    this.#counts.count(kind, keys, -1)
    this.#documents.remove(kind, keys)
    this.#replica.supersede(former, round)
    this.#replica.remove(former)
    // Their traces have to be taken out of the mirror's files.
    if (kind === 'listener' || kind === 'candidate')
      this.#database.exec('INSERT INTO unscrubbed VALUES (1) ON CONFLICT DO NOTHING')
  }
}
