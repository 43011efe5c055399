import type { ExportFormat } from '../export/export-format.ts'
import { jspf } from './jspf.ts'
import { m3u } from './m3u.ts'
import { xspf } from './xspf.ts'

/** Playlists as players save them. */
export const playlistFiles: ExportFormat = {
  format: 'playlist',
  title: 'playlists as players save them: M3U, M3U8, XSPF, JSPF',
  readers: [m3u, xspf, jspf],
}
