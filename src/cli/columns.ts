import { createInterface } from 'node:readline/promises'
import { Option } from 'commander'
import { parseColumns, previewOf } from '../sources/csv/csv.ts'
import type { ColumnMatch, ColumnMeaning } from '../sources/export/export-format.ts'
import { fileAt } from '../sources/own-files.ts'
import { Problem } from '../taste/problem.ts'

/** Says which column of a plain table holds what. */
export function columnsOption(): Option {
  return new Option(
    '--columns <match>',
    'for a plain table: which column holds what, as in artist=2,track=3 (from 1; also album, playlist, plays, added, played, ms, isrc, spotify, mbid)',
  ).argParser(parseColumns)
}

/** Where the questions are asked; a terminal unless a test says otherwise. */
export interface Conversation {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly output: NodeJS.WritableStream
}

const questions = ['artist', 'track', 'album', 'playlist', 'plays'] as const satisfies readonly ColumnMeaning[]

/**
 * Shows the first rows of a table and asks which column holds what. Undefined where nobody can be asked, or for several
 * paths: then the columns' names decide.
 * @throws Problem when the path holds no table, or the answer is no column.
 */
export async function askColumns(
  paths: readonly string[],
  { input, output }: Conversation = { input: process.stdin, output: process.stderr },
): Promise<ColumnMatch | undefined> {
  const [path] = paths
  if (!input.isTTY || path === undefined || paths.length > 1) return undefined
  const preview = await previewOf(await fileAt(path, path))
  if (!preview) throw new Problem(`"${path}" is no table of at least two columns`)
  const { columns, rows, guess } = preview
  for (const [at, name] of columns.entries()) {
    const shown = rows.slice(0, 3).map((cells) => (cells[at] ?? '').slice(0, 24))
    output.write(`${String(at + 1).padStart(3)}  ${name.slice(0, 24).padEnd(24)}  ${shown.join(' | ')}\n`)
  }
  const lines = createInterface({ input, output })
  try {
    const match: { [meaning in ColumnMeaning]?: number } = { ...guess }
    for (const meaning of questions) {
      const usual = guess[meaning]
      const answer = (await lines.question(`Which column holds the ${meaning}? [${usual ?? 'none'}] `)).trim()
      if (answer === '') continue
      if (/^(?:none|no|-|0)$/i.test(answer)) delete match[meaning]
      else if (/^\d+$/.test(answer) && Number(answer) <= columns.length) match[meaning] = Number(answer)
      else
        throw new Problem(`there is no column "${answer.slice(0, 40)}"`, {
          do: `give a number from 1 to ${columns.length}`,
          exitCode: 2,
        })
    }
    if (match.artist === undefined)
      throw new Problem('without a column of artists there is nothing to compare', { exitCode: 2 })
    return { ...match, artist: match.artist }
  } finally {
    lines.close()
  }
}
