import type { Provenance } from '../../taste/provenance.ts'
import { fileEvents } from '../reading/file-events.ts'
import { columnsOf, sniff } from '../reading/sniff.ts'
import { type Row, readTable } from '../reading/table.ts'
import type { Source, SourceEvent } from '../source.ts'

/** A kind of table about artists or tracks. */
export interface CatalogueTable<T> {
  readonly format: string
  readonly title: string
  /** Columns by which the table is recognised, in lower case. */
  readonly columns: readonly string[]
  /** The row's content, undefined when it says nothing, or a text that says why it can't be read. */
  readonly row: (row: Row, provenance: Provenance) => T | undefined | string
  readonly event: (rows: readonly T[]) => SourceEvent
}

/** Makes a source of a kind of table: tab- or comma-separated, plain or gzipped, columns in any order. */
export function tableSource<T extends object>(table: CatalogueTable<T>): Source {
  return {
    format: table.format,
    title: table.title,
    async recognises(path) {
      const columns = columnsOf(await sniff(path))
      return columns !== undefined && table.columns.every((column) => columns.includes(column))
    },
    read(path, { now }) {
      const provenance: Provenance = { origin: 'research', source: 'catalogue', readAt: now }
      return fileEvents(path, (chunks) => tableEvents(table, chunks, provenance))
    },
  }
}

async function* tableEvents<T extends object>(
  table: CatalogueTable<T>,
  chunks: AsyncIterable<Buffer>,
  provenance: Provenance,
): AsyncGenerator<SourceEvent> {
  for await (const batch of readTable(chunks, { columns: table.columns })) {
    const rows: T[] = []
    for (const line of batch) {
      const row = 'reason' in line ? line.reason : table.row(line, provenance)
      if (typeof row === 'string') yield { kind: 'broken', place: line.place, reason: row }
      else if (row) rows.push(row)
    }
    if (rows.length > 0) yield table.event(rows)
  }
}
