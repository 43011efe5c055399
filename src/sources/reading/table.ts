import { isUtf8 } from 'node:buffer'
import { parse } from 'csv-parse/sync'
import { Problem } from '../../taste/problem.ts'
import { type Line, readLines } from './lines.ts'
import { delimiterOf, headerColumns } from './sniff.ts'

/** A row of a table, or why it could not be read. */
export type TableRow = Row | { readonly place: string; readonly reason: string }

export interface Row {
  readonly place: string
  /** The cell of a column; undefined where the table has no such column. */
  readonly cell: (column: string) => string | undefined
}

export interface TableOptions {
  /** Columns that there must be, in lower case, in any order among others. */
  readonly columns: readonly string[]
  /** Read lines that are not UTF-8 as Latin-1 instead of counting them as broken. */
  readonly latin1?: boolean
}

/**
 * Reads a table with a header line, separated by tabs (without quoting), commas or semicolons (quoted as in RFC 4180).
 * @throws Problem when a column is missing.
 */
export async function* readTable(
  chunks: AsyncIterable<Buffer>,
  { columns, latin1 = false }: TableOptions,
): AsyncGenerator<readonly TableRow[]> {
  let rows: RowReader | undefined
  for await (const lines of readLines(chunks)) {
    let data = lines
    if (!rows) {
      rows = new RowReader(lines[0]?.bytes?.toString('utf8') ?? '', columns, latin1)
      data = lines.slice(1)
    }
    const read = rows.read(data)
    if (read.length > 0) yield read
  }
  const rest = rows?.end() ?? []
  if (rest.length > 0) yield rest
}

/** A quoted cell that goes over more lines than this is a quote that somebody forgot. */
const maxLinesOfRow = 5

class RowReader {
  readonly #delimiter: string
  readonly #width: number
  readonly #index: ReadonlyMap<string, number>
  readonly #latin1: boolean
  /** Lines whose quotes are still open. */
  #open: Line[] = []

  constructor(header: string, columns: readonly string[], latin1: boolean) {
    const names = headerColumns(header)
    this.#delimiter = delimiterOf(header)
    this.#width = names.length
    this.#index = new Map(names.map((name, index) => [name, index]))
    this.#latin1 = latin1
    const missing = columns.filter((column) => !this.#index.has(column))
    if (missing.length > 0) {
      const found = names.map((name) => `"${name.slice(0, 30)}"`).slice(0, 20)
      throw new Problem(`the table has no column ${missing.map((name) => `"${name}"`).join(', ')}`, {
        do: `it has ${found.join(', ')}`,
      })
    }
  }

  read(lines: readonly Line[]): TableRow[] {
    this.#open.push(...lines)
    return this.#rows(false)
  }

  end(): TableRow[] {
    return this.#rows(true)
  }

  #rows(final: boolean): TableRow[] {
    const rows: TableRow[] = []
    let at = 0
    while (at < this.#open.length) {
      const used = this.#row(at, final, rows)
      if (used === 0) break
      at += used
    }
    this.#open = this.#open.slice(at)
    return rows
  }

  /** Reads the row that begins at a line. Returns how many lines it takes, 0 when more lines are needed. */
  #row(at: number, final: boolean, rows: TableRow[]): number {
    const first = this.#open[at] as Line
    const place = `line ${first.number}`
    const broken = (reason: string): 1 => {
      rows.push({ place, reason })
      return 1
    }
    let text = ''
    for (let used = 1; used <= maxLinesOfRow; used++) {
      const line = this.#open[at + used - 1]
      if (!line && !final) return 0
      if (!line) break
      const more = this.#text(line)
      if (more === undefined) return broken(line.bytes ? 'not UTF-8' : 'the line is too long')
      text = used === 1 ? more : `${text}\n${more}`
      if (text.trim() === '') return 1
      const cells = this.#cells(text, used === 1)
      if (!cells) continue
      if (cells.length !== this.#width) {
        return broken(`has ${cells.length} columns, the header line has ${this.#width}`)
      }
      rows.push({ place, cell: (column) => cells[this.#index.get(column) ?? -1] })
      return used
    }
    return broken('a quote is not closed')
  }

  #text({ bytes }: Line): string | undefined {
    if (!bytes) return undefined
    if (isUtf8(bytes)) return bytes.toString('utf8')
    return this.#latin1 ? bytes.toString('latin1') : undefined
  }

  /** Undefined where quotes are not closed. Stray quotes pass on one line; over several they may be forgotten ones. */
  #cells(text: string, oneLine: boolean): readonly string[] | undefined {
    if (this.#delimiter === '\t' || !text.includes('"')) return text.split(this.#delimiter)
    if (text.split('"').length % 2 === 0) return undefined
    try {
      return parse(text, { delimiter: this.#delimiter, relax_column_count: true, relax_quotes: oneLine })[0]
    } catch {
      return undefined
    }
  }
}
