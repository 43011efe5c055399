import { hash } from 'node:crypto'
import type { Item } from '../../taste/item.ts'
import type { Profile, Tagged } from '../../taste/listener.ts'

/**
 * A profile on its way to the writer's thread. What it holds travels as one text: that is several times faster than as
 * objects, makes less garbage, and need not be read there when its digest says that nothing has changed.
 */
export interface WireProfile extends Pick<Profile, 'id' | 'name' | 'url' | 'provenance' | 'consent'> {
  readonly content: string
  /** For the next reading. */
  readonly notes?: string
  /** Left out unless the listener is stored already. */
  readonly again?: boolean
}

interface Content {
  readonly items: readonly ReturnType<typeof inOrder>[]
  readonly tagged?: readonly Tagged[]
}

export function toWire(
  { id, name, url, provenance, consent, items, tagged }: Profile,
  { notes, again }: Pick<WireProfile, 'notes' | 'again'>,
): WireProfile {
  const content: Content = {
    items: items.map(inOrder),
    ...(tagged && tagged.length > 0 && { tagged: tagged.map(({ artist, tags }) => ({ artist, tags })) }),
  }
  const head = { id, ...(name !== undefined && { name }), ...(url !== undefined && { url }), provenance, consent }
  const more = { ...(notes !== undefined && { notes }), ...(again !== undefined && { again }) }
  return { ...head, content: JSON.stringify(content), ...more }
}

/** What is stored of an item, in one order, so that equal items make equal texts. JSON leaves out what is undefined. */
function inOrder(item: Item) {
  const { artists, artistIds, track, album, year, ids, playlist, plays, addedAt, lastPlayedAt } = item
  return {
    artists,
    artistIds: artistIds?.map((each) => each && { spotify: each.spotify, mbid: each.mbid }),
    track,
    album,
    year,
    ids: ids && { spotify: ids.spotify, isrc: ids.isrc, mbid: ids.mbid },
    playlist,
    plays,
    addedAt,
    lastPlayedAt,
  }
}

export function unpackContent({ content }: WireProfile): Pick<Profile, 'items' | 'tagged'> {
  return JSON.parse(content) as Pick<Profile, 'items' | 'tagged'>
}

/** Two profiles with the same digest say the same about their listener, whenever they were read. */
export function digestOf({ name, url, provenance, content }: WireProfile): Uint8Array {
  const head = JSON.stringify([name ?? null, url ?? null, provenance.origin, provenance.source])
  return hash('sha256', head + content, 'buffer').subarray(0, 16)
}
