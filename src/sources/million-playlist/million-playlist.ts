import { pseudonymousConsent } from '../../taste/consent.ts'
import type { Item } from '../../taste/item.ts'
import type { Provenance } from '../../taste/provenance.ts'
import { fileEvents } from '../reading/file-events.ts'
import { jsonRecords } from '../reading/json-records.ts'
import { sniff } from '../reading/sniff.ts'
import type { Source, SourceEvent } from '../source.ts'
import { spotifyId } from '../spotify-ids.ts'

/** Slices of the Million Playlist Dataset. The set has no owners: one playlist counts as one listener. */
export const millionPlaylist: Source = {
  format: 'million-playlist',
  title: "slices of Spotify's Million Playlist Dataset (mpd.slice.*.json), each playlist one listener",
  async recognises(path) {
    const head = await sniff(path)
    if (!('text' in head)) return false
    return /^\s*\{.*"playlists"\s*:\s*\[(?:.*"pid"\s*:|\s*\])/s.test(head.text)
  },
  read(path, { now }) {
    const provenance: Provenance = { origin: 'research', source: 'million-playlist', readAt: now }
    return fileEvents(path, (chunks) => sliceEvents(chunks, provenance))
  },
}

async function* sliceEvents(chunks: AsyncIterable<Buffer>, provenance: Provenance): AsyncGenerator<SourceEvent> {
  for await (const record of jsonRecords(chunks, { keys: ['playlists'], isRecord: isPlaylist, holdsRecords })) {
    const place = `${record.number > 0 ? `record ${record.number}, ` : ''}byte ${record.offset}`
    if ('reason' in record) yield { kind: 'broken', place, reason: record.reason }
    else yield* playlistEvents(record.value, place, provenance)
  }
}

function* playlistEvents(playlist: unknown, place: string, provenance: Provenance): Generator<SourceEvent> {
  if (!isObject(playlist)) return yield { kind: 'broken', place, reason: 'not a playlist' }
  const { pid, name, tracks } = playlist
  if (!Number.isSafeInteger(pid) || (pid as number) < 0) {
    return yield { kind: 'broken', place, reason: 'its pid is not a whole number' }
  }
  if (!Array.isArray(tracks)) return yield { kind: 'broken', place, reason: 'it has no list of tracks' }
  const title = typeof name === 'string' && name.trim() !== '' ? name : undefined
  const items: Item[] = []
  for (const [index, track] of tracks.entries()) {
    const item = itemOf(track, title)
    if (typeof item !== 'string') items.push(item)
    else yield { kind: 'broken', place: `${place}, track ${index + 1}`, reason: item }
  }
  if (items.length === 0) return yield { kind: 'broken', place, reason: 'it has no tracks that can be read' }
  const id = `million-playlist:${pid}`
  yield { kind: 'profile', profile: { id, provenance, consent: pseudonymousConsent, items } }
}

function itemOf(track: unknown, playlist: string | undefined): Item | string {
  if (!isObject(track)) return 'not a track'
  const artist = filled(track.artist_name)
  const title = filled(track.track_name)
  if (!artist) return 'it has no artist_name'
  const spotify = typeof track.track_uri === 'string' ? spotifyId('track', track.track_uri) : undefined
  const artistId = typeof track.artist_uri === 'string' ? spotifyId('artist', track.artist_uri) : undefined
  const album = filled(track.album_name)
  const durationMs = track.duration_ms
  return {
    artists: [artist],
    ...(artistId && { artistIds: [{ spotify: artistId }] }),
    ...(title && { track: title }),
    ...(album && { album }),
    ...(spotify && { ids: { spotify } }),
    ...(typeof durationMs === 'number' && durationMs > 0 && { durationMs }),
    ...(playlist && { playlist }),
  }
}

function isPlaylist(value: unknown): value is { readonly tracks: readonly unknown[] } {
  return isObject(value) && Array.isArray(value.tracks)
}

function holdsRecords(value: unknown): boolean {
  return isPlaylist(value) && value.tracks.some(isPlaylist)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function filled(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}
