import { randomUUID } from 'node:crypto'
import type { FeatureGroupDto } from '../groups/feature-group.ts'
import type { FrontAnswer, FrontRequest } from '../http-front.ts'
import type { Message } from '../ingestion/message.ts'
import type { SearchBackend } from './backend.ts'
import { documentOf, fieldsOf } from './field.ts'
import { QueryError } from './query.ts'
import type { Engine } from './score.ts'
import { SearchIndex } from './search-index.ts'

type Json = Readonly<Record<string, unknown>>

/** OpenSearch with its k-NN plugin, as far as the clients of a feature store use it: exact search in this process. */
export class MemorySearch implements SearchBackend {
  readonly #engine: Engine
  readonly #refreshMs: number
  readonly #indexes = new Map<string, SearchIndex>()
  readonly #scrolls = new Map<string, () => FrontAnswer>()

  constructor(engine: Engine, refreshMs: number) {
    this.#engine = engine
    this.#refreshMs = refreshMs
  }

  async create(group: FeatureGroupDto): Promise<void> {
    const embedding = group.embeddingIndex!
    const index = this.#indexes.get(embedding.indexName) ?? new SearchIndex(embedding.indexName, this.#refreshMs)
    index.addFields(fieldsOf(group, embedding, this.#engine))
    this.#indexes.set(embedding.indexName, index)
  }

  async drop(group: FeatureGroupDto): Promise<void> {
    const { indexName, colPrefix } = group.embeddingIndex!
    if (colPrefix === '') this.#indexes.delete(indexName)
    else this.#indexes.get(indexName)?.deleteWhere((id) => id.startsWith(`${group.id}_`))
  }

  async apply(messages: readonly Message[]): Promise<void> {
    for (const { group, row, key, operation } of messages) {
      const embedding = group.embeddingIndex!
      const document = operation === 'delete' ? undefined : documentOf(group, embedding, row)
      this.#indexes.get(embedding.indexName)?.write(`${group.id}_${key}`, document)
    }
  }

  async close(): Promise<void> {}

  async answer({ method, path, query, body }: FrontRequest): Promise<FrontAnswer> {
    if (path === '/')
      return { status: 200, body: { name: 'local', version: { number: this.#number(), distribution: 'opensearch' } } }
    if (path === '/_search/scroll') return method === 'DELETE' ? this.#endScroll(body) : this.#nextPage(body)
    const [, name, action, ...rest] = path.split('/') as [string, string, string | undefined, ...string[]]
    const index = this.#indexes.get(name)
    if (!index) return missing(name)
    try {
      if (action === '_search' && query.has('scroll')) return this.#startScroll(index, (body ?? {}) as Json)
      if (action === '_search') return { status: 200, body: index.search((body ?? {}) as Json) }
      if (action === '_count') return { status: 200, body: index.count((body ?? {}) as Json) }
      if (action === '_mapping' && rest[0] === 'field') return { status: 200, body: index.fieldMapping(rest[1]!) }
      if (action === '_mapping') return { status: 200, body: index.mapping() }
    } catch (error) {
      if (error instanceof QueryError) return refused(error, name)
      throw error
    }
    return {
      status: 403,
      body: { error: { type: 'security_exception', reason: `no permissions for ${method} ${path}` }, status: 403 },
    }
  }

  #number(): string {
    return this.#engine === 'nmslib' ? '1.3.14' : '2.19.2'
  }

  #startScroll(index: SearchIndex, body: Json): FrontAnswer {
    const hits = index.scroll(body)
    const size = (body.size as number | undefined) ?? 10
    const id = randomUUID()
    let from = -size
    const next = () => {
      from += size
      return { status: 200, body: { _scroll_id: id, ...index.page(hits, body, from, size) } }
    }
    this.#scrolls.set(id, next)
    return next()
  }

  #nextPage(body: unknown): FrontAnswer {
    const id = (body as Json | undefined)?.scroll_id as string
    return (
      this.#scrolls.get(id)?.() ?? {
        status: 404,
        body: { error: { type: 'search_context_missing_exception' }, status: 404 },
      }
    )
  }

  #endScroll(body: unknown): FrontAnswer {
    const ids = [(body as Json | undefined)?.scroll_id].flat() as string[]
    for (const id of ids) this.#scrolls.delete(id)
    return { status: 200, body: { succeeded: true, num_freed: ids.length } }
  }
}

function missing(index: string): FrontAnswer {
  const error = {
    type: 'index_not_found_exception',
    reason: `no such index [${index}]`,
    index,
    'resource.type': 'index_or_alias',
  }
  return { status: 404, body: { error: { root_cause: [error], ...error }, status: 404 } }
}

function refused({ message, type }: QueryError, index: string): FrontAnswer {
  const cause = { type, reason: message }
  if (message.startsWith('[knn]') || type !== 'illegal_argument_exception')
    return { status: 400, body: { error: { root_cause: [cause], ...cause }, status: 400 } }
  const shard = { shard: 0, index, node: 'local', reason: cause }
  const error = { type: 'search_phase_execution_exception', reason: 'all shards failed', phase: 'query', grouped: true }
  return {
    status: 400,
    body: { error: { root_cause: [cause], ...error, failed_shards: [shard], caused_by: cause }, status: 400 },
  }
}
