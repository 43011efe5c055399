import { appleMusic } from '../apple-music/apple-music.ts'
import { csv } from '../csv/csv.ts'
import { exportify } from '../exportify/exportify.ts'
import { lastfmExport } from '../lastfm-export/lastfm-export.ts'
import { listenbrainzExport } from '../listenbrainz-export/listenbrainz-export.ts'
import { playlistFiles } from '../playlist-files/playlist-files.ts'
import { spotifyExport } from '../spotify-export/spotify-export.ts'
import { youtubeMusic } from '../youtube-music/youtube-music.ts'
import type { ExportFormat } from './export-format.ts'

/** What a person may bring, the most certain to recognise first; any table last. */
export const exportFormats: readonly ExportFormat[] = [
  spotifyExport,
  listenbrainzExport,
  exportify,
  appleMusic,
  youtubeMusic,
  lastfmExport,
  playlistFiles,
  csv,
]
