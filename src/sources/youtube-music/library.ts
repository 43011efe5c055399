import type { FileReader } from '../export/export-format.ts'
import { cellAt, nameOfFile, rowsOf, tableHead, tidyHeader } from '../export/table-file.ts'

const videoId = /^[\w-]{11}$/

/** `music library songs.csv`: songs somebody saved. Headers are translated; the order stays. */
export const librarySongs: FileReader = {
  what: 'YouTube Music library',
  recognises({ text, path }) {
    const head = tableHead(text)
    if (!head) return false
    const named =
      head.header.some((name) => /^song (?:title|url)$/.test(name)) &&
      head.header.some((name) => /^artist names?( 1)?$/.test(name))
    const first = head.rows[0] ?? []
    const link =
      videoId.test(first[0]?.trim() ?? '') || /^https?:\/\/(?:music|www)\.youtube\.com\//.test(first[0] ?? '')
    return (
      named || (link && head.header.length >= 4 && /youtube|takeout/.test(path) && !/-videos\.csv$|playlist/.test(path))
    )
  },
  async read(file, into) {
    let artists: readonly number[] | undefined
    for await (const { cells } of rowsOf(file, into)) {
      if (!artists) {
        const named = cells.flatMap((cell, at) => (/^artist names?\b/.test(tidyHeader(cell)) ? [at] : []))
        artists = named.length > 0 ? named : cells.flatMap((_, at) => (at >= 3 ? [at] : []))
        continue
      }
      into.row()
      const names = artists.flatMap((at) => cellAt(cells, at)?.split(/\s*;\s*/) ?? []).filter((name) => name !== '')
      const track = cellAt(cells, 1)
      const album = cellAt(cells, 2)
      if (names.length === 0) into.ignore('no-artist')
      else into.add({ artists: names, ...(track && { track }), ...(album && { album }) })
    }
  },
}

/** A playlist of Takeout: ids of videos and times only, under a head of its own in older exports. */
export const playlistVideos: FileReader = {
  what: 'a YouTube playlist, which says no names',
  recognises({ text, path }) {
    const head = tableHead(text)
    if (!head) return false
    if (head.header[0] === 'video id' && head.header.length <= 3) return true
    if (/^playlist id$/.test(head.header[0] ?? '') && /youtube|takeout|playlist/.test(path)) return true
    return /youtube|takeout/.test(path) && head.header.length <= 3 && videoId.test(head.rows[0]?.[0]?.trim() ?? '')
  },
  async read(file, into) {
    let rows = 0
    for await (const { cells } of rowsOf(file, into)) {
      if (!videoId.test(cells[0]?.trim() ?? '')) continue
      rows++
      into.row()
      into.ignore('only-id')
    }
    if (rows > 0)
      into.advise(
        `YouTube says nothing but numbers of ${rows === 1 ? 'the song' : `the ${rows} songs`} in "${nameOfFile(file)}": your watch history and your music library tell more.`,
      )
  },
}
