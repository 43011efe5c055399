import type { FileReader } from '../export/export-format.ts'
import { nameOfFile } from '../export/table-file.ts'
import { textLines } from '../export/whole-text.ts'
import { fromPath, parted } from './file-names.ts'

/** M3U and M3U8 playlists: names in comments, else in the files' paths. */
export const m3u: FileReader = {
  what: 'a playlist (M3U)',
  recognises: ({ text, base }) => text !== undefined && (/^\s*#EXTM3U/i.test(text) || /\.m3u8?$/.test(base)),
  async read(file, into) {
    let playlist = nameOfFile(file)
    let about: { readonly artist?: string; readonly track?: string; readonly ms?: number } = {}
    let album: string | undefined
    let by: string | undefined
    for await (const raw of textLines(file)) {
      const line = raw?.trim()
      if (line === undefined) into.broken('', 'a line is too long')
      if (!line) continue
      const [, tag = '', value = ''] = /^#([A-Z0-9-]+):?(.*)$/i.exec(line) ?? []
      if (tag.toUpperCase() === 'EXTINF') about = extended(value)
      else if (tag.toUpperCase() === 'PLAYLIST') playlist = value.trim() || playlist
      else if (tag.toUpperCase() === 'EXTALB') album = value.trim()
      else if (tag.toUpperCase() === 'EXTART') by = value.trim()
      if (line.startsWith('#')) continue
      into.row()
      const path = fromPath(line)
      const artist = about.artist ?? by ?? path.artist
      const track = about.track ?? path.track
      if (line.includes('\ufffd') || about.track?.includes('\ufffd')) into.broken(`"${line.slice(0, 60)}"`, 'not UTF-8')
      else if (!artist) into.ignore('no-artist')
      else
        into.add({
          artists: [artist],
          ...(track && { track }),
          ...((album ?? path.album) && { album: album ?? path.album! }),
          ...(about.ms && { durationMs: about.ms }),
          playlist,
        })
      about = {}
      album = undefined
      by = undefined
    }
  },
}

/** `225,Artist - Title`, also with attributes behind the seconds. */
function extended(value: string) {
  const comma = value.indexOf(',')
  const seconds = Number(/^\s*(-?\d+(?:\.\d+)?)/.exec(value)?.[1] ?? 0)
  const text = comma < 0 ? '' : value.slice(comma + 1).trim()
  const [artist, track] = parted(text)
  return { ...(artist && { artist }), ...(track && { track }), ...(seconds > 0 && { ms: Math.round(seconds * 1000) }) }
}
