import type { RowCodec } from '../avro/row-codec.ts'
import { HopsworksError } from '../error.ts'
import type { CallOptions } from '../login-options.ts'
import { type OnlineStore, readByKey, type Table } from '../online/online-store.ts'
import type { OnlineDatabase } from '../sql/online-database.ts'
import { rowsByKey } from '../sql/rows-by-key.ts'
import { type ScannedTable, tableCount, tablePages } from '../sql/table-scan.ts'
import { fractionDigits, timeText } from '../sql/text.ts'
import type { FeatureDefinition } from './definition.ts'
import type { ScanOptions } from './feature-group.ts'
import type { FeatureValue, Row } from './feature-types.ts'
import type { Filter } from './filter.ts'
import { featureValueOf } from './online-values.ts'

export interface RowReaderDeps {
  readonly store: OnlineStore
  /** Takes the store's place where reads go by SQL. */
  readonly database: OnlineDatabase | undefined
  /** Name of the project, which is the database's in lower case. */
  readonly project: string
  readonly group: string
  readonly version: number
  readonly features: readonly FeatureDefinition[]
  readonly primaryKey: readonly string[]
  readonly codec: (signal: AbortSignal | undefined) => Promise<RowCodec>
}

/** Reads a group's online rows: by primary key, and all of them where they are in reach of SQL. */
export class RowReader {
  readonly #deps: RowReaderDeps

  constructor(deps: RowReaderDeps) {
    this.#deps = deps
  }

  /** In the order asked. */
  async read(
    keys: readonly Row[],
    { features, signal }: CallOptions & { readonly features?: readonly string[] },
  ): Promise<(Row | undefined)[]> {
    if (keys.length === 0) return []
    const { store, database } = this.#deps
    const wanted = this.#wanted(features)
    const columns = wanted.map(({ name }) => name)
    const asked = keys.map((key) => this.#keyOf(key))
    const codec = await this.#deps.codec(signal)
    const rows = database
      ? await rowsByKey(database, this.#table, columns, asked, signal)
      : await readByKey(store, this.#table, columns, asked, signal)
    return rows.map((row) => row && this.#rowOf(row, wanted, codec))
  }

  async *scan(options: ScanOptions): AsyncGenerator<Row[], void, undefined> {
    const scanned = this.#scanned('gone through')
    const wanted = this.#wanted(options.features)
    const codec = await this.#deps.codec(options.signal)
    for await (const page of tablePages(scanned, options)) yield page.map((row) => this.#rowOf(row, wanted, codec))
  }

  async count(options: CallOptions & { readonly filter?: Filter }): Promise<number> {
    return tableCount(this.#scanned('counted'), options)
  }

  /** @throws HopsworksError where rows are read one by one only */
  #scanned(what: string): ScannedTable {
    const { database, group, features, primaryKey } = this.#deps
    if (database) return { database, table: this.#table, group, features, primaryKey }
    throw new HopsworksError('client', `feature group "${group}" has no embedding index: its rows can't be ${what}`, {
      do: "log in with onlineReads: 'sql', or create it with an embeddingIndex",
    })
  }

  get #table(): Table {
    const { project, group, version } = this.#deps
    return { database: project.toLowerCase(), name: `${group}_${version}` }
  }

  #rowOf(row: Readonly<Record<string, unknown>>, wanted: readonly FeatureDefinition[], codec: RowCodec): Row {
    return Object.fromEntries(
      wanted.map((feature): [string, FeatureValue] => [
        feature.name,
        featureValueOf(feature, row[feature.name], (name, bytes) => codec.decodeComplex(name, bytes)),
      ]),
    )
  }

  #wanted(names: readonly string[] | undefined): readonly FeatureDefinition[] {
    const { features, group } = this.#deps
    if (!names) return features
    return names.map((name) => {
      const found = features.find((feature) => feature.name === name)
      if (found) return found
      throw new HopsworksError('client', `feature group "${group}" has no feature "${name}"`, {
        do: `use one of: ${features.map((feature) => feature.name).join(', ')}`,
      })
    })
  }

  #keyOf(key: Row): Record<string, unknown> {
    const { primaryKey, group, features } = this.#deps
    const byName = new Map(features.map((feature) => [feature.name, feature]))
    return Object.fromEntries(
      primaryKey.map((name) => {
        const value = key[name]
        if (value === null || value === undefined)
          throw new HopsworksError('client', `a key for "${group}" lacks "${name}"`, {
            do: `give all of: ${primaryKey.join(', ')}`,
          })
        if (!(value instanceof Date)) return [name, value]
        const { type, onlineType } = byName.get(name) ?? { type: 'timestamp' }
        return [name, timeText(value, type, fractionDigits(onlineType))]
      }),
    )
  }
}
