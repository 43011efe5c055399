import { styleText } from 'node:util'

export { counted } from '../taste/counted.ts'

/** Prints one line on stdout. */
export function line(text = ''): void {
  process.stdout.write(`${text}\n`)
}

/** Prints the one JSON object of a command that was called with `--json`. */
export function json(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

/** Ends a command: what happened, how long it took, and the one command that usually comes next. */
export function ending(what: string, seconds: number, next?: string): void {
  line(`${what} in ${duration(seconds)}.`)
  if (next) line(`Next: ${strong(next)}`)
}

export function strong(text: string): string {
  return styleText('bold', text, { stream: process.stdout })
}

export function faint(text: string): string {
  return styleText('dim', text, { stream: process.stdout })
}

/** 12,345 in every locale, so that output can be compared. */
export function count(value: number): string {
  return value.toLocaleString('en-US')
}

export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}

/** Columns separated by two spaces; numbers (cells that begin with a digit, sign or dot) to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(width(title), ...rows.map((row) => width(row[column] ?? ''))))
  const right = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^([-+.\d]|$|–)/.test(row[column] ?? '')),
  )
  const render = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const gap = ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell)))
        return right[column] ? gap + cell : cell + gap
      })
      .join('  ')
      .trimEnd()
  return [strong(render(head)), ...rows.map(render)].join('\n')
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Terminal cells of a text: wide East Asian characters and emoji take two. */
function width(text: string): number {
  let cells = 0
  for (const { segment } of graphemes.segment(text)) {
    cells += /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]/u.test(
      segment,
    )
      ? 2
      : 1
  }
  return cells
}
