import { type Field, mappingOf } from './field.ts'
import { compile, type Document, QueryError } from './query.ts'

type Json = Readonly<Record<string, unknown>>

interface Hit {
  readonly id: string
  readonly document: Document
  readonly score: number
}

const maxWindow = 10_000

/** One index: documents by id, of which searches see those of the last refresh. */
export class SearchIndex {
  readonly #name: string
  readonly #refreshMs: number
  readonly #fields = new Map<string, Field>()
  readonly #visible = new Map<string, Document>()
  #written = new Map<string, Document | undefined>()
  #timer: NodeJS.Timeout | undefined

  constructor(name: string, refreshMs: number) {
    this.#name = name
    this.#refreshMs = refreshMs
  }

  addFields(fields: ReadonlyMap<string, Field>): void {
    for (const [name, field] of fields) this.#fields.set(name, field)
  }

  /** @param document undefined deletes it */
  write(id: string, document: Document | undefined): void {
    this.#written.set(id, document)
    this.#timer ??= setTimeout(() => this.#refresh(), this.#refreshMs).unref()
  }

  deleteWhere(chosen: (id: string) => boolean): void {
    for (const id of [...this.#visible.keys(), ...this.#written.keys()]) if (chosen(id)) this.write(id, undefined)
  }

  #refresh(): void {
    this.#timer = undefined
    for (const [id, document] of this.#written) {
      if (document) this.#visible.set(id, document)
      else this.#visible.delete(id)
    }
    this.#written = new Map()
  }

  mapping(): Json {
    const properties = Object.fromEntries([...this.#fields].map(([name, field]) => [name, mappingOf(field)]))
    return { [this.#name]: { mappings: { properties } } }
  }

  fieldMapping(name: string): Json {
    const field = this.#fields.get(name)
    const mappings = field
      ? { [name]: { full_name: name, mapping: { [name.split('.').at(-1)!]: mappingOf(field) } } }
      : {}
    return { [this.#name]: { mappings } }
  }

  count(body: Json): Json {
    return { count: this.#hits(body).length, _shards: shards }
  }

  /** @throws {QueryError} */
  search(body: Json): Json {
    const from = (body.from as number | undefined) ?? 0
    const size = (body.size as number | undefined) ?? 10
    if (from + size > maxWindow) throw new QueryError(windowTooLarge(from + size))
    return this.page(this.#ordered(body), body, from, size)
  }

  /** All hits at once, to be handed out in pages. */
  scroll(body: Json): readonly Hit[] {
    return this.#ordered(body)
  }

  page(hits: readonly Hit[], body: Json, from: number, size: number): Json {
    const after = body.search_after as unknown[] | undefined
    const rest = after ? hits.filter((hit) => compareKeys(this.#keys(hit, body), after, sortOf(body)) > 0) : hits
    const exact = body.track_total_hits === true || hits.length <= maxWindow
    const total = exact ? { value: hits.length, relation: 'eq' } : { value: maxWindow, relation: 'gte' }
    const shown = rest.slice(from, from + size)
    return {
      took: 1,
      timed_out: false,
      _shards: shards,
      hits: {
        total,
        max_score: body.sort || hits.length === 0 ? null : hits[0]!.score,
        hits: shown.map((hit) => ({
          _index: this.#name,
          _id: hit.id,
          _score: body.sort ? null : Math.fround(hit.score),
          ...(body._source !== false && { _source: sourceOf(hit.document, body._source) }),
          ...(body.sort !== undefined && { sort: this.#keys(hit, body) }),
        })),
      },
    }
  }

  #hits(body: Json): Hit[] {
    const query = (body.query as Json | undefined) ?? { match_all: {} }
    const scorer = compile(query, { fields: this.#fields, documents: this.#visible })
    const hits: Hit[] = []
    for (const [id, document] of this.#visible) {
      const score = scorer(id, document)
      if (score !== undefined) hits.push({ id, document, score })
    }
    return hits
  }

  #ordered(body: Json): Hit[] {
    const hits = this.#hits(body)
    if (body.sort === undefined) return hits.sort((a, b) => b.score - a.score)
    const sort = sortOf(body)
    for (const { field } of sort) {
      if (this.#fields.get(field)?.type === 'text')
        throw new QueryError(
          `Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead. Alternatively, set fielddata=true on [${field}] in order to load field data by uninverting the inverted index. Note that this can use significant memory.`,
        )
    }
    const keyed = hits.map((hit) => ({ hit, keys: this.#keys(hit, body) }))
    return keyed.sort((a, b) => compareKeys(a.keys, b.keys, sort)).map(({ hit }) => hit)
  }

  #keys(hit: Hit, body: Json): unknown[] {
    return sortOf(body).map(({ field }) => {
      if (field === '_id') return hit.id
      if (field === '_score') return hit.score
      return hit.document[field] ?? null
    })
  }
}

const shards = { total: 1, successful: 1, skipped: 0, failed: 0 }

function sortOf(body: Json): readonly { readonly field: string; readonly ascending: boolean }[] {
  return [(body.sort ?? []) as unknown].flat().map((each) => {
    if (typeof each === 'string') return { field: each, ascending: each !== '_score' }
    const [[field, order]] = Object.entries(each as Json) as [[string, unknown]]
    const direction = typeof order === 'string' ? order : ((order as Json).order ?? 'asc')
    return { field, ascending: direction === 'asc' }
  })
}

/** Nulls last, whichever the direction. */
function compareKeys(a: readonly unknown[], b: readonly unknown[], sort: ReturnType<typeof sortOf>): number {
  for (const [i, { ascending }] of sort.entries()) {
    const [x, y] = [a[i] as never, b[i] as never]
    if (x === y) continue
    if (x === null || y === null) return x === null ? 1 : -1
    return (x < y ? -1 : 1) * (ascending ? 1 : -1)
  }
  return 0
}

function sourceOf(document: Document, wanted: unknown): Document {
  const names = Array.isArray(wanted) ? wanted : ((wanted as Json | undefined)?.includes as string[] | undefined)
  if (!names) return document
  return Object.fromEntries(Object.entries(document).filter(([name]) => names.includes(name)))
}

function windowTooLarge(asked: number): string {
  return `Result window is too large, from + size must be less than or equal to: [${maxWindow}] but was [${asked}]. See the scroll api for a more efficient way to request large data sets. This limit can be set by changing the [index.max_result_window] index level setting.`
}
