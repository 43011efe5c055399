import type { ArtistIds, Item } from '../taste/item.ts'
import { isCatalogueId } from './link.ts'
import { asCount, asFields, asFlag, asList, asText, type Fields } from './shape.ts'

/** What an entry of a playlist turned out to be. */
export type Entry =
  | { readonly kind: 'track'; readonly item: Item }
  /** A file of the person's own. With an artist's name it still says something: then there is an item. */
  | { readonly kind: 'local'; readonly item?: Item }
  /** A podcast episode, or a chapter of an audiobook. */
  | { readonly kind: 'spoken' }
  /** Removed from Spotify, or hidden where we are. */
  | { readonly kind: 'gone' }
  /** Not what an entry should look like. */
  | { readonly kind: 'unreadable' }

/** The fields of an entry's track that `readEntry` reads, for the `fields` of a request. */
export const trackFields =
  'id,type,name,uri,is_local,explicit,duration_ms,artists(id,name),album(name,release_date),external_ids(isrc)'

/** Whether the entry holds its track under any of the two names, even if it is null. */
export function hasTrack(value: unknown): boolean {
  const entry = asFields(value)
  return entry !== undefined && ('item' in entry || 'track' in entry)
}

/** Reads an entry of a playlist, under old and new field names. Never throws. */
export function readEntry(value: unknown, playlist: string): Entry {
  const entry = asFields(value)
  if (entry === undefined) return value === null ? { kind: 'gone' } : { kind: 'unreadable' }
  const held = entry.item ?? entry.track
  if (held === null || held === undefined) return hasTrack(entry) ? { kind: 'gone' } : { kind: 'unreadable' }
  const track = asFields(held)
  if (track === undefined) return { kind: 'unreadable' }
  const addedAt = readTime(entry.added_at)
  const around = { ...(playlist !== '' && { playlist }), ...(addedAt !== undefined && { addedAt }) }
  if (asFlag(entry.is_local) || asFlag(track.is_local)) {
    const item = readTrack(track, around)
    return item ? { kind: 'local', item } : { kind: 'local' }
  }
  const type = asText(track.type) ?? 'track'
  if (type !== 'track') return { kind: type === 'episode' || type === 'chapter' ? 'spoken' : 'unreadable' }
  const item = readTrack(track, around)
  return item ? { kind: 'track', item } : { kind: 'unreadable' }
}

/** A track object as an item; undefined when no artist has a name. */
export function readTrack(track: Fields, around: Partial<Item> = {}): Item | undefined {
  const artists = (asList(track.artists) ?? []).flatMap((value) => {
    const artist = asFields(value)
    const name = asText(artist?.name)?.trim()
    return name ? [{ name, id: readId(artist?.id) }] : []
  })
  if (artists.length === 0) return undefined
  const title = asText(track.name)?.trim()
  const album = asFields(track.album)
  const albumName = asText(album?.name)?.trim()
  const year = readYear(album?.release_date)
  const id = readId(track.id)
  const isrc = readIsrc(asFields(track.external_ids)?.isrc)
  const durationMs = asCount(track.duration_ms)
  const explicit = asFlag(track.explicit)
  return {
    artists: artists.map(({ name }) => name),
    ...(artists.some((artist) => artist.id) && {
      artistIds: artists.map((artist): ArtistIds | null => (artist.id ? { spotify: artist.id } : null)),
    }),
    ...(title && { track: title }),
    ...(albumName && { album: albumName }),
    ...(year !== undefined && { year }),
    ...((id || isrc) && { ids: { ...(id && { spotify: id }), ...(isrc && { isrc }) } }),
    ...(durationMs && { durationMs }),
    ...(explicit !== undefined && { explicit }),
    ...around,
  }
}

function readId(value: unknown): string | undefined {
  const id = asText(value)
  return id !== undefined && isCatalogueId(id) ? id : undefined
}

/** Country, registrant, year and number: ISO 3901. Some come with hyphens or in lower case. */
function readIsrc(value: unknown): string | undefined {
  const isrc = asText(value)?.replace(/[\s-]/g, '').toUpperCase()
  return isrc !== undefined && /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/.test(isrc) ? isrc : undefined
}

/** Of `1981`, `1981-12` or `1981-12-15`. */
function readYear(value: unknown): number | undefined {
  const text = asText(value) ?? ''
  const year = /^\d{4}(?:-|$)/.test(text) ? Number(text.slice(0, 4)) : Number.NaN
  return year >= 1860 && year <= 2200 ? year : undefined
}

/** Very old playlists say null, or the beginning of 1970. */
function readTime(value: unknown): string | undefined {
  const text = asText(value)
  return text !== undefined && Date.parse(text) > 0 ? text : undefined
}
