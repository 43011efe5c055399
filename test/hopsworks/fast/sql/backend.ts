import type { FeatureGroupDto } from '../groups/feature-group.ts'
import type { Message } from '../ingestion/message.ts'

/** As a column holds it: times as text in UTC, decimals as text. */
export type SqlValue = null | number | bigint | string | Uint8Array

/** Whom the server lets in, and where to. */
export interface SqlAccess {
  readonly user: string
  readonly password: string
  readonly database: string
}

/** What a query found. */
export interface SqlResult {
  /** With the type that the column was declared with; null for what is computed. */
  readonly columns: readonly { readonly name: string; readonly type: string | null }[]
  readonly rows: readonly (readonly SqlValue[])[]
}

/** What holds the tables of online feature groups behind RonDB's MySQL server: an SQLite of this process, or a real MariaDB. */
export interface SqlBackend {
  /** Where its server listens. */
  readonly port: number
  readonly access: SqlAccess
  /** Makes the table of a new feature group. That of one with an embedding index stays empty. */
  create(group: FeatureGroupDto): Promise<void>
  /** Adds the columns of features that were appended. */
  extend(group: FeatureGroupDto): Promise<void>
  drop(group: FeatureGroupDto): Promise<void>
  apply(messages: readonly Message[]): Promise<void>
  close(): Promise<void>
}

/** Of a feature group, with quotes: `` `proj`.`profiles_1` ``. */
export function tableName(database: string, { name, version }: FeatureGroupDto): string {
  return `${quoted(database)}.${quoted(`${name}_${version}`)}`
}

export function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}
