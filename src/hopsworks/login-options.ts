import type { Environment } from './http/environment.ts'
import type { Log } from './log.ts'

/** Given to every call that talks to a server. */
export interface CallOptions {
  /** Gives the call up: it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** Addresses that take the place of those the server names, such as the near end of a tunnel. */
export interface ServiceAddresses {
  /** Bootstrap brokers, `host:port`. */
  readonly kafka?: readonly string[]
  /** `https://host:port`. */
  readonly opensearch?: string
  /** Of RonDB's REST server, `https://host:port`. */
  readonly rondb?: string
  /** Of RonDB's MySQL server, `host:port`. */
  readonly mysql?: string
  /** Of the Feature Query Service (Arrow Flight), `host:port`. */
  readonly flight?: string
}

/** Milliseconds. */
export interface Timeouts {
  /** For the answer to one request; default 30,000. Uploads and downloads: between two pieces. */
  readonly request?: number
  /** For Kafka to accept one batch, tries included; default 60,000. */
  readonly kafka?: number
  /** For rows to appear in the online store; default 60,000. */
  readonly ingestion?: number
  /** For the first rows of an offline read; default 900,000. After them, `request` counts between two portions. */
  readonly offline?: number
  /**
   * For how long a request is tried again that failed in a passing way (no connection, 429, 5xx); default 45,000. Of
   * searches and online reads, which somebody waits for, 10,000 at most.
   */
  readonly patience?: number
}

export interface LoginOptions extends CallOptions {
  /** It needs the scopes of `docs/hopsworks-client.md`. Never logged, never part of an error. */
  readonly apiKey: string
  /** Default `eu-west.cloud.hopsworks.ai`. */
  readonly host?: string
  /** Default 443. */
  readonly port?: number
  /** Default: the only project that the key opens. */
  readonly project?: string
  /** Certificate authorities (PEM) that are trusted beside the system's. */
  readonly ca?: string | readonly string[]
  /** Doesn't verify certificates at all. Default false. */
  readonly insecure?: boolean
  /** Whether this process runs inside the cluster's network. Default false: load balancers are asked. */
  readonly internal?: boolean
  readonly services?: ServiceAddresses
  /**
   * How online rows are read: through RonDB's REST server, or its MySQL server (`sql`), which can also go through a whole
   * group. Default `rest`. Groups with an embedding index are read from the vector database either way.
   */
  readonly onlineReads?: 'rest' | 'sql'
  /**
   * Whether the connection to the MySQL server is encrypted and its certificate verified. Default true. The official client
   * doesn't ask for that, so a server may not offer it: without it, whoever is on the way can read everything.
   */
  readonly mysqlTls?: boolean
  readonly timeouts?: Timeouts
  /** Milliseconds within which the offline materialization of one feature group is triggered at most once. Default 600,000. */
  readonly materializationWindow?: number
  readonly log?: Log
  /** Clock and timer, for tests. */
  readonly environment?: Environment
}
