import type { Item } from '../../taste/item.ts'
import type { ArtistNames } from './artists.ts'
import type { PackedEntry } from './entries.ts'
import type { TrackNames } from './tracks.ts'

/** Resolves an item to an entry; undefined for one whose artists' names are all blank. */
export function resolveItem(item: Item, artists: ArtistNames, tracks: TrackNames): PackedEntry | undefined {
  const rows: number[] = []
  for (const [i, name] of item.artists.entries()) {
    const row = artists.resolve(name, item.artistIds?.[i])
    if (row !== undefined && !rows.includes(row)) rows.push(row)
  }
  if (rows.length === 0) return undefined
  const track = tracks.resolve(item, rows)
  const plays = Math.round(item.plays ?? 0)
  const addedAt = seconds(item.addedAt)
  const lastPlayedAt = seconds(item.lastPlayedAt)
  return {
    artists: rows,
    ...(track !== undefined && { track }),
    ...(plays >= 1 && { plays }),
    ...(addedAt !== undefined && { addedAt }),
    ...(lastPlayedAt !== undefined && { lastPlayedAt }),
  }
}

const withoutZone = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/

/** Seconds since 1970 of an ISO 8601 time; one without a zone is UTC, so that machines agree. */
function seconds(iso: string | undefined): number | undefined {
  if (iso === undefined) return undefined
  const milliseconds = Date.parse(withoutZone.test(iso) ? `${iso.replace(' ', 'T')}Z` : iso)
  return milliseconds >= 0 ? Math.floor(milliseconds / 1000) : undefined
}
