import { lineEndOf } from './line-end.ts'

/** A row of a table of text, or why it could not be read. */
export type CsvRow =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly reason: string }

/** A quoted cell that goes over more lines than this is a quote that somebody forgot. */
const maxLinesOfRow = 12
const maxRowLength = 1 << 20

/**
 * Cuts text into rows and cells, quoted as in RFC 4180 and as people do it: a quote in the middle of a cell is a letter,
 * a forgotten one costs its line only. Streams; holds one row. Here and not in a library because it must read text
 * piece by piece in a browser, and go on behind what is wrong.
 * @param delimiter found out from the first row when absent
 */
export async function* csvRows(text: AsyncIterable<string>, delimiter?: string): AsyncGenerator<readonly CsvRow[]> {
  const rows = new RowCutter(delimiter)
  for await (const piece of text) {
    const read = rows.read(piece)
    if (read.length > 0) yield read
  }
  const rest = rows.end()
  if (rest.length > 0) yield rest
}

/** The rows at the beginning of a table; what can't be read is left out. */
export function firstRows(text: string): readonly (readonly string[])[] {
  const rows = new RowCutter(undefined)
  return [...rows.read(text), ...rows.end()].flatMap((row) => ('cells' in row ? [row.cells] : []))
}

class RowCutter {
  #delimiter: string | undefined
  #lineEnd: '\n' | '\r' | undefined
  /** Text of the line that has no end yet. */
  #rest: string[] = []
  #restLength = 0
  #line = 0
  /** Lines of a row whose quotes are open. */
  #open: { readonly line: number; readonly text: string }[] = []
  /** The next line is the rest of one that was too long. */
  #skipping = false

  constructor(delimiter: string | undefined) {
    this.#delimiter = delimiter
  }

  read(piece: string): CsvRow[] {
    const rows: CsvRow[] = []
    let start = 0
    this.#lineEnd ??= lineEndOf(piece)
    const lineEnd = this.#lineEnd ?? '\n'
    for (let end = piece.indexOf(lineEnd); end >= 0; end = piece.indexOf(lineEnd, start)) {
      this.#take(piece.slice(start, end), rows)
      start = end + 1
    }
    if (start < piece.length) {
      this.#restLength += piece.length - start
      if (this.#restLength > maxRowLength) {
        this.#rest = []
        this.#skipping = true
      } else this.#rest.push(piece.slice(start))
    }
    return rows
  }

  end(): CsvRow[] {
    const rows: CsvRow[] = []
    if (this.#restLength > 0) this.#take('', rows)
    this.#giveUp(rows, true)
    return rows
  }

  #take(end: string, rows: CsvRow[]): void {
    const text = this.#rest.length > 0 ? this.#rest.join('') + end : end
    this.#rest = []
    this.#restLength = 0
    this.#line++
    if (this.#skipping || text.length > maxRowLength) {
      this.#skipping = false
      rows.push({ line: this.#line, reason: 'the line is too long' })
      return
    }
    const plain = text.endsWith('\r') ? text.slice(0, -1) : text
    this.#add({ line: this.#line, text: this.#line === 1 ? plain.replace(/^\ufeff/, '') : plain }, rows)
  }

  #add(line: { readonly line: number; readonly text: string }, rows: CsvRow[]): void {
    if (this.#open.length === 0 && line.text.trim() === '') return
    if (this.#delimiter === undefined) {
      // Spreadsheets are told so what separates the cells.
      this.#delimiter = /^sep=(.)$/i.exec(line.text)?.[1]
      if (this.#delimiter !== undefined) return
      this.#delimiter = delimiterOf(line.text)
    }
    this.#open.push(line)
    const text = this.#open.length === 1 ? line.text : this.#open.map((open) => open.text).join('\n')
    const cells = cellsOf(text, this.#delimiter!)
    if (cells) {
      rows.push({ line: this.#open[0]!.line, cells })
      this.#open = []
    } else if (this.#open.length >= maxLinesOfRow || text.length > maxRowLength) this.#giveUp(rows, false)
  }

  /** The first of the open lines is broken; the others may be rows of their own. */
  #giveUp(rows: CsvRow[], all: boolean): void {
    do {
      const [first, ...others] = this.#open
      if (!first) return
      this.#open = []
      rows.push({ line: first.line, reason: 'a quote is not closed' })
      for (const line of others) this.#add(line, rows)
    } while (all && this.#open.length > 0)
  }
}

/** The separator that stands most often outside quotes. */
function delimiterOf(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '')
  const times = (delimiter: string) => bare.split(delimiter).length
  return ['\t', ';', '|'].reduce((best, delimiter) => (times(delimiter) > times(best) ? delimiter : best), ',')
}

/** Undefined where a quote is not closed. */
function cellsOf(text: string, delimiter: string): readonly string[] | undefined {
  if (!text.includes('"')) return text.split(delimiter)
  const cells: string[] = []
  let at = 0
  for (;;) {
    if (text[at] === '"') {
      let cell = ''
      let from = at + 1
      for (;;) {
        const quote = text.indexOf('"', from)
        if (quote < 0) return undefined
        cell += text.slice(from, quote)
        at = quote + 1
        if (text[at] !== '"') break
        cell += '"'
        from = at + 1
      }
      const end = text.indexOf(delimiter, at)
      cells.push(cell + text.slice(at, end < 0 ? undefined : end).trimEnd())
      if (end < 0) return cells
      at = end + 1
    } else {
      const end = text.indexOf(delimiter, at)
      cells.push(text.slice(at, end < 0 ? undefined : end))
      if (end < 0) return cells
      at = end + 1
    }
  }
}
