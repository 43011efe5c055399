import type { FileReader } from '../export/export-format.ts'
import { nameOfFile } from '../export/table-file.ts'
import { readXml } from '../export/xml-file.ts'
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
            creator: first('creator'),
            title: first('title'),
            album: first('album'),
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
