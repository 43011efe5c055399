import type { Collector } from './collector.ts'
import { csvRows, firstRows } from './csv-rows.ts'
import { type ExportFile, textOf } from './export-file.ts'
import { lineEndOf } from './line-end.ts'

/** A row of a table; a column that it lacks is empty. */
export interface TableRow {
  readonly line: number
  readonly cells: readonly string[]
}

/** The first rows of a table, as far as 64 kB of it show them. */
export interface TableHead {
  /** Names of the columns as they are written. */
  readonly names: readonly string[]
  /** The same in lower case, to compare. */
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const shownRows = 20
const maxHeader = 8192

/** Undefined where a text doesn't begin like a table of at least two columns. */
export function tableHead(text: string | undefined): TableHead | undefined {
  if (text === undefined || /^\s*[<[{#]/.test(text)) return undefined
  const lines = text.split(lineEndOf(text) ?? '\n', shownRows + 2)
  const whole = lines.length > 1 ? lines.slice(0, -1) : lines
  if ((whole.find((line) => line.trim() !== '') ?? '').length > maxHeader) return undefined
  const [header = [], ...rows] = firstRows(whole.join('\n'))
  if (header.length < 2) return undefined
  return {
    names: header.map((name) => name.replace(/^\ufeff/, '').trim()),
    header: header.map(tidyHeader),
    rows,
  }
}

/** Lower case, without marks around it. */
export function tidyHeader(cell: string): string {
  return cell
    .replace(/^\ufeff/, '')
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .toLowerCase()
}

/** Streams the rows of a table, the first one included; what can't be read is told to the collector. */
export async function* rowsOf(file: ExportFile, into: Collector): AsyncGenerator<TableRow> {
  for await (const rows of csvRows(textOf(file))) {
    for (const row of rows) {
      if ('reason' in row) into.broken(`line ${row.line}`, row.reason)
      else if (row.cells.some((cell) => cell.includes('\ufffd'))) into.broken(`line ${row.line}`, 'not UTF-8')
      else yield row
    }
  }
}

/** Where in a header each of several names stands first; undefined for those that don't. */
export function columnsNamed<Name extends string>(
  header: readonly string[],
  names: Readonly<Record<Name, readonly string[]>>,
): { readonly [name in Name]?: number } {
  const found: { [name in Name]?: number } = {}
  for (const name of Object.keys(names) as Name[]) {
    for (const spelling of names[name]) {
      const at = header.indexOf(spelling)
      if (at < 0) continue
      found[name] = at
      break
    }
  }
  return found
}

/** The cell at a place, without spaces around it; undefined where it is empty or there is none. */
export function cellAt(cells: readonly string[], at: number | undefined): string | undefined {
  return (at === undefined ? undefined : cells[at]?.trim()) || undefined
}

/** Name of a playlist that is told by its file's name only. */
export function nameOfFile(file: Pick<ExportFile, 'name'>): string {
  return file.name
    .replace(/^.*\//, '')
    .replace(/(?:\.[a-z0-9]{2,5}){1,2}$/i, '')
    .replaceAll('_', ' ')
    .trim()
}
