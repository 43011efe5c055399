import type { CallOptions } from '../login-options.ts'
import type { EmbeddingIndexDefinition, FeatureDefinition } from './definition.ts'
import type { Row } from './feature-types.ts'
import type { Filter } from './filter.ts'
import type { Taggable } from './tags.ts'

export interface InsertOptions extends CallOptions {
  /** Also waits until the online store (or vector database) has the rows. Default false. */
  readonly wait?: boolean
  /** Triggers the offline materialization, at most once per window for each group. Default false. */
  readonly materialize?: boolean
}

/** What became of rows in the online store. */
export interface Ingestion {
  readonly rows: number
  readonly upserted: number
  /** Rows that `deleteRows` removed. */
  readonly deleted: number
  /** Rows that the online store refused. */
  readonly failed: number
  readonly ignored: number
}

/** Rows that Kafka has acknowledged (all in-sync replicas). */
export interface Insertion {
  readonly rows: number
  /** Waits until the online store has dealt with all rows. @throws HopsworksError when some failed, or after the time-out. */
  ingested(options?: CallOptions): Promise<Ingestion>
}

export interface NearestOptions extends CallOptions {
  readonly k: number
  /** Evaluated while searching from 5.1 on, afterwards before (then more candidates are fetched). */
  readonly filter?: Filter
  /** Features to return. Default: all but the embedding. */
  readonly features?: readonly string[]
  /** Which embedding is searched, where the group has several. */
  readonly embedding?: string
}

export interface Neighbour {
  readonly row: Row
  /** The true similarity: the cosine, the dot product, or minus the squared Euclidean distance. Greater is nearer. */
  readonly similarity: number
}

export interface ScanOptions extends CallOptions {
  readonly filter?: Filter
  /** Default: all. */
  readonly features?: readonly string[]
  /** Rows in one page; default 1,000, at most 10,000. */
  readonly pageSize?: number
  /**
   * Sorts ascending by this numeric or time feature, rows without it left out. Then only plain searches are used, and what
   * is written meanwhile with greater values appears too: the way to follow a group.
   */
  readonly orderBy?: string
}

export interface OfflineReadOptions extends CallOptions {
  /** Default: all. */
  readonly features?: readonly string[]
  /** Evaluated by the server. Strings are compared exactly. */
  readonly filter?: Filter
}

/** An offline materialization under way. */
export interface Materialization {
  readonly execution: number
  /** @throws HopsworksError when the job failed, or after `timeout` milliseconds (default 900,000). */
  finished(options?: CallOptions & { readonly timeout?: number }): Promise<void>
}

/** Statistics of one feature as computed by the server. Other numbers are in `more`. */
export interface FeatureStatistics {
  readonly feature: string
  readonly type?: string
  readonly count?: number
  readonly nulls?: number
  readonly min?: number
  readonly max?: number
  readonly mean?: number
  readonly standardDeviation?: number
  readonly more: Readonly<Record<string, unknown>>
}

export interface Statistics {
  readonly computedAt: Date
  readonly features: readonly FeatureStatistics[]
}

/** One version of a feature group. */
export interface FeatureGroup extends Taggable {
  readonly id: number
  readonly name: string
  readonly version: number
  readonly description: string
  readonly features: readonly FeatureDefinition[]
  readonly primaryKey: readonly string[]
  readonly eventTime: string | undefined
  readonly online: boolean
  readonly embeddingIndex: EmbeddingIndexDefinition | undefined

  /**
   * Writes rows through Kafka; a row with the primary key of a former one replaces it. Rows are checked against the
   * features first, batch by batch. Order by primary key is kept.
   * @throws HopsworksError when Kafka did not accept everything: how much of it arrived is not known, and inserting the
   * same rows again is safe. So it is when the caller gives up: a batch that is on its way may still arrive.
   */
  insert(rows: Iterable<Row> | AsyncIterable<Row>, options?: InsertOptions): Promise<Insertion>
  /**
   * Removes rows from the online store, through Kafka (backend 5.0 or later). Offline rows stay. Of a group with
   * embeddings, servers up to 5.1 remove nothing, as far as is known: overwrite such rows with `insert`, or delete the group.
   * `ingested` throws when rows were passed over.
   * @param keys at least the primary key of each row
   */
  deleteRows(keys: Iterable<Row> | AsyncIterable<Row>, options?: InsertOptions): Promise<Insertion>

  /** Online rows by primary key, in the order asked; undefined where there is none. */
  read(
    keys: readonly Row[],
    options?: CallOptions & { readonly features?: readonly string[] },
  ): Promise<(Row | undefined)[]>

  /** The nearest rows of a group with an embedding index, nearest first. Visible about a second after ingestion. */
  nearest(vector: Float32Array | readonly number[], options: NearestOptions): Promise<Neighbour[]>
  /**
   * How many rows are online. Of a group without an embedding index only with `onlineReads: 'sql'`.
   */
  count(options?: CallOptions & { readonly filter?: Filter }): Promise<number>
  /**
   * All online rows, page by page. Of a group without an embedding index only with `onlineReads: 'sql'`, and then in the order
   * of the primary key where no other is asked for.
   */
  scan(options?: ScanOptions): AsyncGenerator<Row[], void, undefined>

  /**
   * Rows of the offline store, as far as they have been materialized, in no order: at most 10,000 at a time, the next fetched when
   * they are asked for, so that memory stays flat. With an event time, a row for each key and time. Needs the Feature Query Service.
   * @throws HopsworksError also after some rows, when the rest can't be had
   */
  readOffline(options?: OfflineReadOptions): AsyncGenerator<Row[], void, undefined>

  /** Starts the offline materialization, unless one is under way or was started within the window: then undefined. */
  materialize(options?: CallOptions): Promise<Materialization | undefined>

  /** The newest that were computed; undefined when none were. */
  statistics(options?: CallOptions): Promise<Statistics | undefined>
  /** Removes the group with all its rows, topic and index. */
  delete(options?: CallOptions): Promise<void>
}
