import type { Item } from '../../taste/item.ts'
import type { Collector } from '../export/collector.ts'
import type { FileReader } from '../export/export-format.ts'
import { amountIn, timeIn } from '../export/values.ts'
import { readXml } from '../export/xml-file.ts'

/** Fields of a track that are read; the others, such as where the file lies, are let go unread. */
const wanted = new Set([
  ...[
    'Track ID',
    'Name',
    'Artist',
    'Album Artist',
    'Album',
    'Year',
    'Total Time',
    'Play Count',
    'Play Date UTC',
    'Date Added',
    'Kind',
  ],
  ...[
    'Podcast',
    'Movie',
    'TV Show',
    'Has Video',
    'Music Video',
    'Disliked',
    'Genre',
    'Master',
    'Distinguished Kind',
    'Folder',
  ],
])
/** Tracks that playlists may refer to. */
const mostTracks = 400_000
const maxValue = 4000

/** `Library.xml` (before: `iTunes Music Library.xml`), a property list. */
export const libraryXml: FileReader = {
  what: 'Apple Music library',
  recognises: ({ text }) =>
    text !== undefined &&
    /^\s*<\?xml|^\s*<plist/.test(text) &&
    /<plist\b/.test(text) &&
    /<key>(?:Tracks|Music Folder|Library Persistent ID)<\/key>/.test(text),
  async read(file, into) {
    const list = new PropertyList(into)
    await readXml(file, 'xml', {
      open: (name) => list.open(name),
      text: (text) => list.text(text),
      close: (name) => list.close(name),
    })
    list.end()
  },
}

interface Level {
  readonly kind: 'dict' | 'array'
  /** Key under which it stands. */
  readonly key: string
  /** The last key in it. */
  last: string
  fields: Map<string, string>
}

/** Follows a property list by its keys: `Tracks`, then `Playlists`. */
class PropertyList {
  readonly #into: Collector
  readonly #levels: Level[] = []
  readonly #tracks = new Map<string, Item>()
  /** Entries of playlists that stand before the tracks, as in files with sorted keys. */
  readonly #waiting: { readonly id: string; readonly playlist: string }[] = []
  #value = ''

  constructor(into: Collector) {
    this.#into = into
  }

  open(name: string) {
    this.#value = ''
    if (name === 'dict' || name === 'array')
      this.#levels.push({ kind: name, key: this.#levels.at(-1)?.last ?? '', last: '', fields: new Map() })
  }

  text(text: string) {
    if (this.#value.length < maxValue) this.#value += text
  }

  close(name: string) {
    const value = this.#value.trim()
    this.#value = ''
    const level = this.#levels.at(-1)
    if (!level) return
    if (name === 'key') level.last = value
    else if (name === 'dict' || name === 'array') {
      this.#levels.pop()
      if (name === 'dict') this.#object(level)
    } else if (level.kind === 'dict' && wanted.has(level.last))
      level.fields.set(level.last, name === 'true' || name === 'false' ? name : value)
  }

  /** A dictionary ended. */
  #object({ fields }: Level) {
    const keys = this.#levels.map(({ key }) => key)
    if (this.#levels.length === 2 && keys[1] === 'Tracks') this.#track(fields)
    else if (keys[1] === 'Playlists' && keys.at(-1) === 'Playlist Items') this.#entry(fields.get('Track ID'))
  }

  #track(fields: ReadonlyMap<string, string>) {
    this.#into.row()
    const is = (name: string) => fields.get(name) === 'true'
    const genre = fields.get('Genre') ?? ''
    if (is('Podcast') || /^podcast/i.test(genre)) return this.#into.ignore('podcast')
    if (/^(?:audiobooks?|spoken|hörbuch)/i.test(genre)) return this.#into.ignore('audiobook')
    if (is('Movie') || is('TV Show') || is('Has Video')) return this.#into.ignore('video')
    if (is('Disliked')) return this.#into.ignore('disliked')
    const artist = fields.get('Artist') || fields.get('Album Artist')
    const track = fields.get('Name')
    if (!artist) return this.#into.ignore('no-artist')
    const album = fields.get('Album')
    const year = amountIn(fields.get('Year'))
    const durationMs = amountIn(fields.get('Total Time'))
    const common: Item = {
      artists: [artist],
      ...(track && { track }),
      ...(album && { album }),
      ...(year && Number.isInteger(year) && year <= 9999 && { year }),
      ...(durationMs && { durationMs }),
    }
    const plays = amountIn(fields.get('Play Count'))
    const addedAt = timeIn(fields.get('Date Added'))
    const lastPlayedAt = timeIn(fields.get('Play Date UTC'))
    this.#into.add({
      ...common,
      ...(plays && { plays: Math.round(plays) }),
      ...(addedAt && { addedAt }),
      ...(lastPlayedAt && { lastPlayedAt }),
    })
    const id = fields.get('Track ID')
    if (id && this.#tracks.size < mostTracks) this.#tracks.set(id, common)
  }

  /** An entry of a playlist, unless it is one that Apple Music makes itself out of everything. */
  #entry(id: string | undefined) {
    const playlist = this.#levels.find(({ kind }, depth) => kind === 'dict' && depth === 2)?.fields
    const automatic =
      playlist?.get('Master') === 'true' || playlist?.has('Distinguished Kind') || playlist?.get('Folder') === 'true'
    const name = playlist?.get('Name')
    if (id === undefined || !name || automatic) return
    const track = this.#tracks.get(id)
    if (track) this.#into.add({ ...track, playlist: name })
    else if (this.#tracks.size === 0 && this.#waiting.length < mostTracks) this.#waiting.push({ id, playlist: name })
  }

  end() {
    for (const { id, playlist } of this.#waiting) {
      const track = this.#tracks.get(id)
      if (track) this.#into.add({ ...track, playlist })
    }
  }
}
