import { hash } from 'node:crypto'
import type { Item } from '../../taste/item.ts'
import type { Profile, Tagged } from '../../taste/listener.ts'

/**
 * A profile on its way to the writer's thread. What it holds travels as one text: that is several times faster than as
 * objects, makes less garbage, and need not be read there when its digest says that nothing has changed.
 */
export interface WireProfile extends Pick<Profile, 'id' | 'name' | 'url' | 'provenance' | 'consent'> {
  readonly content: string
}

interface Content {
  readonly items: readonly Item[]
  readonly tagged?: readonly Tagged[]
}

/** Everything that is stored of a profile's content, in one order, so that equal profiles make equal texts. */
const fields = [
  ...['items', 'artists', 'track', 'album', 'year', 'artistIds', 'ids', 'spotify', 'isrc', 'mbid'],
  ...['playlist', 'plays', 'addedAt', 'lastPlayedAt', 'tagged', 'artist', 'tags'],
]

export function toWire({ id, name, url, provenance, consent, items, tagged }: Profile): WireProfile {
  const content: Content = { items, ...(tagged && tagged.length > 0 && { tagged }) }
  const head = { id, ...(name !== undefined && { name }), ...(url !== undefined && { url }), provenance, consent }
  return { ...head, content: JSON.stringify(content, fields) }
}

export function unpackContent({ content }: WireProfile): Content {
  return JSON.parse(content) as Content
}

/** Two profiles with the same digest say the same about their listener, whenever they were read. */
export function digestOf({ name, url, provenance, content }: WireProfile): Uint8Array {
  const head = JSON.stringify([name ?? null, url ?? null, provenance.origin, provenance.source])
  return hash('sha256', head + content, 'buffer').subarray(0, 16)
}
