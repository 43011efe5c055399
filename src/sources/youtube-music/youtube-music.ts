import type { ExportFormat } from '../export/export-format.ts'
import { historyHtml, historyJson } from './history.ts'
import { librarySongs, playlistVideos } from './library.ts'

/** What Google Takeout says of YouTube Music. */
export const youtubeMusic: ExportFormat = {
  format: 'youtube-music',
  title: 'YouTube Music from Google Takeout (zip, folder or files): history, library',
  readers: [historyJson, historyHtml, librarySongs, playlistVideos],
}
