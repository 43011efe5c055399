import type { Collector } from '../export/collector.ts'
import { headOf, utf8BytesOf } from '../export/export-file.ts'
import type { ExportFormat, FileReader } from '../export/export-format.ts'
import { mbidIn } from '../export/ids.ts'
import { eachRow } from '../export/json-file.ts'
import { cellAt, columnsNamed, rowsOf, tableHead } from '../export/table-file.ts'
import { amountIn, fieldOf, isObject, type JsonObject, listIn, textIn, timeIn } from '../export/values.ts'
import { wholeJson } from '../export/whole-text.ts'

const scrobbleTime = /^\d{1,2} \p{L}{3,}\.? \d{4},? \d\d:\d\d$/u

/** Rows "artist,album,track,31 Jan 2020 17:05" under no header. */
const bareTable: FileReader = {
  what: 'Last.fm scrobbles',
  recognises({ text }) {
    const head = tableHead(text)
    if (head?.header.length !== 4) return false
    // What plays while the file is saved stands first, without a time.
    const [first = '', second = ''] = [head.header, ...head.rows].map((cells) => cells[3]?.trim())
    return scrobbleTime.test(first || second)
  },
  async read(file, into) {
    for await (const { cells } of rowsOf(file, into)) {
      into.row()
      if (!cellAt(cells, 3)) into.ignore('not-played')
      else
        scrobble(
          { artist: cellAt(cells, 0), album: cellAt(cells, 1), track: cellAt(cells, 2), at: timeIn(cells[3]) },
          into,
          'minute',
        )
    }
  },
}

const columns = {
  artist: ['artist', 'artist name'],
  artistMbid: ['artist_mbid', 'artist mbid'],
  album: ['album', 'album name'],
  track: ['track', 'track name', 'title', 'name'],
  trackMbid: ['track_mbid', 'track mbid'],
  at: ['uts', 'utc_time', 'timestamp', 'date'],
}

/** Tables whose header names Last.fm's own columns, as most export tools write. */
const table: FileReader = {
  what: 'Last.fm scrobbles',
  recognises({ text }) {
    const header = withoutName(tableHead(text)?.header ?? [])
    const { artist, track, at } = columnsNamed(header, columns)
    const ours = ['uts', 'artist_mbid', 'track_mbid', 'albumid'].some((name) => header.includes(name))
    return artist !== undefined && track !== undefined && at !== undefined && ours
  },
  async read(file, into) {
    const found = columnsNamed(withoutName(tableHead((await headOf(file)).text)?.header ?? []), columns)
    let header = true
    for await (const { cells } of rowsOf(file, into)) {
      if (header) {
        header = false
        continue
      }
      into.row()
      const cell = (name: keyof typeof columns) => cellAt(cells, found[name])
      const told = { artist: cell('artist'), album: cell('album'), track: cell('track'), at: timeIn(cell('at')) }
      scrobble(
        { ...told, trackMbid: mbidIn(cell('trackMbid')), artistMbid: mbidIn(cell('artistMbid')) },
        into,
        'second',
      )
    }
  },
}

/** One tool writes the user's name behind a column's: "Date#name". */
function withoutName(header: readonly string[]): readonly string[] {
  return header.map((name) => name.replace(/#.*$/, ''))
}

/** Answers of the Last.fm API as tools save them: scrobbles, pages of them, or top lists. */
const json: FileReader = {
  what: 'Last.fm scrobbles',
  recognises: ({ text }) =>
    text !== undefined &&
    /^\s*[[{]/.test(text) &&
    (/"artist"\s*:\s*\{[^{}]*"(?:#text|mbid)"\s*:/.test(text) ||
      /^\s*\{[^[\]]*"scrobbles"\s*:\s*\[/.test(text) ||
      (/"(?:playcount|@attr)"\s*:/.test(text) && /"(?:artist|name)"\s*:/.test(text))),
  async read(file, into) {
    const answer = /^\s*\{\s*"(recenttracks|toptracks|topartists|lovedtracks)"\s*:\s*\{/.exec(
      (await headOf(file)).text ?? '',
    )?.[1]
    if (answer) return answerOf(await wholeJson(file), answer, into)
    const lists = ['', 'scrobbles', 'track', 'tracks', 'artist', 'artists']
    await eachRow(utf8BytesOf(file), lists, into, (row, _, list) => {
      const page = listIn(row.track).length > 0 ? listIn(row.track) : listIn(row.artist)
      if (page.length === 0) return rowOf(list, row, into)
      for (const [index, inner] of page.entries()) {
        // The page was counted as one row.
        if (index > 0) into.row()
        if (isObject(inner)) rowOf(list, inner, into)
      }
    })
  },
}

/** One answer of the API, in which a list of one is that one. */
function answerOf(value: unknown, list: string, into: Collector) {
  const page = isObject(value) && isObject(value[list]) ? value[list] : {}
  for (const row of [page.track ?? page.artist].flat()) {
    into.row()
    if (isObject(row)) rowOf(list, row, into)
  }
}

function rowOf(list: string, row: JsonObject, into: Collector) {
  if (isObject(row['@attr']) && row['@attr'].nowplaying) return into.ignore('not-played')
  const by = row.artist
  const plays = amountIn(row.playcount)
  const artist = textIn(by) ?? (isObject(by) ? fieldOf(by, '#text', 'name') : undefined)
  const title = fieldOf(row, 'name', 'track', 'title')
  if (by === undefined && (list.includes('artist') || plays !== undefined)) {
    const mbid = mbidIn(textIn(row.mbid))
    if (!title) return into.ignore('no-artist')
    return into.add({
      artists: [title],
      ...(mbid && { artistIds: [{ mbid }] }),
      ...(plays && { plays: Math.round(plays) }),
    })
  }
  const when = isObject(row.date)
    ? (textIn(row.date.uts) ?? textIn(row.date['#text']))
    : (row.date ?? row.uts ?? row.timestamp)
  const album = textIn(row.album) ?? (isObject(row.album) ? fieldOf(row.album, '#text', 'title', 'name') : undefined)
  const ids = { trackMbid: mbidIn(textIn(row.mbid)), artistMbid: isObject(by) ? mbidIn(textIn(by.mbid)) : undefined }
  scrobble({ artist, album, track: title, at: timeIn(when), plays, ...ids }, into, 'second')
}

interface Scrobble {
  readonly artist: string | undefined
  readonly album: string | undefined
  readonly track: string | undefined
  readonly at: string | undefined
  readonly plays?: number | undefined
  readonly trackMbid?: string | undefined
  readonly artistMbid?: string | undefined
}

function scrobble(
  { artist, album, track, at, plays, trackMbid, artistMbid }: Scrobble,
  into: Collector,
  exactness: 'second' | 'minute',
) {
  if (!artist || !track) return into.ignore('no-artist')
  into.listen(
    {
      artists: [artist],
      track,
      ...(album && { album }),
      ...(at && { at }),
      ...(plays && { plays: Math.round(plays) }),
      ...(trackMbid && { ids: { mbid: trackMbid } }),
      ...(artistMbid && { artistIds: [{ mbid: artistMbid }] }),
    },
    exactness,
  )
}

/** Scrobbles that a tool saved from Last.fm. */
export const lastfmExport: ExportFormat = {
  format: 'lastfm-export',
  title: 'scrobbles that a tool saved from Last.fm (CSV or JSON)',
  readers: [bareTable, table, json],
}
