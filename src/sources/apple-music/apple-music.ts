import type { ExportFormat } from '../export/export-format.ts'
import { libraryTracks } from './library-json.ts'
import { libraryXml } from './library-xml.ts'
import { dailyTracks, favorites, playActivity, trackHistory } from './privacy-tables.ts'

/** Apple Music: the library that the app exports, and Apple's privacy export. */
export const appleMusic: ExportFormat = {
  format: 'apple-music',
  title: 'Apple Music: Library.xml, or the data Apple sends you (zip, folder or files)',
  readers: [libraryXml, libraryTracks, playActivity, dailyTracks, trackHistory, favorites],
}
