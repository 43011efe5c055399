import type { Collector } from '../export/collector.ts'
import { utf8BytesOf } from '../export/export-file.ts'
import type { FileReader } from '../export/export-format.ts'
import { eachRow } from '../export/json-file.ts'
import { fieldOf, type JsonObject, timeIn } from '../export/values.ts'
import { spotifyId } from '../spotify-ids.ts'

const lists = ['tracks', 'albums', 'artists', 'shows', 'episodes', 'audiobooks', 'bannedTracks', 'bannedArtists']

/** `YourLibrary.json` of the account data: what somebody saved. */
export const library: FileReader = {
  what: 'Spotify library',
  recognises({ text, base }) {
    if (text === undefined || !/^\s*\{/.test(text)) return false
    const named = lists.filter((list) => text.includes(`"${list}"`)).length
    return /"(?:bannedTracks|bannedArtists)"\s*:/.test(text) || /^yourlibrary\d*\.json$/.test(base)
      ? true
      : named >= 1 && /^\s*\{\s*"(?:tracks|albums|artists)"\s*:\s*\[\s*\{[^{}]*"uri"\s*:\s*"spotify:/s.test(text)
  },
  async read(file, into) {
    await eachRow(utf8BytesOf(file), lists, into, (row, _, list) => savedRow(list, row, into))
  },
}

function savedRow(list: string, row: JsonObject, into: Collector) {
  if (list === 'shows' || list === 'episodes') return into.ignore('podcast')
  if (list === 'audiobooks') return into.ignore('audiobook')
  if (list === 'bannedTracks' || list === 'bannedArtists') return into.ignore('banned')
  const uri = fieldOf(row, 'uri', 'trackUri', 'spotifyUri') ?? ''
  const addedAt = timeIn(row.addedDate ?? row.addedAt)
  const added = addedAt && { addedAt }
  if (list === 'artists') {
    const name = fieldOf(row, 'name', 'artistName', 'artist')
    const spotify = spotifyId('artist', uri)
    return name
      ? into.add({ artists: [name], ...(spotify && { artistIds: [{ spotify }] }), ...added })
      : into.ignore('no-artist')
  }
  const artist = fieldOf(row, 'artist', 'artistName')
  const album = fieldOf(row, 'album', 'albumName')
  if (!artist) return into.ignore('no-artist')
  const track = list === 'tracks' ? fieldOf(row, 'track', 'trackName', 'name') : undefined
  const spotify = spotifyId('track', uri)
  into.add({
    artists: [artist],
    ...(track && { track }),
    ...(album && { album }),
    ...(list === 'tracks' && spotify && { ids: { spotify } }),
    ...added,
  })
}
