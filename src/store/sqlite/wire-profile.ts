import { hash } from 'node:crypto'
import type { Consent } from '../../taste/consent.ts'
import type { ArtistIds, Item } from '../../taste/item.ts'
import type { Profile, Tagged } from '../../taste/listener.ts'
import type { Provenance } from '../../taste/provenance.ts'

/**
 * A profile on its way to the writer's thread. Its items travel as one text, which is several times faster than as
 * objects, and need not be read there when the digest says that nothing has changed.
 */
export interface WireProfile {
  readonly id: string
  readonly name: string | null
  readonly url: string | null
  readonly provenance: Provenance
  readonly consent: Consent
  readonly content: string
}

type WireIds = readonly [spotify: string | null, isrc: string | null, mbid: string | null]
type WireItem = readonly [
  artists: readonly string[],
  track: string | null,
  ids: WireIds | null,
  artistIds: readonly WireIds[] | null,
  album: string | null,
  year: number | null,
  playlist: string | null,
  plays: number | null,
  addedAt: string | null,
  lastPlayedAt: string | null,
]
type WireTagged = readonly [artist: string, tags: readonly string[]]
interface WireContent {
  readonly items: readonly WireItem[]
  readonly tagged: readonly WireTagged[]
}

export function toWire({ id, name, url, provenance, consent, items, tagged }: Profile): WireProfile {
  const content: WireContent = {
    items: items.map(packItem),
    tagged: (tagged ?? []).map(({ artist, tags }) => [artist, tags]),
  }
  return { id, name: name ?? null, url: url ?? null, provenance, consent, content: JSON.stringify(content) }
}

function packItem(item: Item): WireItem {
  return [
    item.artists,
    item.track ?? null,
    item.ids ? packIds(item.ids) : null,
    item.artistIds ? item.artistIds.map((ids) => packIds(ids ?? {})) : null,
    item.album ?? null,
    item.year ?? null,
    item.playlist ?? null,
    item.plays ?? null,
    item.addedAt ?? null,
    item.lastPlayedAt ?? null,
  ]
}

function packIds(ids: { spotify?: string; isrc?: string; mbid?: string }): WireIds {
  return [ids.spotify ?? null, ids.isrc ?? null, ids.mbid ?? null]
}

export function unpackContent(content: string): { items: Item[]; tagged: Tagged[] } {
  const { items, tagged } = JSON.parse(content) as WireContent
  return { items: items.map(unpackItem), tagged: tagged.map(([artist, tags]) => ({ artist, tags })) }
}

function unpackItem(wire: WireItem): Item {
  const [artists, track, ids, artistIds, album, year, playlist, plays, addedAt, lastPlayedAt] = wire
  return {
    artists,
    ...(artistIds && { artistIds: artistIds.map((each) => unpackIds(each) as ArtistIds) }),
    ...(track !== null && { track }),
    ...(ids && { ids: unpackIds(ids) }),
    ...(album !== null && { album }),
    ...(year !== null && { year }),
    ...(playlist !== null && { playlist }),
    ...(plays !== null && { plays }),
    ...(addedAt !== null && { addedAt }),
    ...(lastPlayedAt !== null && { lastPlayedAt }),
  }
}

function unpackIds([spotify, isrc, mbid]: WireIds): { spotify?: string; isrc?: string; mbid?: string } {
  return { ...(spotify && { spotify }), ...(isrc && { isrc }), ...(mbid && { mbid }) }
}

/** Two profiles with the same digest say the same about their listener, whenever they were read. */
export function digestOf({ name, url, provenance, content }: WireProfile): Uint8Array {
  const { origin, source } = provenance
  return hash('sha256', JSON.stringify([name, url, origin, source, content]), 'buffer').subarray(0, 16)
}
