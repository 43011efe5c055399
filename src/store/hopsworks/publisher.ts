import type { DatabaseSync } from 'node:sqlite'
import { migrations } from '../sqlite/schema.ts'
import type { Capture } from './capture.ts'
import { type DocumentKeys, type Documents, kindOf, packDocument } from './documents.ts'
import { type Head, succession } from './head.ts'
import type { DocumentGroup } from './mapping.ts'
import { deadVector, isDescription, type ProjectRecord, type RecordRow, type VectorRow, vectorOf } from './record.ts'
import type { DeadRow, Replica } from './replica.ts'

/** What a transaction has to write to the project before it may commit. */
interface Plan {
  readonly head: Head
  readonly rows: ReadonlyMap<DocumentGroup, readonly RecordRow[]>
  readonly vectors: ReadonlyMap<number, readonly VectorRow[]>
}

export function rowsIn({ rows, vectors }: Plan): readonly DeadRow[] {
  return [
    ...Array.from(rows, ([group, list]) => list.map(({ n }) => ({ group, n }))),
    ...Array.from(vectors, ([model, list]) => list.map(({ listener }) => deadVector([model, listener]))),
  ].flat()
}

/** Writes the documents that a transaction of a mirror has touched. */
export class Publisher {
  readonly #documents: Documents
  readonly #capture: Capture
  readonly #replica: Replica
  readonly #keyOf

  constructor(database: DatabaseSync, parts: { documents: Documents; replica: Replica; capture: Capture }) {
    this.#documents = parts.documents
    this.#capture = parts.capture
    this.#replica = parts.replica
    this.#keyOf = database.prepare('SELECT key FROM listeners WHERE n = ?')
  }

  /** Gives numbers to what was touched, and notes in the mirror where it will be. Undefined when nothing was. */
  plan(before: Head): Plan | undefined {
    const touched = this.#capture.touched()
    if (touched.length === 0) return undefined
    const next = succession(before)
    const { round } = next
    const numbers = { ...before.numbers }
    const rows = new Map<DocumentGroup, RecordRow[]>()
    const vectors = new Map<number, VectorRow[]>()
    const add = (group: DocumentGroup, row: Omit<RecordRow, 'n'>) => {
      const list = rows.get(group) ?? []
      list.push({ n: ++numbers[group], ...row })
      rows.set(group, list)
    }
    const swept = this.#replica.dead(1).length === 0 ? before.round : before.swept
    const contents = touched.map(({ kind, keys }) => ({ kind, keys, content: this.#documents.read(kind, keys) }))
    // What is gone first: what comes may have its name.
    for (const { kind, keys, content: kept } of contents) {
      const former = this.#replica.documentOf(kind, keys)
      if (kept || !former) continue
      this.#replica.supersede(former, round)
      this.#replica.remove(former)
      // Whose vector has to go is to be known also where the description never was. Two numbers name nobody.
      const content = isDescription(kind) ? packDocument(keys, {})[0]! : null
      add(former.group, { document: former.document, kind, part: 0, parts: 0, content })
      if (isDescription(kind)) this.#replica.addDead(deadVector(keys), round)
    }
    for (const { kind, keys, content } of contents) {
      if (!content) continue
      const former = this.#replica.documentOf(kind, keys)
      if (former) this.#replica.supersede(former, round)
      const { group } = kindOf(kind)
      const n = numbers[group] + 1
      const document = former?.document ?? n
      const parts = packDocument(keys, content)
      for (const [part, bytes] of parts.entries())
        add(group, { document, kind, part, parts: parts.length, content: bytes })
      this.#replica.put({ group, document, kind, keys, n, parts: parts.length })
      const vector = content.embeddings?.[0]?.vector
      if (vector) this.#addVector(vectors, keys, vector as Uint8Array)
    }
    const { format, sequences } = { format: migrations.length, sequences: this.#replica.sequences() }
    return { head: { ...before, ...next, format, swept, numbers, sequences }, rows, vectors }
  }

  /** The same as counts already, under another id. @param left of the vectors among it, those that count are written again */
  renewal(head: Head, left: readonly DeadRow[]): Plan {
    const vectors = new Map<number, VectorRow[]>()
    for (const keys of left.map(vectorOf)) {
      const vector = keys && this.#documents.read('description', keys)?.embeddings?.[0]?.vector
      if (vector) this.#addVector(vectors, keys, vector as Uint8Array)
    }
    return { head: { ...head, ...succession(head) }, rows: new Map(), vectors }
  }

  /**
   * When this resolves, the record has changed. When it rejects, it has not, or `follow` shows it.
   * @param assertHeld rejects when somebody else may write; rows would replace theirs, too, not only the head
   */
  async publish(
    { head, rows, vectors }: Plan,
    record: ProjectRecord,
    signal: AbortSignal,
    assertHeld: () => Promise<void>,
  ): Promise<void> {
    await assertHeld()
    const failed = new AbortController()
    const either = AbortSignal.any([signal, failed.signal])
    const writes = [
      ...Array.from(rows, ([group, list]) => record.putRows(group, list, either)),
      ...Array.from(vectors, ([model, list]) => record.putVectors(model, list, either)),
    ]
    try {
      await Promise.all(writes)
    } catch (error) {
      // What is still under way must not arrive when somebody else has the lock.
      failed.abort(error)
      await Promise.allSettled(writes)
      await record.settled()
      throw error
    }
    await assertHeld()
    signal.throwIfAborted()
    await record.putHead(head, signal)
    this.#replica.setHead(head)
  }

  #addVector(vectors: Map<number, VectorRow[]>, [model, listener]: DocumentKeys, bytes: Uint8Array): void {
    const vector = new Float32Array(bytes.slice().buffer)
    const { key } = this.#keyOf.get(listener) as { key: string }
    const list = vectors.get(model as number) ?? []
    list.push({ listener: listener as number, key, vector })
    vectors.set(model as number, list)
  }
}
