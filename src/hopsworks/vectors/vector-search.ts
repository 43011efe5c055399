import type { RowCodec } from '../avro/row-codec.ts'
import { HopsworksError } from '../error.ts'
import type { EmbeddingDefinition } from '../groups/definition.ts'
import type { NearestOptions, Neighbour, ScanOptions } from '../groups/feature-group.ts'
import type { Row } from '../groups/feature-types.ts'
import type { Filter } from '../groups/filter.ts'
import type { CallOptions } from '../login-options.ts'
import { Shared } from '../shared.ts'
import { DocumentsReader, mostHits } from './documents-reader.ts'
import type { OpenSearch } from './open-search.ts'
import { allClause, type Documents, nearestBody } from './query.ts'
import { readByKey } from './read-by-key.ts'
import { inOrder, scroll } from './scan.ts'
import { type Engine, similarityOf } from './similarity.ts'

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
  readonly #reader: DocumentsReader
  readonly #engines: Shared<ReadonlyMap<string, Engine>>

  constructor(deps: VectorSearchDeps) {
    this.#deps = deps
    this.#reader = new DocumentsReader(deps.documents, deps.openSearch, deps.codec)
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
    const query = { documents, embedding: embedding.feature, vector: values, filter, features, filtersInside, size: k }
    const filtersAfter = filter !== undefined && !filtersInside
    let searched = filtersAfter ? Math.min(4 * k, mostHits) : k
    let hits = await this.#reader.search(nearestBody({ ...query, k: searched }), signal)
    // What a filter takes away afterwards is made up for by searching for more.
    while (filtersAfter && hits.length < k && searched < mostHits) {
      searched = Math.min(4 * searched, mostHits)
      hits = await this.#reader.search(nearestBody({ ...query, k: searched }), signal)
    }
    const rows = await this.#reader.rows(hits, features, signal)
    return rows.map((row, i) => ({
      row,
      similarity: similarityOf(embedding.similarity, engine, hits[i]!._score ?? 0),
    }))
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
  read(
    keys: readonly Row[],
    options: CallOptions & { readonly features?: readonly string[] },
  ): Promise<(Row | undefined)[]> {
    return readByKey(this.#reader, keys, options)
  }

  /** All rows, page by page. */
  scan(options: ScanOptions): AsyncGenerator<Row[], void, undefined> {
    const { orderBy } = options
    return orderBy === undefined ? scroll(this.#reader, options) : inOrder(this.#reader, options, orderBy)
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
