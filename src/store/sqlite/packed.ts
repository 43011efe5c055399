import type { Consent } from '../../taste/consent.ts'
import type { Listener } from '../../taste/listener.ts'
import type { Entry } from '../../taste/playlist.ts'
import type { Provenance } from '../../taste/provenance.ts'
import type { StoredProfile } from '../feature-store.ts'
import { type PackedEntry, unpackEntries } from './entries.ts'
import { unpackTagged } from './tagged.ts'

/**
 * Profiles on their way from the reader's thread: entries stay bytes, and the keys that they mean travel once a page.
 * The objects are made on the side that uses them.
 */
export interface PackedProfile {
  readonly listener: Listener
  readonly playlists: readonly { readonly name: string | null; readonly entries: Uint8Array }[]
  readonly tagged: Uint8Array | null
}

/** Keys of the numbers in the same place. */
export interface KeyList {
  readonly numbers: readonly number[]
  readonly keys: readonly string[]
}

export interface PackedPage {
  readonly profiles: readonly PackedProfile[]
  readonly artists: KeyList
  readonly tracks: KeyList
  readonly next?: string
}

export type Keys = ReadonlyMap<number, string>

export const toKeys = ({ numbers, keys }: KeyList): Keys => new Map(numbers.map((n, i) => [n, keys[i] as string]))

export function unpackProfile(profile: PackedProfile, artists: Keys, tracks: Keys): StoredProfile {
  const { listener, playlists, tagged } = profile
  return {
    listener,
    playlists: playlists.map(({ name, entries }) => ({
      ...(name !== null && { name }),
      provenance: listener.provenance,
      entries: unpackEntries(entries).map((entry) => toEntry(entry, artists, tracks)),
    })),
    tagged: tagged
      ? unpackTagged(tagged).map(({ artist, tags }) => ({ artist: artists.get(artist) as string, tags }))
      : [],
  }
}

export function toEntry(entry: PackedEntry, artists: Keys, tracks: Keys): Entry {
  return {
    ...(entry as Omit<PackedEntry, 'track'>),
    artists: entry.artists.map((artist) => artists.get(artist) as string),
    ...(entry.track !== undefined && { track: tracks.get(entry.track) as string }),
  } as Entry
}

/** A listener's columns, as `headColumns` selects them. */
export interface Head {
  readonly n: number
  readonly id: string
  readonly key: string
  readonly origin: Provenance['origin']
  readonly source: string
  readonly readAt: number
  readonly expiresAt: number | null
  readonly findable: number
  readonly showName: number
  readonly showTracks: number
  readonly train: number
  readonly name: string | null
  readonly url: string | null
}

export const headColumns = `l.n, l.id, l.key, s.origin, s.source, l.read_at AS readAt, l.expires_at AS expiresAt, l.findable,
  l.show_name AS showName, l.show_tracks AS showTracks, l.train, l.name, l.url`

export function toListener(head: Head): Listener {
  const { origin, source, readAt, expiresAt } = head
  const provenance = { origin, source, readAt, ...(expiresAt !== null && { expiresAt }) }
  const consent: Consent = {
    findable: head.findable === 1,
    showName: head.showName === 1,
    showTracks: head.showTracks === 1,
    train: head.train === 1,
  }
  return {
    id: head.id,
    key: head.key,
    ...(head.name !== null && { name: { value: head.name, provenance } }),
    ...(head.url !== null && { url: { value: head.url, provenance } }),
    provenance,
    consent,
  }
}
