import { asCount, asFields, asList, asText, type Fields } from '../../spotify/shape.ts'
import type { Item } from '../../taste/item.ts'
import type { Collector } from '../export/collector.ts'
import { mbidIn } from '../export/ids.ts'

/** Somebody's most played recordings and artists, as ListenBrainz has counted them. */
export interface Statistics {
  readonly artists: readonly Fields[]
  readonly recordingRows: readonly Fields[]
  readonly recordings: readonly Item[]
}

export function recordingsIn(artists: readonly Fields[], rows: readonly Fields[]): Statistics {
  return { artists, recordingRows: rows, recordings: rows.flatMap((row) => recordingIn(row) ?? []) }
}

/**
 * Adds what statistics tell: each recording with its plays; each artist with the plays that none of the recordings
 * accounts for; and what was played lately and is not among them.
 * @param recent by artist and title in lower case
 */
export function addStatistics(
  { artists, recordings }: Statistics,
  recent: ReadonlyMap<string, Item>,
  into: Collector,
): void {
  const told = new Set<string>()
  const plays = new Map<string, number>()
  for (const item of recordings) {
    const key = `${item.artists[0]}\u0001${item.track}`.toLowerCase()
    told.add(key)
    const lately = recent.get(key)
    into.add({ ...item, ...(lately?.lastPlayedAt && { lastPlayedAt: lately.lastPlayedAt }) })
    const artist = item.artists[0]!.toLowerCase()
    plays.set(artist, (plays.get(artist) ?? 0) + (item.plays ?? 0))
  }
  for (const [key, item] of recent) {
    if (told.has(key)) continue
    into.add(item)
    const artist = item.artists[0]!.toLowerCase()
    plays.set(artist, (plays.get(artist) ?? 0) + (item.plays ?? 0))
  }
  for (const row of artists) {
    const name = asText(row.artist_name)
    const rest = (asCount(row.listen_count) ?? 0) - (plays.get(name?.toLowerCase() ?? '') ?? 0)
    const mbid = mbidIn(asText(row.artist_mbid))
    if (name && rest > 0) into.add({ artists: [name], ...(mbid && { artistIds: [{ mbid }] }), plays: rest })
  }
}

function recordingIn(row: Fields): Item | undefined {
  const track = asText(row.track_name)
  const credit = asText(row.artist_name)
  if (!track || !credit) return undefined
  const credited = (asList(row.artists) ?? []).map(asFields)
  const names = credited.flatMap((each) => asText(each?.artist_credit_name) ?? [])
  const isWhole = names.length > 0 && names.length === credited.length
  const ids = isWhole
    ? credited.map((each) => mbidIn(asText(each?.artist_mbid)))
    : (asList(row.artist_mbids) ?? []).map((each) => mbidIn(asText(each)))
  const artists = isWhole ? names : [credit]
  const mbid = mbidIn(asText(row.recording_mbid))
  const album = asText(row.release_name)
  const plays = asCount(row.listen_count)
  return {
    artists,
    ...(ids.length === artists.length && { artistIds: ids.map((id) => (id ? { mbid: id } : null)) }),
    track,
    ...(album && { album }),
    ...(mbid && { ids: { mbid } }),
    ...(plays && { plays }),
  }
}
