import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Consent } from '../../taste/consent.ts'
import type { Embedding, Page, PageQuery } from '../feature-store.ts'
import type { PolicySettings } from '../policy.ts'
import { visible } from './purpose.ts'

/**
 * Embeddings on their way from the reader's thread: copying one text, one list of numbers and one block of bytes is
 * many times as fast as copying a thousand objects.
 */
export interface PackedEmbeddings {
  /** Key, listener, key, listener... with a line break between them, which no id holds. */
  readonly names: string
  /** Two for each row: the consent's bits, and when the content expires (Infinity: never). */
  readonly facts: Float64Array
  readonly vectors: ArrayBuffer
  readonly next?: string
}

export type EmbeddingColumns = [
  cursor: number,
  key: string,
  listener: string,
  consent: number,
  expiresAt: number | null,
  vector: Uint8Array,
]

export const embeddingColumns =
  'l.n, l.key, l.id, l.findable + 2 * l.show_name + 4 * l.show_tracks + 8 * l.train, l.expires_at, e.vector'

const pageOfRows = 1000

/** In the order in which the listeners were stored, where their embeddings lie side by side. */
export class EmbeddingReader {
  readonly #page: StatementSync
  readonly #one: StatementSync

  constructor(database: DatabaseSync, settings: PolicySettings) {
    const select = (which: string, rest: string) => {
      const statement = database.prepare(
        `SELECT ${embeddingColumns}
         FROM listeners l CROSS JOIN embeddings e ON e.listener = l.n
         WHERE ${which} AND e.model = :model AND ${visible('l', 'match', settings)} ${rest}`,
      )
      statement.setReturnArrays(true)
      return statement
    }
    this.#page = select('l.n > :after', 'ORDER BY l.n LIMIT :limit')
    this.#one = select('l.key = :key', '')
  }

  page(model: number, { after = '0', limit = pageOfRows }: PageQuery, now: number): PackedEmbeddings {
    const rows = this.#page.all({ model, after: Number(after), limit, now }) as unknown as EmbeddingColumns[]
    const last = rows.at(-1)
    return { ...packEmbeddings(rows), ...(rows.length === limit && last && { next: String(last[0]) }) }
  }

  of(model: number, keys: readonly string[], now: number): (Embedding | undefined)[] {
    return keys.map((key) => {
      const row = this.#one.get({ model, key, now }) as unknown as EmbeddingColumns | undefined
      return row && unpackEmbeddings(packEmbeddings([row])).rows[0]
    })
  }
}

export function packEmbeddings(rows: readonly EmbeddingColumns[]): PackedEmbeddings {
  const bytes = new Uint8Array(rows.reduce((sum, [, , , , , vector]) => sum + vector.length, 0))
  const facts = new Float64Array(2 * rows.length)
  const names: string[] = []
  let at = 0
  for (const [i, [, key, listener, consent, expiresAt, vector]] of rows.entries()) {
    names.push(key, listener)
    facts[2 * i] = consent
    facts[2 * i + 1] = expiresAt ?? Number.POSITIVE_INFINITY
    bytes.set(vector, at)
    at += vector.length
  }
  return { names: names.join('\n'), facts, vectors: bytes.buffer }
}

/** The vectors of a page are views of one buffer. */
export function unpackEmbeddings({ names, facts, vectors, next }: PackedEmbeddings): Page<Embedding> {
  const count = facts.length / 2
  const all = new Float32Array(vectors)
  const dimensions = all.length / count
  const parts = names.split('\n')
  const rows = Array.from({ length: count }, (_, i): Embedding => {
    const expiresAt = facts[2 * i + 1]!
    return {
      key: parts[2 * i]!,
      listener: parts[2 * i + 1]!,
      vector: all.subarray(i * dimensions, (i + 1) * dimensions),
      consent: consents[facts[2 * i]!]!,
      ...(Number.isFinite(expiresAt) && { expiresAt }),
    }
  })
  return { rows, ...(next !== undefined && { next }) }
}

const consents = Array.from(
  { length: 16 },
  (_, bits): Consent => ({
    findable: (bits & 1) !== 0,
    showName: (bits & 2) !== 0,
    showTracks: (bits & 4) !== 0,
    train: (bits & 8) !== 0,
  }),
)
