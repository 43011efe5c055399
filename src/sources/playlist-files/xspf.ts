import type { FileReader } from '../export/export-format.ts'
import { nameOfFile } from '../export/table-file.ts'
import { readXml } from '../export/xml-file.ts'
import { fromPath, parted } from './file-names.ts'
import { addTrack } from './track.ts'

/** XSPF, the XML Shareable Playlist Format, version 0 and 1. */
export const xspf: FileReader = {
  what: 'a playlist (XSPF)',
  recognises: ({ text }) =>
    text !== undefined && /^\s*<(?:\?xml|!--|playlist)/.test(text) && /<playlist\b[^>]*(?:xspf|version=)/i.test(text),
  async read(file, into) {
    const path: string[] = []
    let playlist = nameOfFile(file)
    let value = ''
    let track: Record<string, string[]> = {}
    await readXml(file, 'xml', {
      open(name) {
        path.push(name.replace(/^.*:/, ''))
        value = ''
        if (path.at(-1) === 'track') track = {}
      },
      text(text) {
        if (value.length < 4000) value += text
      },
      close() {
        const name = path.pop()
        const text = value.trim()
        value = ''
        if (name === 'title' && path.length === 1 && text) playlist = text
        else if (path.at(-1) === 'track' && text) {
          track[name!] ??= []
          track[name!]!.push(text)
        }
        if (name !== 'track') return
        into.row()
        const first = (key: string) => track[key]?.[0]
        const ids = [...(track.identifier ?? []), ...(track.location ?? [])]
        addTrack(
          {
            ...namesOf(first('creator'), first('title'), first('album'), first('location')),
            duration: first('duration'),
            ids,
            playlist,
          },
          into,
        )
      },
    })
  },
}

/** Players write no creator for a file without tags: then the title or the file's name says it, as in M3U. */
function namesOf(
  creator: string | undefined,
  title: string | undefined,
  album: string | undefined,
  location: string | undefined,
) {
  if (creator) return { creator, title, album }
  const [artist, track] = parted(title ?? '')
  if (artist) return { creator: artist, title: track, album }
  const file = fromPath(location ?? '')
  if (!file.artist) return { creator, title, album }
  return { creator: file.artist, title: title ?? file.track, album: album ?? file.album }
}
