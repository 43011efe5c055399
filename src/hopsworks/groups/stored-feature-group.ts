import type { AvroSchema } from '../avro/avro-type.ts'
import { RowCodec } from '../avro/row-codec.ts'
import { HopsworksError } from '../error.ts'
import type { CallOptions } from '../login-options.ts'
import type { Services } from '../services.ts'
import type { Session } from '../session.ts'
import { Shared } from '../shared.ts'
import { VectorSearch } from '../vectors/vector-search.ts'
import { isAtLeast } from '../version.ts'
import type { EmbeddingIndexDefinition, FeatureDefinition } from './definition.ts'
import type {
  FeatureGroup,
  Insertion,
  InsertOptions,
  Materialization,
  NearestOptions,
  Neighbour,
  OfflineReadOptions,
  ScanOptions,
  Statistics,
} from './feature-group.ts'
import type { Row } from './feature-types.ts'
import type { Filter } from './filter.ts'
import { embeddingIndexOf, featuresOf, type GroupRecord, primaryKeyOf } from './group-record.ts'
import { Materializer } from './materializer.ts'
import { OnlineIngestions } from './online-ingestion.ts'
import { queryOf, type StoreName } from './query-record.ts'
import { RowReader } from './row-reader.ts'
import { RowWriter } from './row-writer.ts'
import { newestStatistics } from './statistics.ts'
import { Tagged, Tags } from './tags.ts'

const records = new WeakMap<FeatureGroup, GroupRecord>()

/** The group as the API told it. @throws HopsworksError for a group of another making */
export function recordOf(group: FeatureGroup): GroupRecord {
  const record = records.get(group)
  if (record) return record
  throw new HopsworksError('client', `feature group "${group.name}" is not of this client`, {
    do: 'get it by its name',
  })
}

/** A feature group that the backend has. */
export class StoredFeatureGroup extends Tagged implements FeatureGroup {
  readonly id: number
  readonly name: string
  readonly version: number
  readonly description: string
  readonly features: readonly FeatureDefinition[]
  readonly primaryKey: readonly string[]
  readonly eventTime: string | undefined
  readonly online: boolean
  readonly embeddingIndex: EmbeddingIndexDefinition | undefined
  readonly #session: Session
  readonly #services: Services
  readonly #store: StoreName
  readonly #path: string
  readonly #storePath: string
  readonly #subject: Shared<{ readonly codec: RowCodec; readonly subject: number }>
  readonly #writer: RowWriter
  readonly #reader: RowReader
  readonly #search: VectorSearch | undefined
  readonly #materializer: Materializer

  constructor(session: Session, services: Services, storeId: number, record: GroupRecord) {
    const { project, version: backend } = session
    const storePath = `featurestores/${storeId}`
    const path = `${storePath}/featuregroups/${record.id}`
    super(new Tags(session, path, `"${record.name}"`))
    records.set(this, record)
    this.id = record.id
    this.name = record.name
    this.version = record.version
    this.description = record.description ?? ''
    this.features = featuresOf(record)
    this.primaryKey = primaryKeyOf(record)
    this.eventTime = record.eventTime ?? undefined
    this.online = record.onlineEnabled === true
    this.embeddingIndex = embeddingIndexOf(record)
    this.#session = session
    this.#services = services
    this.#store = { id: storeId, name: `${project.name.toLowerCase()}_featurestore` }
    this.#storePath = storePath
    this.#path = path
    this.#subject = new Shared(() => this.#readSchema())
    const codec = async (signal: AbortSignal | undefined) => (await this.#subject.get(signal)).codec
    const topic = record.onlineTopicName ?? record.topicName ?? `${project.name}${this.online ? '_onlinefs' : ''}`
    const producer = (signal: AbortSignal | undefined) => services.producer.get(signal)
    this.#materializer = new Materializer(session, `${this.name}_${this.version}`, topic, producer)
    this.#writer = new RowWriter({
      projectId: project.id,
      groupId: this.id,
      topic,
      codec: (signal) => this.#subject.get(signal),
      producer,
      ingestions: this.online ? new OnlineIngestions(session, `${this.#path}/online_ingestion`, this.name) : undefined,
      materializer: this.#materializer,
    })
    const { name, version, features, primaryKey } = this
    const table = { project: project.name, group: name, version, features, primaryKey }
    const database = session.options.onlineReads === 'sql' ? services.database : undefined
    this.#reader = new RowReader({ ...table, store: services.onlineStore, database, codec })
    const index = record.embeddingIndex
    this.#search =
      this.embeddingIndex && index?.indexName
        ? new VectorSearch({
            openSearch: services.openSearch,
            documents: { group: name, index: index.indexName, prefix: index.colPrefix ?? '', features, primaryKey },
            embeddings: this.embeddingIndex.embeddings,
            filtersInside: isAtLeast(backend, 5, 1),
            codec,
          })
        : undefined
  }

  insert(rows: Iterable<Row> | AsyncIterable<Row>, options: InsertOptions = {}): Promise<Insertion> {
    return this.#writer.insert(rows, options)
  }

  async deleteRows(keys: Iterable<Row> | AsyncIterable<Row>, options: InsertOptions = {}): Promise<Insertion> {
    const { version } = this.#session
    if (!isAtLeast(version, 5, 0))
      throw new HopsworksError('api', `Hopsworks ${version.text} can't remove single rows`, { do: 'use 5.0 or later' })
    return this.#writer.remove(keys, options)
  }

  async read(
    keys: readonly Row[],
    options: CallOptions & { readonly features?: readonly string[] } = {},
  ): Promise<(Row | undefined)[]> {
    return this.#rows().read(keys, options)
  }

  async nearest(vector: Float32Array | readonly number[], options: NearestOptions): Promise<Neighbour[]> {
    return this.#vectors().nearest(vector, options)
  }

  async count(options: CallOptions & { readonly filter?: Filter } = {}): Promise<number> {
    return this.#rows().count(options)
  }

  scan(options: ScanOptions = {}): AsyncGenerator<Row[], void, undefined> {
    return this.#rows().scan(options)
  }

  async *readOffline({ features, filter, signal }: OfflineReadOptions = {}): AsyncGenerator<Row[], void, undefined> {
    const subject = `offline rows of "${this.name}"`
    const query = queryOf(this.#store, recordOf(this), { features, filter }, subject)
    yield* this.#services.offlineStore.read(query, { subject, signal })
  }

  materialize(options: CallOptions = {}): Promise<Materialization | undefined> {
    return this.#materializer.request(options)
  }

  statistics(options: CallOptions = {}): Promise<Statistics | undefined> {
    return newestStatistics(this.#session, this.#path, `"${this.name}"`, options)
  }

  async delete({ signal }: CallOptions = {}): Promise<void> {
    await this.#session.projectApi({
      method: 'DELETE',
      path: this.#path,
      subject: `feature group "${this.name}"`,
      signal,
    })
  }

  /** Where the online rows are. */
  #rows(): VectorSearch | RowReader {
    if (this.online) return this.#search ?? this.#reader
    throw new HopsworksError('client', `feature group "${this.name}" is not online`, {
      do: 'create it with online: true',
    })
  }

  #vectors(): VectorSearch {
    if (this.#search) return this.#search
    throw new HopsworksError('client', `feature group "${this.name}" has no embedding index`, {
      do: 'create it with an embeddingIndex',
    })
  }

  async #readSchema(): Promise<{ readonly codec: RowCodec; readonly subject: number }> {
    const answer = (await this.#session.projectApi({
      method: 'GET',
      path: `${this.#storePath}/kafka/subjects/${this.name}_${this.version}/versions/latest`,
      subject: `the schema of "${this.name}"`,
    })) as { id: number; schema: string } | null
    const { name, features, primaryKey } = this
    const group = { name, features, primaryKey, hasTable: this.online && !this.embeddingIndex }
    try {
      const schema = JSON.parse(answer?.schema ?? '') as AvroSchema
      return { codec: new RowCodec(schema, group), subject: answer!.id }
    } catch (cause) {
      throw new HopsworksError('api', `the schema of "${name}" can't be read`, {
        do: 'look at the schema of its topic in Hopsworks',
        cause,
      })
    }
  }
}
