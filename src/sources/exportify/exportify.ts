import { Problem } from '../../taste/problem.ts'
import { audioOf } from '../catalogue/audio-cells.ts'
import type { Collector } from '../export/collector.ts'
import { headOf } from '../export/export-file.ts'
import type { ExportFormat, FileReader } from '../export/export-format.ts'
import { isrcIn, yearIn } from '../export/ids.ts'
import { cellAt, nameOfFile, rowsOf, tableHead } from '../export/table-file.ts'
import { amountIn, timeIn } from '../export/values.ts'
import { spotifyId } from '../spotify-ids.ts'
import { artistsIn, idsIn } from './artists.ts'
import { type ExportifyColumns, exportifyColumns } from './columns.ts'

const reader: FileReader = {
  what: 'a playlist saved with Exportify',
  recognises({ text }) {
    const head = tableHead(text)
    return head !== undefined && exportifyColumns(head) !== undefined
  },
  async read(file, into) {
    const head = tableHead((await headOf(file)).text)
    const columns = head && exportifyColumns(head)
    if (!columns) throw new Problem('it has no columns like those of Exportify')
    let header = true
    for await (const { cells } of rowsOf(file, into)) {
      if (!header) playlistRow(cells, columns, nameOfFile(file), into)
      header = false
    }
  },
}

function playlistRow(cells: readonly string[], columns: ExportifyColumns, playlist: string, into: Collector) {
  into.row()
  const uri = cellAt(cells, columns.uri) ?? ''
  if (uri.startsWith('spotify:episode:')) return into.ignore('podcast')
  const ids = idsIn(cellAt(cells, columns.artistIds))
  const artists = artistsIn(cellAt(cells, columns.artists), ids.length, columns.escapes)
  if (artists.length === 0) return into.ignore('no-artist')
  const spotify = spotifyId('track', uri)
  const isrc = isrcIn(cellAt(cells, columns.isrc))
  const track = cellAt(cells, columns.track)
  const album = cellAt(cells, columns.album)
  const durationMs = amountIn(cellAt(cells, columns.ms))
  const explicit = cellAt(cells, columns.explicit)?.toLowerCase()
  const addedAt = timeIn(cellAt(cells, columns.addedAt))
  const year = yearIn(cellAt(cells, columns.date))
  const artistIds = artists.map((_, i) => ({ spotify: ids[i] ?? '' }))
  into.add({
    artists,
    ...(ids.length === artists.length && { artistIds }),
    ...(track && { track }),
    ...(album && { album }),
    ...(year && { year }),
    ...((spotify || isrc) && { ids: { ...(spotify && { spotify }), ...(isrc && { isrc }) } }),
    ...(durationMs && { durationMs }),
    ...((explicit === 'true' || explicit === 'false') && { explicit: explicit === 'true' }),
    playlist,
    ...(addedAt && addedAt > '1971' && { addedAt }),
  })
  const audio = audioOf((column) =>
    column === 'duration_ms' ? cellAt(cells, columns.ms) : cellAt(cells, columns.audio.get(column)),
  )
  // A length alone is no description, and one value that can't be makes the others doubtful.
  if (spotify && typeof audio === 'object' && Object.keys(audio).some((name) => name !== 'durationMs'))
    into.audio({ spotify }, audio)
  const genres = cellAt(cells, columns.genres)
  // Of a track with several artists the genres are of all of them together.
  if (genres && artists.length === 1) {
    const list = genres.split(/[,;|]/).flatMap((genre) => genre.trim().toLowerCase() || [])
    into.genres(artists[0]!, [...new Set(list)], ids[0] ? { spotify: ids[0] } : undefined)
  }
}

/** Playlists saved with Exportify, of either fork. */
export const exportify: ExportFormat = {
  format: 'exportify',
  title: 'playlists saved with Exportify (CSV, or a zip of them), with audio features and genres',
  readers: [reader],
}
