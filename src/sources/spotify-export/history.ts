import type { Collector } from '../export/collector.ts'
import { type Head, utf8BytesOf } from '../export/export-file.ts'
import type { FileReader } from '../export/export-format.ts'
import { eachRow } from '../export/json-file.ts'
import { amountIn, fieldOf, type JsonObject, timeIn } from '../export/values.ts'
import { spotifyId } from '../spotify-ids.ts'

/** `StreamingHistory*.json` of the account data: the last year, to the minute, without ids. */
export const accountHistory: FileReader = {
  what: 'Spotify listening history of the last year',
  order: 1,
  recognises: ({ text, base }) =>
    text !== undefined && isList(text) && (/"msPlayed"\s*:/.test(text) || isEmptyList(text, base, /^streaminghistory/)),
  read: (file, into) => eachRow(utf8BytesOf(file), [''], into, (row) => accountRow(row, into)),
}

function accountRow(row: JsonObject, into: Collector) {
  const ms = amountIn(row.msPlayed)
  if (ms === undefined) return into.ignore('no-length')
  if (fieldOf(row, 'podcastName', 'episodeName')) return into.ignore('podcast')
  if (fieldOf(row, 'audiobookName', 'audiobookTitle', 'chapterName', 'authorName')) return into.ignore('audiobook')
  const artist = fieldOf(row, 'artistName')
  const track = fieldOf(row, 'trackName')
  if (!artist || !track || (/^Unknown Artist$/i.test(artist) && /^Unknown Track$/i.test(track)))
    return into.ignore('no-artist')
  const at = timeIn(row.endTime)
  into.listen({ artists: [artist], track, ms, ...(at && { at }) }, 'minute')
}

/** The extended streaming history: every play since the first day, in all generations of the file. */
export const extendedHistory: FileReader = {
  what: 'Spotify extended streaming history',
  recognises: ({ text, base }) =>
    text !== undefined &&
    isList(text) &&
    (/"ms_played"\s*:/.test(text) || isEmptyList(text, base, /^(?:streaming_history_|endsong|endvideo)/)),
  read(file, into) {
    const video = /(?:^|\/)(?:streaming_history_video|endvideo)[^/]*$/i.test(file.name)
    return eachRow(utf8BytesOf(file), [''], into, (row) => extendedRow(row, into, video))
  },
}

function extendedRow(row: JsonObject, into: Collector, video: boolean) {
  const ms = amountIn(row.ms_played)
  if (ms === undefined) return into.ignore('no-length')
  const artist = fieldOf(row, 'master_metadata_album_artist_name')
  const track = fieldOf(row, 'master_metadata_track_name')
  const at = timeIn(row.ts)
  if (isPrivate(row.incognito_mode)) return into.keepOut({ track, ms, ...(at && { at }) })
  if (row.audiobook_uri || row.audiobook_chapter_uri || row.audiobook_title) return into.ignore('audiobook')
  if (row.spotify_episode_uri || row.episode_name || row.episode_show_name) return into.ignore('podcast')
  if (video) return into.ignore('video')
  if (!artist || !track) return into.ignore('no-artist')
  const uri = fieldOf(row, 'spotify_track_uri')
  const spotify = uri && spotifyId('track', uri)
  const album = fieldOf(row, 'master_metadata_album_album_name')
  into.listen(
    {
      artists: [artist],
      track,
      ms,
      skipped: row.skipped === true || row.reason_end === 'fwdbtn',
      ...(at && { at }),
      ...(album && { album }),
      ...(spotify && { ids: { spotify } }),
    },
    'second',
  )
}

/** Whatever does not clearly say that it was not. */
function isPrivate(incognito: unknown): boolean {
  return Boolean(incognito) && incognito !== 'false'
}

function isList(text: string): boolean {
  return /^\s*\[/.test(text)
}

/** A list without rows says nothing about itself but its file's name. */
function isEmptyList(text: string, base: Head['base'], name: RegExp): boolean {
  return /^\s*\[\s*\]\s*$/.test(text) && name.test(base)
}
