import { Problem } from '../../taste/problem.ts'
import type { Collector } from '../export/collector.ts'
import { type ExportFile, headOf } from '../export/export-file.ts'
import {
  type ColumnMatch,
  type ColumnMeaning,
  columnMeanings,
  type ExportFormat,
  type FileReader,
} from '../export/export-format.ts'
import { isrcIn, mbidIn } from '../export/ids.ts'
import { cellAt, rowsOf, tableHead } from '../export/table-file.ts'
import { amountIn, timeIn } from '../export/values.ts'
import { spotifyId } from '../spotify-ids.ts'
import { guessColumns, isHeader, matchColumns } from './column-names.ts'

const reader: FileReader = {
  what: 'a table',
  recognises({ text }) {
    const { artist, track, album, plays } = matchColumns(tableHead(text)?.names ?? [])
    return artist !== undefined && (track ?? album ?? plays) !== undefined
  },
  async read(file, into, { columns }) {
    const head = tableHead((await headOf(file)).text)
    if (!head) throw new Problem('it is no table of at least two columns')
    const named = matchColumns(head.names)
    const match = columns ?? (named.artist === undefined ? undefined : { ...named, artist: named.artist })
    if (!match) {
      const found = head.names.slice(0, 20).map((name, at) => `${at + 1} "${name.slice(0, 30)}"`)
      throw new Problem('no column of it is called artist', {
        do: `say which holds what, as in --columns artist=1,track=2; it has ${found.join(', ')}`,
      })
    }
    const widest = Math.max(...Object.values(match))
    if (widest > head.header.length)
      throw new Problem(`there is no column ${widest} in it`, { do: `it has ${head.header.length}` })
    await readTable(file, match, isHeader(head.names, head.rows), into)
  },
}

async function readTable(file: ExportFile, match: ColumnMatch, header: boolean, into: Collector): Promise<void> {
  const at = (meaning: ColumnMeaning) => (match[meaning] === undefined ? undefined : match[meaning] - 1)
  let skip = header
  for await (const { line, cells } of rowsOf(file, into)) {
    if (skip) {
      skip = false
      continue
    }
    into.row()
    const artist = cellAt(cells, at('artist'))
    if (!artist) {
      into.ignore('no-artist')
      continue
    }
    const cell = (meaning: ColumnMeaning) => cellAt(cells, at(meaning))
    const [track, album, playlist] = [cell('track'), cell('album'), cell('playlist')]
    const spotify = spotifyId('track', cell('spotify') ?? '')
    const isrc = isrcIn(cell('isrc'))
    const mbid = mbidIn(cell('mbid'))
    const ids = { ...(spotify && { spotify }), ...(isrc && { isrc }), ...(mbid && { mbid }) }
    const told = cell('plays')
    const plays = amountIn(told?.replace(/[ ,.](?=\d{3}\b)/g, ''))
    if (told && plays === undefined) into.broken(`line ${line}`, `"${told.slice(0, 40)}" is no number of plays`)
    if (plays === 0) {
      into.ignore('not-played')
      continue
    }
    const playedAt = timeIn(cell('played'))
    const addedAt = timeIn(cell('added'))
    const ms = amountIn(cell('ms'))
    const common = {
      artists: artist.includes(';') ? artist.split(';') : [artist],
      ...(album && { album }),
      ...(Object.keys(ids).length > 0 && { ids }),
    }
    // A time for each row is a history, unless the rows are counts or lists already.
    if (track && plays === undefined && !playlist && (playedAt || ms !== undefined))
      into.listen({ ...common, track, ...(playedAt && { at: playedAt }), ...(ms !== undefined && { ms }) }, 'second')
    else
      into.add({
        ...common,
        ...(track && { track }),
        ...(playlist && { playlist }),
        ...(plays && { plays: Math.max(1, Math.round(plays)) }),
        ...(addedAt && { addedAt }),
        ...(playedAt && { lastPlayedAt: playedAt }),
      })
  }
}

/** A table that a person made or that some tool wrote. */
export const csv: ExportFormat = {
  format: 'csv',
  title: 'any table (CSV, TSV) with a column of artists; --columns says which column holds what',
  readers: [reader],
}

/** The beginning of a table, for a person to say which column holds what. */
export interface TablePreview {
  /** Names of the columns, or the first row where they have none. */
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** What we think. */
  readonly guess: ColumnMatch
}

/** Undefined for what is no table. */
export async function previewOf(file: ExportFile): Promise<TablePreview | undefined> {
  const head = tableHead((await headOf(file)).text)
  if (!head) return undefined
  const rows = (isHeader(head.names, head.rows) ? head.rows : [head.names, ...head.rows]).slice(0, 5)
  return { columns: head.names, rows, guess: guessColumns(head.names, rows) }
}

/**
 * Reads `artist=2,track=3`, columns counted from 1.
 * @throws Problem when it says something else.
 */
export function parseColumns(text: string): ColumnMatch {
  const match: { [meaning in ColumnMeaning]?: number } = {}
  for (const part of text.split(',')) {
    const [, name = '', number = ''] = /^\s*([a-z]+)\s*=\s*(\d{1,4})\s*$/i.exec(part) ?? []
    const meaning = columnMeanings.find((known) => known === name.toLowerCase())
    if (!meaning || Number(number) < 1)
      throw new Problem(`"${part.trim()}" says no column`, {
        do: `write artist=2,track=3; there are ${columnMeanings.join(', ')}`,
        exitCode: 2,
      })
    match[meaning] = Number(number)
  }
  if (match.artist === undefined)
    throw new Problem('no column holds the artist', { do: 'write artist=2,track=3', exitCode: 2 })
  return { ...match, artist: match.artist }
}
