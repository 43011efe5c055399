import type { Item } from '../../taste/item.ts'
import type { Collector } from '../export/collector.ts'
import { utf8BytesOf } from '../export/export-file.ts'
import type { FileReader } from '../export/export-format.ts'
import { eachRow, type TakeRow } from '../export/json-file.ts'
import { fieldOf, isObject, type JsonObject, listIn, textIn, timeIn } from '../export/values.ts'
import { spotifyId } from '../spotify-ids.ts'

/** `Playlist1.json` and the like of the account data. */
export const playlists: FileReader = {
  what: 'Spotify playlists',
  recognises({ text, base }) {
    if (text === undefined || !/^\s*\{/.test(text)) return false
    const body = /^\s*\{.{0,4000}?"playlists"\s*:\s*\[(.*)/s.exec(text)?.[1]
    if (body === undefined || /"pid"\s*:/.test(body)) return false
    return /"(?:items|tracks|lastModifiedDate|numberOfFollowers)"\s*:/.test(body) || /^playlist\d*\.json$/.test(base)
  },
  async read(file, into) {
    const isRow = (row: JsonObject) => Array.isArray(row.items) || Array.isArray(row.tracks)
    const take: TakeRow = (row, number) => playlistRow(row, `playlist ${number}`, into)
    await eachRow(utf8BytesOf(file), ['playlists'], into, take, { isRow, nested: true })
  },
}

function playlistRow(row: JsonObject, place: string, into: Collector) {
  const entries = [...listIn(row.items), ...listIn(row.tracks)]
  if (!Array.isArray(row.items) && !Array.isArray(row.tracks)) return into.broken(place, 'it has no list of items')
  const name = textIn(row.name)
  for (const [index, entry] of entries.entries()) {
    into.row()
    if (isObject(entry)) entryOf(entry, name, into)
    else into.broken(`${place}, item ${index + 1}`, 'not an object')
  }
}

function entryOf(entry: JsonObject, playlist: string | undefined, into: Collector) {
  if (isObject(entry.episode)) return into.ignore('podcast')
  if (isObject(entry.audiobook) || isObject(entry.chapter)) return into.ignore('audiobook')
  const track = isObject(entry.track) ? entry.track : isObject(entry.localTrack) ? entry.localTrack : entry
  const addedAt = timeIn(entry.addedDate ?? entry.addedAt)
  const uri = fieldOf(track, 'trackUri', 'uri', 'spotifyUri')
  if (uri?.startsWith('spotify:episode:')) return into.ignore('podcast')
  const spotify = uri && spotifyId('track', uri)
  const local = localTrack(uri)
  const artist = fieldOf(track, 'artistName', 'artist') ?? local?.artist
  const title = fieldOf(track, 'trackName', 'name') ?? textIn(track.track) ?? local?.track
  const album = fieldOf(track, 'albumName', 'album') ?? local?.album
  if (!artist) return into.ignore('no-artist')
  const item: Item = {
    artists: [artist],
    ...(title && { track: title }),
    ...(album && { album }),
    ...(spotify && { ids: { spotify } }),
    ...(playlist && { playlist }),
    ...(addedAt && { addedAt }),
  }
  into.add(item)
}

/** `spotify:local:Artist:Album:Title:seconds`, each part as in a form, which is all that some exports say of a local file. */
function localTrack(uri: string | undefined) {
  const parts = uri?.startsWith('spotify:local:') ? uri.split(':').slice(2) : undefined
  if (!parts) return undefined
  const [artist, album, track] = parts.map((part) => {
    try {
      return decodeURIComponent(part.replaceAll('+', ' '))
    } catch {
      return part
    }
  })
  return { artist: artist?.trim() || undefined, album: album?.trim() || undefined, track: track?.trim() || undefined }
}
