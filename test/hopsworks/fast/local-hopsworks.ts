/**
 * A Hopsworks on this machine, in this process: control plane, Kafka, OnlineFS, RonDB's REST server, OpenSearch's k-NN and
 * the model registry, on loopback and ports of their own. What it proves and what not: docs/hopsworks.md.
 */
import type { Certificates } from './certificates.ts'
import type { FlightRefusal } from './flight/flight-refusals.ts'
import type { KafkaPart } from './kafka/broker.ts'
import type { OfflineRow, OnlineRow } from './rows.ts'
import type { SearchBackend } from './search/backend.ts'
import type { SqlBackend } from './sql/backend.ts'

/** One request as it arrived at one of the HTTP fronts. */
export interface LoggedRequest {
  readonly front: 'api' | 'openSearch' | 'onlineStore' | 'flight'
  readonly method: string
  /** Without `/hopsworks-api/api`, as it arrived, with its query. */
  readonly path: string
  /** Parsed when it was JSON, text otherwise; `multipart` bodies are only counted. */
  readonly body: unknown
  readonly status: number
  readonly fault?: string
}

/** One record of a topic, byte for byte. */
export interface TopicMessage {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
}

export interface LocalHopsworksOptions {
  /** Loopback address; default `127.0.0.1`. */
  readonly host?: string
  /** Default: any that is free. The official client wants OpenSearch at 9200, the online store at 4406 and MySQL at 3306. */
  readonly ports?: {
    readonly api?: number
    readonly kafka?: number
    readonly openSearch?: number
    readonly onlineStore?: number
    readonly mysql?: number
    readonly flight?: number
  }
  /** Default `proj`. */
  readonly project?: string
  /** Of the backend; default `5.1.0`. Before 5.1 OpenSearch refuses a filter inside `knn`. */
  readonly version?: string
  /** What a run of the materialization job takes; default 5 ms. */
  readonly materializationMs?: number
  /** Whether tombstones remove rows from OpenSearch. The official client says that 5.1 does not. Default true. */
  readonly deletesVectors?: boolean
  /** Real parts in the place of those of this process. */
  readonly parts?: {
    readonly certificates: Certificates
    readonly kafka: KafkaPart
    readonly search: SearchBackend
    readonly sql: SqlBackend
  }
  /** Whether the MySQL server offers TLS. Default true. */
  readonly mysqlTls?: boolean
  /** From a row's being applied to its being found by OpenSearch; default 5 ms. */
  readonly refreshMs?: number
}

/** One part behind the network. */
export interface Part {
  /** Connections break and new ones are refused, as when the process has died. What it stored is kept. */
  stop(): Promise<void>
  start(): Promise<void>
}

/** What goes wrong on purpose. */
export interface Faults {
  /** Answers requests that match so, `times` times (default once). */
  answer(match: {
    readonly front?: LoggedRequest['front']
    readonly method?: string
    readonly path: RegExp
    readonly times?: number
    readonly status: number
    readonly body?: unknown
  }): void
  /** Every token for OpenSearch given out so far is refused with 401 from now on. */
  expireTokens(): void
  /** Runs of the materialization job take so long from now on. */
  materializationMs(ms: number): void
  /** The next runs fail. */
  failMaterialization(times: number): void
  /** Rows of the next messages are reported as FAILED by OnlineFS and not stored. */
  failIngestion(times: number): void
  /** The broker stores the next produce request, but its answer is lost with the connection. */
  loseProduceAnswers(times: number): void
  /** The MySQL server wants another password of whoever signs in from now on; the connector tells it. */
  changeDatabasePassword(): void
  /** Its sessions that name no time zone see times so many hours later than in UTC. */
  moveDatabaseEast(hours: number): void
  /** Nothing gets through to any part, and nothing is refused: as with a pulled cable. */
  cut(): void
  /** The cable is back: what was sent meanwhile arrives. */
  restore(): void
  readonly broker: Part
  readonly openSearch: Part
  readonly onlineStore: Part
  readonly mysql: Part
  /** The Feature Query Service. */
  readonly flight: Part
  /** The next offline reads are refused so. */
  refuseOfflineReads(refusal: FlightRefusal): void
  readonly api: Part
  clear(): void
}

export interface LocalHopsworks {
  readonly host: string
  /** Of the control plane. */
  readonly port: number
  readonly ports: {
    readonly api: number
    readonly kafka: number
    readonly openSearch: number
    readonly onlineStore: number
    readonly mysql: number
    readonly flight: number
  }
  readonly project: string
  readonly projectId: number
  readonly version: string
  readonly apiKey: string
  /** Of all its certificates, PEM. */
  readonly ca: string
  /** What `login` of our client takes to reach all of it. */
  readonly login: {
    readonly host: string
    readonly port: number
    readonly project: string
    readonly apiKey: string
    readonly ca: string
    readonly services: {
      readonly kafka: readonly string[]
      readonly opensearch: string
      readonly rondb: string
      readonly mysql: string
      readonly flight: string
    }
  }
  readonly requests: readonly LoggedRequest[]
  /** Everything that was produced, in the order of arrival. */
  messages(): readonly TopicMessage[]
  /** What the online store holds of a feature group: RonDB's rows, or OpenSearch's for one with an embedding index. */
  online(name: string, version: number): readonly OnlineRow[]
  /** What the materialization job has stored. */
  offline(name: string, version: number): readonly OfflineRow[]
  featureGroupId(name: string, version: number): number
  /** How often OnlineFS has applied a row, by feature group: a row written twice counts twice. */
  applied(name: string, version: number): number
  readonly faults: Faults
  close(): Promise<void>
}
