import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { communities } from '../features/small-corpus.ts'
import { type OpenStore, openStore } from '../store/open.ts'
import { pseudonymousConsent } from '../taste/consent.ts'
import type { Item } from '../taste/item.ts'
import type { Profile } from '../taste/listener.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import type { Origin } from '../taste/provenance.ts'

/** A folder with a store for tests. */
export interface SmallStore extends OpenStore, AsyncDisposable {
  /** For other files of the test. */
  readonly folder: string
}

export async function openSmallStore(): Promise<SmallStore> {
  const folder = await mkdtemp(join(tmpdir(), 'consonance-small-'))
  const opened = await openStore(undefined, join(folder, 'data'), {}, { create: true })
  return {
    ...opened,
    folder,
    async [Symbol.asyncDispose]() {
      await opened.close()
      await rm(folder, { recursive: true })
    },
  }
}

export function smallProfile(id: ListenerId, items: readonly Item[], origin: Origin = 'simulated'): Profile {
  const source = id.slice(0, id.indexOf(':'))
  return { id, provenance: { origin, source, readAt: 1_000 }, consent: pseudonymousConsent, items }
}

/** Listeners `plays:0000` ... known by artist, in communities. */
export function playedArtists(listeners: number): readonly Profile[] {
  return communities(listeners, { each: 20 }).map(({ id, plays = {} }) =>
    smallProfile(
      `plays:${id}`,
      Object.entries(plays).map(([artist, count]) => ({ artists: [artist], plays: count })),
    ),
  )
}

/** Listeners `songs:0000` ... known by track, in communities, two songs of each artist. */
export function listedTracks(listeners: number): readonly Profile[] {
  return communities(listeners, { each: 16 }).map(({ id, plays = {} }) =>
    smallProfile(
      `songs:${id}`,
      Object.entries(plays).flatMap(([artist, count]) =>
        [count % 5, 5 + (count % 3)].map((song) => ({ artists: [artist], track: `Song ${song}` })),
      ),
    ),
  )
}

/** Friends of the same community. */
export function friendsOf(profiles: readonly Profile[]): readonly (readonly [ListenerId, ListenerId])[] {
  return profiles.slice(4).map(({ id }, i) => [id, profiles[i]!.id])
}
