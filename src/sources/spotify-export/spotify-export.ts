import type { ExportFormat } from '../export/export-format.ts'
import { accountHistory, extendedHistory } from './history.ts'
import { library } from './library.ts'
import { playlists } from './playlists.ts'

/** What Spotify sends to those who ask for their data. */
export const spotifyExport: ExportFormat = {
  format: 'spotify-export',
  title: 'the data that Spotify sends you (zip, folder or single files): playlists, library, listening history',
  readers: [playlists, library, extendedHistory, accountHistory],
}
