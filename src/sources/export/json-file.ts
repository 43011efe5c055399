import { Problem } from '../../taste/problem.ts'
import { jsonRecordBatches } from '../reading/json-records.ts'
import type { Collector } from './collector.ts'
import { isObject, type JsonObject } from './values.ts'

/** Takes an object of a list in somebody's export: its number, from 1, and the list's name, empty for the whole file. */
export type TakeRow = (row: JsonObject, number: number, list: string) => void

export interface RowOptions {
  /** Which objects are rows, so that reading can go on at one behind damage; any by default. */
  readonly isRow?: (row: JsonObject) => boolean
  /** Rows are large, with lists of their own, whose entries the caller counts. */
  readonly nested?: boolean
}

/**
 * Streams the rows of a file of JSON and counts them. Rows that are damaged are told to the collector, and the reading
 * goes on.
 * @param lists names of the lists in the top-level object; an empty name for a list that is the whole file
 * @throws Problem when there is no such list, or nothing but damage.
 */
export async function eachRow(
  bytes: AsyncIterable<Uint8Array>,
  lists: readonly string[],
  into: Collector,
  take: TakeRow,
  { isRow = () => true, nested = false }: RowOptions = {},
): Promise<void> {
  const isRecord = (value: unknown) => isObject(value) && isRow(value)
  let rows = 0
  let firstReason: string | undefined
  for await (const records of jsonRecordBatches(bytes, {
    keys: lists,
    isRecord,
    holdsRecords: () => false,
    batches: !nested,
  })) {
    for (const record of records) {
      const value = 'value' in record ? record.value : undefined
      if (isObject(value)) {
        rows++
        if (!nested) into.row()
        take(value, record.number, record.list)
      } else {
        const reason = 'reason' in record ? record.reason : 'not an object'
        firstReason ??= reason
        into.broken(`row ${record.number}`, reason)
      }
    }
  }
  if (rows === 0 && firstReason) throw new Problem(`nothing in it can be read: ${firstReason}`)
}
