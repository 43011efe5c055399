import { utf8BytesOf } from '../export/export-file.ts'
import type { FileReader } from '../export/export-format.ts'
import { eachRow } from '../export/json-file.ts'
import { amountIn, fieldOf, timeIn } from '../export/values.ts'

/** `Apple Music Library Tracks.json` of Apple's privacy export. */
export const libraryTracks: FileReader = {
  what: 'Apple Music library',
  recognises: ({ text }) =>
    text !== undefined &&
    /^\s*\[/.test(text) &&
    /"Track Identifier"\s*:/.test(text) &&
    /"(?:Title|Artist)"\s*:/.test(text),
  async read(file, into) {
    await eachRow(utf8BytesOf(file), [''], into, (row) => {
      const kind = fieldOf(row, 'Content Type') ?? ''
      const artist = fieldOf(row, 'Artist', 'Album Artist')
      const track = fieldOf(row, 'Title')
      if (/podcast/i.test(kind)) into.ignore('podcast')
      else if (/video|movie|tv/i.test(kind)) into.ignore('video')
      else if (/audiobook/i.test(kind)) into.ignore('audiobook')
      else if (/dislike/i.test(fieldOf(row, 'Track Like Rating') ?? '')) into.ignore('disliked')
      else if (!artist) into.ignore('no-artist')
      else {
        const album = fieldOf(row, 'Album')
        const plays = amountIn(row['Track Play Count'])
        const durationMs = amountIn(row['Track Duration'])
        const year = amountIn(row['Track Year'])
        const addedAt = timeIn(row['Date Added To Library'])
        const lastPlayedAt = timeIn(row['Last Played Date'])
        into.add({
          artists: [artist],
          ...(track && { track }),
          ...(album && { album }),
          ...(year && Number.isInteger(year) && year <= 9999 && { year }),
          ...(durationMs && { durationMs }),
          ...(plays && { plays: Math.round(plays) }),
          ...(addedAt && { addedAt }),
          ...(lastPlayedAt && { lastPlayedAt }),
        })
      }
    })
  },
}
