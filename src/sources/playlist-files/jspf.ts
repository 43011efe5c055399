import { Problem } from '../../taste/problem.ts'
import type { FileReader } from '../export/export-format.ts'
import { nameOfFile } from '../export/table-file.ts'
import { fieldOf, isObject, listIn, textIn, timeIn } from '../export/values.ts'
import { wholeJson } from '../export/whole-text.ts'
import { addTrack } from './track.ts'

const extension = 'https://musicbrainz.org/doc/jspf#track'

/** JSPF, XSPF in JSON, as ListenBrainz and players write it. */
export const jspf: FileReader = {
  what: 'a playlist (JSPF)',
  recognises: ({ text, base }) =>
    text !== undefined &&
    /^\s*\{/.test(text) &&
    /"playlist"\s*:\s*\{/.test(text) &&
    (/"track"\s*:\s*\[/.test(text) || base.endsWith('.jspf')),
  async read(file, into) {
    const value = await wholeJson(file)
    const playlist = isObject(value) && isObject(value.playlist) ? value.playlist : undefined
    if (!playlist) throw new Problem('it has no playlist')
    const name = textIn(playlist.title) ?? nameOfFile(file)
    for (const [index, track] of listIn(playlist.track).entries()) {
      into.row()
      if (!isObject(track)) {
        into.broken(`track ${index + 1}`, 'not an object')
        continue
      }
      const more = isObject(track.extension) && isObject(track.extension[extension]) ? track.extension[extension] : {}
      const ids = [track.identifier, track.location]
        .flatMap((id) => (Array.isArray(id) ? id : [id]))
        .flatMap((id) => textIn(id) ?? [])
      addTrack(
        {
          creator: fieldOf(track, 'creator', 'artist'),
          title: fieldOf(track, 'title'),
          album: fieldOf(track, 'album'),
          duration: track.duration,
          ids,
          playlist: name,
          addedAt: timeIn(more.added_at),
        },
        into,
      )
    }
  },
}
