import type { RowCodec } from '../avro/row-codec.ts'
import { HopsworksError } from '../error.ts'
import type { CallOptions } from '../login-options.ts'
import { type OnlineStore, readByKey } from '../online/online-store.ts'
import type { FeatureDefinition } from './definition.ts'
import type { FeatureValue, Row } from './feature-types.ts'
import { featureValueOf } from './online-values.ts'

export interface RowReaderDeps {
  readonly store: OnlineStore
  /** Name of the project, which is the database's in lower case. */
  readonly project: string
  readonly group: string
  readonly version: number
  readonly features: readonly FeatureDefinition[]
  readonly primaryKey: readonly string[]
  readonly codec: (signal: AbortSignal | undefined) => Promise<RowCodec>
}

/** Reads a group's online rows by primary key. */
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
    const { store, project, group, version } = this.#deps
    const wanted = this.#wanted(features)
    const columns = wanted.map(({ name }) => name)
    const reads = keys.map((key) => ({ key: this.#keyOf(key), columns }))
    const codec = await this.#deps.codec(signal)
    const table = { database: project.toLowerCase(), name: `${group}_${version}` }
    const rows = await readByKey(store, table, reads, signal)
    return rows.map((row) => row && this.#rowOf(row, wanted, codec))
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
    const types = new Map<string, string>(features.map(({ name, type }) => [name, type]))
    return Object.fromEntries(
      primaryKey.map((name) => {
        const value = key[name]
        if (value === null || value === undefined)
          throw new HopsworksError('client', `a key for "${group}" lacks "${name}"`, {
            do: `give all of: ${primaryKey.join(', ')}`,
          })
        return [name, value instanceof Date ? timeText(value, types.get(name)) : value]
      }),
    )
  }
}

/** `YYYY-MM-DD`, and `HH:MM:SS` for a timestamp: RonDB keeps seconds. */
function timeText(time: Date, type: string | undefined): string {
  const text = time.toISOString()
  return type === 'date' ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ')
}
