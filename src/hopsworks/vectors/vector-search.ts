import type { RowCodec } from '../avro/row-codec.ts'
import { HopsworksError } from '../error.ts'
import type { EmbeddingDefinition } from '../groups/definition.ts'
import type { NearestOptions, Neighbour, ScanOptions } from '../groups/feature-group.ts'
import type { FeatureValue, Row } from '../groups/feature-types.ts'
import type { Filter } from '../groups/filter.ts'
import { featureValueOf } from '../groups/online-values.ts'
import type { CallOptions } from '../login-options.ts'
import { Shared } from '../shared.ts'
import type { OpenSearch } from './open-search.ts'
import { allClause, columnOf, type Documents, nearestBody } from './query.ts'
import { type Engine, similarityOf } from './similarity.ts'

interface Hit {
  readonly _id: string
  readonly _score: number | null
  readonly _source?: Readonly<Record<string, unknown>>
  readonly sort?: readonly unknown[]
}

/** As many as one search returns, or searches for, at most. */
const mostHits = 10_000
/** Keys that are asked for in one search. */
const keysAtOnce = 200

export interface VectorSearchDeps {
  readonly openSearch: OpenSearch
  readonly documents: Documents
  readonly embeddings: readonly EmbeddingDefinition[]
  /** Whether the backend searches with faiss and filters inside, as from 5.1 on. */
  readonly filtersInside: boolean
  readonly codec: (signal: AbortSignal | undefined) => Promise<RowCodec>
}

/** One group's rows in the vector database. */
export class VectorSearch {
  readonly #deps: VectorSearchDeps
  readonly #engines: Shared<ReadonlyMap<string, Engine>>

  constructor(deps: VectorSearchDeps) {
    this.#deps = deps
    this.#engines = new Shared(() => this.#readEngines())
  }

  async nearest(vector: Float32Array | readonly number[], options: NearestOptions): Promise<Neighbour[]> {
    const { documents, filtersInside } = this.#deps
    const { k, filter, signal } = options
    const embedding = this.#embedding(options.embedding)
    this.#check(vector, embedding, k)
    const all = documents.features.map(({ name }) => name)
    const features = options.features ?? all.filter((name) => name !== embedding.feature)
    const engine = (await this.#engines.get(signal)).get(embedding.feature)!
    const values = Array.from(vector)
    // What a filter takes away afterwards is made up for by searching for more.
    for (
      let searched = filter && !filtersInside ? Math.min(4 * k, mostHits) : k;
      ;
      searched = Math.min(4 * searched, mostHits)
    ) {
      const query = { documents, embedding: embedding.feature, vector: values, filter, features, filtersInside }
      const hits = await this.#search(nearestBody({ ...query, k: searched, size: k }), signal)
      if (hits.length >= k || filtersInside || !filter || searched === mostHits)
        return this.#rows(hits, features, signal).then((rows) =>
          rows.map((row, i) => ({ row, similarity: similarityOf(embedding.similarity, engine, hits[i]!._score ?? 0) })),
        )
    }
  }

  async count({ filter, signal }: CallOptions & { readonly filter?: Filter }): Promise<number> {
    const { documents, openSearch } = this.#deps
    const answer = (await openSearch.ask({
      method: 'POST',
      path: `/${documents.index}/_count`,
      json: { query: allClause(documents, filter) },
      subject: `count of "${documents.group}"`,
      repeatable: true,
      signal,
    })) as { count?: number } | null
    return answer?.count ?? 0
  }

  /** Rows by primary key, in the order asked. */
  async read(
    keys: readonly Row[],
    { features, signal }: CallOptions & { readonly features?: readonly string[] },
  ): Promise<(Row | undefined)[]> {
    const { documents } = this.#deps
    const wanted = features ?? documents.features.map(({ name }) => name)
    const source = [...new Set([...wanted, ...documents.primaryKey])]
    const names = keys.map((key) => keyOf(documents, key))
    const found = new Map<string, Row>()
    const search = async (some: readonly Row[], size: number): Promise<number> => {
      const clauses = some.map((key) => keyClause(documents, key))
      const query = { bool: { should: clauses, minimum_should_match: 1 } }
      const body = { size, query, _source: source.map((name) => columnOf(documents, name)) }
      const rows = await this.#rows(await this.#search(body, signal), source, signal)
      for (const row of rows) found.set(keyOf(documents, row), row)
      return rows.length
    }
    for (let i = 0; i < keys.length; i += keysAtOnce) {
      const some = keys.slice(i, i + keysAtOnce)
      const size = Math.min(mostHits, 4 * some.length + 50)
      if ((await search(some, size)) < size) continue
      // Keys are indexed as words: others with the same words have crowded some out.
      for (const key of some) if (!found.has(keyOf(documents, key))) await search([key], mostHits)
    }
    return names.map((name) => {
      const row = found.get(name)
      return row && Object.fromEntries(wanted.map((name) => [name, row[name]]))
    })
  }

  /** All rows, page by page. */
  scan(options: ScanOptions): AsyncGenerator<Row[], void, undefined> {
    return options.orderBy === undefined ? this.#scroll(options) : this.#inOrder(options, options.orderBy)
  }

  async *#scroll({ filter, features, pageSize = 1_000, signal }: ScanOptions): AsyncGenerator<Row[], void, undefined> {
    const { documents, openSearch } = this.#deps
    const wanted = features ?? documents.features.map(({ name }) => name)
    const subject = `rows of "${documents.group}"`
    const body = {
      size: Math.min(mostHits, pageSize),
      query: allClause(documents, filter),
      _source: wanted.map((name) => columnOf(documents, name)),
      sort: ['_doc'],
    }
    let answer = (await openSearch.ask({
      method: 'POST',
      path: `/${documents.index}/_search`,
      query: { scroll: '2m' },
      json: body,
      subject,
      repeatable: true,
      signal,
    })) as { _scroll_id?: string; hits?: { hits?: Hit[] } } | null
    try {
      for (;;) {
        const hits = answer?.hits?.hits ?? []
        if (hits.length === 0) return
        yield await this.#rows(hits, wanted, signal)
        // Not repeatable: the server has moved on.
        answer = (await openSearch.ask({
          method: 'POST',
          path: '/_search/scroll',
          json: { scroll: '2m', scroll_id: answer?._scroll_id },
          subject,
          signal,
        })) as typeof answer
      }
    } finally {
      const id = answer?._scroll_id
      const json = { scroll_id: [id] }
      if (id) await openSearch.ask({ method: 'DELETE', path: '/_search/scroll', json, subject }).catch(() => {})
    }
  }

  /** Each page begins where the last one ended; of the last value, what was already given is left out. */
  async *#inOrder(options: ScanOptions, orderBy: string): AsyncGenerator<Row[], void, undefined> {
    const { documents } = this.#deps
    const { filter, pageSize = 1_000, signal } = options
    const wanted = options.features ?? documents.features.map(({ name }) => name)
    const column = columnOf(documents, orderBy)
    const most = Math.min(mostHits, Math.max(1, pageSize))
    let size = most
    let from: unknown
    let given = new Set<string>()
    for (;;) {
      const after = from === undefined ? { exists: { field: column } } : { range: { [column]: { gte: from } } }
      const query = { bool: { must: [allClause(documents, filter), after] } }
      const sort = [{ [column]: 'asc' }]
      const hits = await this.#search(
        { size, query, sort, _source: [...wanted.map((name) => columnOf(documents, name))] },
        signal,
      )
      const fresh = hits.filter((hit) => !given.has(hit._id))
      if (fresh.length > 0) yield await this.#rows(fresh, wanted, signal)
      if (hits.length < size) return
      const last = hits.at(-1)?.sort?.[0]
      if (fresh.length === 0)
        throw new HopsworksError(
          'opensearch',
          `more than ${mostHits} rows of "${documents.group}" share one "${orderBy}"`,
          { do: 'order by a feature whose values differ' },
        )
      const ended = hits.filter((hit) => hit.sort?.[0] === last).map((hit) => hit._id)
      given = last === from ? new Set([...given, ...ended]) : new Set(ended)
      // All that was given comes again, before anything new.
      size = Math.min(mostHits, most + given.size)
      from = last
    }
  }

  async #search(body: unknown, signal: AbortSignal | undefined): Promise<readonly Hit[]> {
    const { documents, openSearch } = this.#deps
    const answer = (await openSearch.ask({
      method: 'POST',
      path: `/${documents.index}/_search`,
      json: body,
      subject: `search in "${documents.group}"`,
      repeatable: true,
      signal,
    })) as { hits?: { hits?: Hit[] } } | null
    return answer?.hits?.hits ?? []
  }

  async #rows(hits: readonly Hit[], features: readonly string[], signal: AbortSignal | undefined): Promise<Row[]> {
    const { documents } = this.#deps
    const codec = await this.#deps.codec(signal)
    const columns = features.map((name) => ({
      column: columnOf(documents, name),
      feature: documents.features.find((feature) => feature.name === name)!,
    }))
    return hits.map(({ _source = {} }) =>
      Object.fromEntries(
        columns.map(({ column, feature }): [string, FeatureValue] => [
          feature.name,
          featureValueOf(feature, _source[column], (name, bytes) => codec.decodeComplex(name, bytes)),
        ]),
      ),
    )
  }

  /** What the index was built with; where that can't be read, what the backend's version builds with. */
  async #readEngines(): Promise<ReadonlyMap<string, Engine>> {
    const { documents, embeddings, filtersInside, openSearch } = this.#deps
    const fallback: Engine = filtersInside ? 'faiss' : 'nmslib'
    const answer = (await openSearch.ask({
      method: 'GET',
      path: `/${documents.index}/_mapping`,
      subject: `the index of "${documents.group}"`,
      isMissing: (status) => status >= 400 && status < 500 && status !== 401,
    })) as Readonly<
      Record<string, { mappings?: { properties?: Record<string, { method?: { engine?: string } }> } }>
    > | null
    const properties = Object.values(answer ?? {})[0]?.mappings?.properties ?? {}
    return new Map(
      embeddings.map(({ feature }) => {
        const stated = properties[`${documents.prefix}${feature}`]?.method?.engine
        return [feature, engines.find((each) => each === stated) ?? fallback]
      }),
    )
  }

  #embedding(name: string | undefined): EmbeddingDefinition {
    const { documents, embeddings } = this.#deps
    const found = name === undefined ? embeddings[0] : embeddings.find(({ feature }) => feature === name)
    if (found && (name !== undefined || embeddings.length === 1)) return found
    throw new HopsworksError('client', `feature group "${documents.group}" has no single embedding "${name ?? ''}"`, {
      do: `name one of: ${embeddings.map(({ feature }) => feature).join(', ')}`,
    })
  }

  #check(vector: Float32Array | readonly number[], { feature, dimension }: EmbeddingDefinition, k: number): void {
    const { group } = this.#deps.documents
    if (vector.length !== dimension)
      throw new HopsworksError(
        'client',
        `a vector of ${vector.length} numbers for "${group}"."${feature}" of ${dimension}`,
        {
          do: 'search with a vector of the same model',
        },
      )
    if (!Number.isInteger(k) || k < 1 || k > mostHits)
      throw new HopsworksError('client', `${k} neighbours can't be searched for`, { do: `ask for 1 to ${mostHits}` })
  }
}

const engines = ['nmslib', 'faiss', 'lucene'] as const satisfies readonly Engine[]

/** Finds one row, and others whose keys have the same words. */
function keyClause(documents: Documents, key: Row): unknown {
  const parts = documents.primaryKey.map((name) => {
    const value = key[name]
    const column = columnOf(documents, name)
    if (typeof value === 'string') return { match: { [column]: { query: value, operator: 'and' } } }
    return { term: { [column]: value instanceof Date ? value.getTime() : value } }
  })
  return { bool: { must: parts } }
}

/** @throws HopsworksError for a key with a part missing */
function keyOf({ group, primaryKey }: Documents, row: Row): string {
  const parts = primaryKey.map((name) => {
    const value = row[name]
    if (value === null || value === undefined)
      throw new HopsworksError('client', `a key for "${group}" lacks "${name}"`, {
        do: `give all of: ${primaryKey.join(', ')}`,
      })
    return value instanceof Date ? `${value.getTime()}` : `${value}`
  })
  return JSON.stringify(parts)
}
