import { Problem } from '../../taste/problem.ts'
import type { Collector, Listen } from '../export/collector.ts'
import { utf8BytesOf } from '../export/export-file.ts'
import type { ExportFormat, FileReader } from '../export/export-format.ts'
import { isrcIn, mbidIn } from '../export/ids.ts'
import { eachRow } from '../export/json-file.ts'
import { fieldOf, isObject, type JsonObject, listIn, textIn, timeIn } from '../export/values.ts'
import { textLines } from '../export/whole-text.ts'
import { spotifyId } from '../spotify-ids.ts'

const listens: FileReader = {
  what: 'ListenBrainz listens',
  recognises: ({ text }) =>
    text !== undefined &&
    /^\s*\[?\s*\{/.test(text) &&
    /"listened_at"\s*:/.test(text) &&
    /"track_metadata"\s*:/.test(text),
  async read(file, into) {
    let first: string | undefined
    for await (const line of textLines(file)) {
      first = line?.trim() || undefined
      break
    }
    const isLines = first?.startsWith('{') && jsonOf(first) !== undefined
    if (!isLines) {
      await eachRow(utf8BytesOf(file), ['', 'listens'], into, (row, number) => listenOf(row, into, `row ${number}`))
      return
    }
    let number = 0
    let read = 0
    for await (const line of textLines(file)) {
      number++
      if (line?.trim() === '') continue
      const row = line === undefined ? undefined : jsonOf(line)
      if (!isObject(row)) {
        into.broken(`line ${number}`, line === undefined ? 'the line is too long' : 'not JSON')
        continue
      }
      read++
      into.row()
      listenOf(row, into, `line ${number}`)
    }
    if (read === 0) throw new Problem('nothing in it can be read')
  },
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** A listen in ListenBrainz' own form, which its API, its exports and its dumps share; or why it is none. */
export function listenIn(row: JsonObject): Listen | 'no-metadata' | 'no-artist' {
  const told = row.track_metadata
  if (!isObject(told)) return 'no-metadata'
  const artist = fieldOf(told, 'artist_name')
  const track = fieldOf(told, 'track_name')
  if (!artist || !track) return 'no-artist'
  const info = isObject(told.additional_info) ? told.additional_info : {}
  const mapping = isObject(told.mbid_mapping) ? told.mbid_mapping : {}
  const album = fieldOf(told, 'release_name')
  const spotify = spotifyId('track', textIn(info.spotify_id) ?? '')
  const isrc = isrcIn(textIn(info.isrc))
  const mbid = mbidIn(textIn(mapping.recording_mbid) ?? textIn(info.recording_mbid))
  const ids = { ...(spotify && { spotify }), ...(isrc && { isrc }), ...(mbid && { mbid }) }
  const credited = listIn(mapping.artists).flatMap((one) => (isObject(one) ? [one] : []))
  const names = credited.flatMap((one) => fieldOf(one, 'artist_credit_name') ?? [])
  const whole = names.length > 0 && names.length === credited.length
  const artistIds = credited.map((one) => {
    const id = mbidIn(textIn(one.artist_mbid))
    return id ? { mbid: id } : null
  })
  const at = timeIn(row.listened_at ?? row.timestamp)
  return {
    artists: whole ? names : [artist],
    ...(whole && { artistIds }),
    track,
    ...(album && { album }),
    ...(Object.keys(ids).length > 0 && { ids }),
    ...(at && { at }),
  }
}

/**
 * Adds such a listen.
 * @param place where it stands, for what can't be read
 */
export function listenOf(row: JsonObject, into: Collector, place: string) {
  const listen = listenIn(row)
  if (listen === 'no-metadata') into.broken(place, 'it has no track_metadata')
  else if (listen === 'no-artist') into.ignore('no-artist')
  else into.listen(listen, 'second')
}

/** What ListenBrainz gives to those who ask for their data. */
export const listenbrainzExport: ExportFormat = {
  format: 'listenbrainz-export',
  title: "a listener's own export from ListenBrainz (zip, JSON lines or JSON)",
  readers: [listens],
}
