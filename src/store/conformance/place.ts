import { test } from 'node:test'
import type { Item } from '../../taste/item.ts'
import type { Profile } from '../../taste/listener.ts'
import type { Provenance } from '../../taste/provenance.ts'
import type { FeatureStore } from '../feature-store.ts'
import type { OpenStore } from '../open.ts'
import type { PolicySettings } from '../policy.ts'

/** Somewhere an adapter under test can keep its data. */
export interface Place {
  /** Opens the same data each time, as so many processes would. */
  open(options?: { readonly settings?: PolicySettings; readonly clock?: () => number }): Promise<OpenStore>
  /** All bytes that are kept, where they can be looked at. */
  bytes?(): Promise<Buffer>
  /** Closes whatever was opened and removes everything. */
  remove(): Promise<void>
}

export type NewPlace = () => Promise<Place>

/** A test with a fresh store. */
export function storeTest(
  name: string,
  newPlace: NewPlace,
  run: (store: FeatureStore, place: Place, open: OpenStore) => Promise<void>,
): void {
  test(name, async () => {
    const place = await newPlace()
    try {
      const open = await place.open()
      await run(open.store, place, open)
    } finally {
      await place.remove()
    }
  })
}

export const readAt = 1_700_000_000
export const research: Provenance = { origin: 'research', source: 'lastfm-2k', readAt }
export const openToAll = { findable: true, showName: true, showTracks: true, train: true }

export function profileOf(id: string, items: readonly Item[], rest: Partial<Profile> = {}): Profile {
  return { id, items, provenance: research, consent: openToAll, ...rest }
}

/** One entry's artists and track, as stored for a listener with one item. */
export async function keysOf(store: FeatureStore, id: string) {
  const entry = (await store.profile(id, 'keep'))?.playlists[0]?.entries[0]
  return { artists: entry?.artists, track: entry?.track }
}
