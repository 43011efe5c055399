import { Problem } from '../../taste/problem.ts'
import { jsonRecords } from '../reading/json-records.ts'
import type { Collector } from './collector.ts'
import { isObject, type JsonObject } from './values.ts'

/** An object of a list in somebody's export. */
export interface ExportRow {
  /** Name of the list; empty for a list that is the whole file. */
  readonly list: string
  /** From 1. */
  readonly number: number
  readonly row: JsonObject
}

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
export async function* recordsOf(
  bytes: AsyncIterable<Uint8Array>,
  lists: readonly string[],
  into: Collector,
  { isRow = () => true, nested = false }: RowOptions = {},
): AsyncGenerator<ExportRow> {
  const isRecord = (value: unknown) => isObject(value) && isRow(value)
  let rows = 0
  let firstReason: string | undefined
  for await (const record of jsonRecords(bytes, {
    keys: lists,
    isRecord,
    holdsRecords: () => false,
    batches: !nested,
  })) {
    const place = `row ${record.number}`
    const reason = 'reason' in record ? record.reason : isObject(record.value) ? undefined : 'not an object'
    if (reason !== undefined) {
      firstReason ??= reason
      into.broken(place, reason)
      continue
    }
    rows++
    if (!nested) into.row()
    yield { list: record.list, number: record.number, row: (record as { value: JsonObject }).value }
  }
  if (rows === 0 && firstReason) throw new Problem(`nothing in it can be read: ${firstReason}`)
}
