import type { FeatureGroupDto } from '../groups/feature-group.ts'
import { type Message, rowKey } from '../ingestion/message.ts'
import type { DecodedRow } from '../ingestion/row-decoder.ts'

/** RonDB: one table a feature group, rows by primary key. */
export class OnlineStore {
  readonly #tables = new Map<number, Map<string, DecodedRow>>()

  apply({ group, row, key, operation, upsertIfNewer }: Message): void {
    const table = this.#table(group)
    if (operation === 'delete') {
      table.delete(key)
      return
    }
    const old = table.get(key)
    const time = group.eventTime
    if (upsertIfNewer && old && time && (old.values[time] as number) > (row.values[time] as number)) return
    table.set(key, row)
  }

  /** @param key values by the primary key's features */
  row(group: FeatureGroupDto, key: Readonly<Record<string, unknown>>): DecodedRow | undefined {
    const keyed = group.features.filter(({ primary }) => primary)
    return this.#table(group).get(rowKey(keyed.map(({ name, type }) => storedTime(type, key[name]))))
  }

  rows(group: FeatureGroupDto): readonly DecodedRow[] {
    return [...this.#table(group).values()]
  }

  drop(groupId: number): void {
    this.#tables.delete(groupId)
  }

  #table(group: FeatureGroupDto): Map<string, DecodedRow> {
    const table = this.#tables.get(group.id) ?? new Map()
    this.#tables.set(group.id, table)
    return table
  }
}

/** Times are asked for as text, and kept as Avro has them. */
function storedTime(type: string, value: unknown): unknown {
  if (type === 'date') return Date.parse(`${value}`) / 86_400_000
  return type === 'timestamp' ? Date.parse(`${value}Z`) * 1000 : value
}
