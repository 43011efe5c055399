import { type FeatureGroupDto, primaryKey } from '../groups/feature-group.ts'
import type { FeatureGroups } from '../groups/feature-groups.ts'
import type { StoredRecord } from '../kafka/topics.ts'
import { type DecodedRow, RowDecoder } from './row-decoder.ts'

/** A Kafka message that has found its feature group. */
export interface Message {
  readonly group: FeatureGroupDto
  readonly row: DecodedRow
  /** Of the row, by the values of its primary key. */
  readonly key: string
  readonly operation: 'upsert' | 'delete'
  /** Where it shall go. */
  readonly storage: 'both' | 'online' | 'offline'
  readonly upsertIfNewer: boolean
}

/** Reads messages by their headers, as the consumers of the topic do. */
export class MessageReader {
  readonly #groups: FeatureGroups
  readonly #projectId: number
  readonly #decoders = new Map<string, RowDecoder>()

  constructor(groups: FeatureGroups, projectId: number) {
    this.#groups = groups
    this.#projectId = projectId
  }

  /**
   * @returns undefined when it belongs to no feature group of this project
   * @throws {Error} when it can't be decoded, or its primary key has a null
   */
  read(record: StoredRecord): Message | undefined {
    const headers = headersOf(record)
    if (headers.projectId !== `${this.#projectId}`) return undefined
    const group = this.#groups.get(Number(headers.featureGroupId))
    if (!group) return undefined
    const row = this.#decoder(group, Number(headers.subjectId)).decode(record.value!)
    const key = primaryKey(group).map((name) => row.values[name])
    if (key.some((value) => value === null)) throw new Error('a primary key is null')
    const storage = headers.storage === '0' ? 'offline' : (headers.storage ?? 'both')
    return {
      group,
      row,
      key: rowKey(key),
      operation: headers.operation === 'delete' ? 'delete' : 'upsert',
      storage: storage === 'online' || storage === 'offline' ? storage : 'both',
      upsertIfNewer: headers.upsertIfNewer === '1',
    }
  }

  #decoder(group: FeatureGroupDto, subjectId: number): RowDecoder {
    const name = `${group.id} ${subjectId}`
    const known = this.#decoders.get(name)
    if (known) return known
    const subject = this.#groups.subject(group.id, subjectId)
    if (!subject) throw new Error(`feature group ${group.id} has no schema ${subjectId}`)
    const decoder = new RowDecoder(group, subject.schema)
    this.#decoders.set(name, decoder)
    return decoder
  }
}

/** Under which a row is stored. */
export function rowKey(values: readonly unknown[]): string {
  return JSON.stringify(values.map((value) => (Buffer.isBuffer(value) ? value.toString('base64') : `${value}`)))
}

export function headersOf(record: StoredRecord): Readonly<Record<string, string>> {
  return Object.fromEntries(record.headers.map(([name, value]) => [name, value?.toString() ?? '']))
}
