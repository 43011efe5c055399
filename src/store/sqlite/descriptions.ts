import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type {
  Described,
  DescriptionRow,
  Page,
  PageQuery,
  RefreshNote,
  ShownRow,
  Staleness,
  StaleQuery,
} from '../feature-store.ts'
import type { PolicySettings } from '../policy.ts'
import type { ChangeLog } from './changes.ts'
import {
  type EmbeddingColumns,
  embeddingColumns,
  type PackedEmbeddings,
  packEmbeddings,
  unpackEmbeddings,
} from './embeddings.ts'
import { type Head, headColumns, toListener } from './packed.ts'
import { visible } from './purpose.ts'

/** Descriptions on their way from the reader's thread. */
export interface PackedDescriptions extends PackedEmbeddings {
  /** Two for each row: when it was made, and how many bytes its terms take. */
  readonly made: Float64Array
  readonly terms: ArrayBuffer
}

const pageOfRows = 2000

export class DescriptionReader {
  readonly #page: StatementSync
  readonly #one: StatementSync
  readonly #shown: StatementSync
  readonly #stale: StatementSync
  readonly #staleness: StatementSync
  readonly #refreshes: StatementSync

  constructor(database: DatabaseSync, settings: PolicySettings) {
    const mayBeMatched = visible('l', 'match', settings)
    const select = (which: string, rest: string) => {
      const statement = database.prepare(
        `SELECT ${embeddingColumns}, d.made_at, d.terms FROM listeners l
         CROSS JOIN embeddings e ON e.listener = l.n CROSS JOIN descriptions d ON d.listener = l.n AND d.model = e.model
         WHERE ${which} AND e.model = :model AND ${mayBeMatched} ${rest}`,
      )
      statement.setReturnArrays(true)
      return statement
    }
    this.#page = select('l.n > :after', 'ORDER BY l.n LIMIT :limit')
    this.#one = select('l.key = :key', '')
    this.#shown = database.prepare(
      `SELECT ${headColumns}, e.vector, d.made_at AS madeAt, d.terms, more.details
       FROM listeners l CROSS JOIN sources s ON s.n = l.source
       CROSS JOIN embeddings e ON e.listener = l.n AND e.model = :model
       CROSS JOIN descriptions d ON d.listener = l.n AND d.model = :model
       CROSS JOIN description_details more ON more.listener = l.n AND more.model = :model
       WHERE l.key = :key AND ${mayBeMatched}`,
    )
    // The plus takes the key's affinity off: with it, the index of the changes could not be used.
    const changed = `d.made_at < (SELECT seq FROM changes WHERE coalesce(key, '') = +l.key AND kind = 'profile')`
    const catalogue = `d.made_at < (SELECT seq FROM changes WHERE coalesce(key, '') = '' AND kind = 'catalogue')`
    const all = `FROM listeners l LEFT JOIN descriptions d ON d.listener = l.n AND d.model = :model WHERE ${mayBeMatched}`
    this.#stale = database.prepare(
      `SELECT l.key ${all} AND l.key > :after AND (d.made_at IS NULL OR ${changed} OR :catalogue AND ${catalogue})
       ORDER BY l.key LIMIT :limit`,
    )
    this.#staleness = database.prepare(
      `SELECT count(d.made_at) AS described, count(*) - count(d.made_at) AS missing, coalesce(sum(${changed}), 0) AS outdated,
         coalesce(sum(${catalogue}), 0) AS beforeCatalogue ${all}`,
    )
    this.#refreshes = database.prepare('SELECT model, at, described FROM refreshes ORDER BY model')
  }

  page(model: number, { after = '0', limit = pageOfRows }: PageQuery, now: number): PackedDescriptions {
    const rows = this.#page.all({ model, after: Number(after), limit, now }) as unknown as Row[]
    const last = rows.at(-1)
    return { ...pack(rows), ...(rows.length === limit && last && { next: String(last[0]) }) }
  }

  of(model: number, keys: readonly string[], now: number): (Described | undefined)[] {
    return keys.map((key) => {
      const row = this.#one.get({ model, key, now }) as unknown as Row | undefined
      return row && unpackDescriptions(pack([row])).rows[0]
    })
  }

  shown(model: number, keys: readonly string[], now: number): (ShownRow | undefined)[] {
    return keys.map((key) => {
      const row = this.#shown.get({ model, key, now }) as (Head & Omit<ShownColumns, 'key'>) | undefined
      if (!row) return undefined
      const { vector, madeAt, terms, details } = row
      return { listener: toListener(row), vector: new Float32Array(vector.slice().buffer), madeAt, terms, details }
    })
  }

  stale(model: number, { after = '', limit = pageOfRows, catalogue = false }: StaleQuery, now: number): Page<string> {
    const found = this.#stale.all({ model, after, limit, now, catalogue: Number(catalogue) }) as { key: string }[]
    const rows = found.map(({ key }) => key)
    const last = rows.at(-1)
    return { rows, ...(rows.length === limit && last !== undefined && { next: last }) }
  }

  staleness(model: number, now: number): Staleness {
    return { ...(this.#staleness.get({ model, now }) as unknown as Staleness) }
  }

  refreshes(): RefreshNote[] {
    return (this.#refreshes.all() as unknown as RefreshNote[]).map((row) => ({ ...row }))
  }
}

interface ShownColumns extends Omit<DescriptionRow, 'vector'> {
  readonly vector: Uint8Array
}

type Row = [...EmbeddingColumns, madeAt: number, terms: Uint8Array]

function pack(rows: readonly Row[]): PackedDescriptions {
  const embeddings = packEmbeddings(rows.map((row) => row.slice(0, 6) as EmbeddingColumns))
  const made = new Float64Array(2 * rows.length)
  const terms = new Uint8Array(rows.reduce((sum, row) => sum + row[7].length, 0))
  let at = 0
  for (const [i, row] of rows.entries()) {
    made[2 * i] = row[6]
    made[2 * i + 1] = row[7].length
    terms.set(row[7], at)
    at += row[7].length
  }
  return { ...embeddings, made, terms: terms.buffer }
}

/** The terms of a page are views of one buffer. */
export function unpackDescriptions({ made, terms, ...embeddings }: PackedDescriptions): Page<Described> {
  const page = unpackEmbeddings(embeddings)
  let at = 0
  const rows = page.rows.map((row, i): Described => {
    const length = made[2 * i + 1]!
    at += length
    return { ...row, madeAt: made[2 * i]!, terms: new Uint8Array(terms, at - length, length) }
  })
  return { ...page, rows }
}

export class DescriptionWriter {
  readonly #changes: ChangeLog
  readonly #statements

  constructor(database: DatabaseSync, changes: ChangeLog) {
    this.#changes = changes
    this.#statements = {
      find: database.prepare('SELECT n FROM listeners WHERE key = ?'),
      vector: database.prepare(
        `INSERT INTO embeddings (listener, model, vector) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET vector = excluded.vector WHERE vector <> excluded.vector`,
      ),
      terms: database.prepare(
        `INSERT INTO descriptions (listener, model, made_at, terms) VALUES (?, ?, 0, ?)
         ON CONFLICT DO UPDATE SET terms = excluded.terms WHERE terms <> excluded.terms`,
      ),
      details: database.prepare(
        `INSERT INTO description_details (listener, model, details) VALUES (?, ?, ?)
         ON CONFLICT (listener, model) DO UPDATE SET details = excluded.details WHERE details <> excluded.details`,
      ),
      made: database.prepare('UPDATE descriptions SET made_at = max(made_at, ?) WHERE listener = ? AND model = ?'),
      drop: ['embeddings', 'descriptions', 'description_details', 'refreshes'].map((table) =>
        database.prepare(`DELETE FROM ${table} WHERE model = ?`),
      ),
      note: database.prepare(
        `INSERT INTO refreshes (model, at, described) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET at = excluded.at, described = excluded.described`,
      ),
    }
  }

  put(model: number, rows: readonly DescriptionRow[]): void {
    const { find, vector: putVector, terms: putTerms, details: putDetails, made } = this.#statements
    for (const { key, vector, terms, details, madeAt } of rows) {
      const n = (find.get(key) as { n: number } | undefined)?.n
      if (n === undefined) continue
      const bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)
      const written =
        Number(putVector.run(n, model, bytes).changes) +
        Number(putTerms.run(n, model, terms).changes) +
        Number(putDetails.run(n, model, details).changes)
      made.run(madeAt, n, model)
      if (written > 0) this.#changes.append('embedding', key)
    }
  }

  drop(model: number): number {
    const [embeddings] = this.#statements.drop.map((statement) => Number(statement.run(model).changes))
    return embeddings!
  }

  note({ model, at, described }: RefreshNote): void {
    this.#statements.note.run(model, at, described)
  }
}
