import { readNotes, spotifyListener } from '../sources/spotify/reading-notes.ts'
import { itemsOf, type LastReading, lastReading } from '../sources/spotify/stored-reading.ts'
import {
  type CollectedProfile,
  collectProfile,
  ProfileReading,
  readPersonal,
  type SpotifyClient,
} from '../spotify/index.ts'
import type { FeatureStore } from '../store/feature-store.ts'
import type { Origin } from '../taste/provenance.ts'
import { type EmbedItems, Enough, type ReadingLimits, readingLimits } from './enough.ts'
import { exportProfile } from './export.ts'
import type { ProfileSoFar } from './spotify-report.ts'

export interface ProfileCollectorOptions {
  readonly client: SpotifyClient
  readonly store: Pick<FeatureStore, 'listener' | 'readingNotes' | 'profile' | 'artists' | 'tracks'>
  /**
   * Reads the most telling playlists of a profile first, and no more of them than show its taste; what is left is read
   * with `whole`. Default: everything. The person who is signed in is always read to the end.
   */
  readonly byWorth?: { readonly embed: EmbedItems; readonly limits?: ReadingLimits } | undefined
  /** Reads what was left before, too. */
  readonly whole?: boolean | undefined
  /** Id of the person who is signed in: they bring their own data, which is found only when they say so. */
  readonly signedIn?: string | undefined
  /** Told of each profile while it is read: when its playlists are listed, and after each of them. */
  readonly onProfile?: ((soFar: ProfileSoFar) => void) | undefined
}

/** What the client's answers are, as far as is known: only an answer tells. */
export function originOf({ simulated }: SpotifyClient): Origin {
  return simulated ? 'simulated' : 'spotify'
}

/** Reads single profiles: as far as they have changed, as far as they are to be read, with what was stored before. */
export class ProfileCollector {
  readonly #options: ProfileCollectorOptions
  readonly #signal: AbortSignal

  constructor(options: ProfileCollectorOptions, signal: AbortSignal) {
    this.#options = options
    this.#signal = signal
  }

  /** Reads a profile as far as it has changed since it was stored. */
  async collect(id: string): Promise<{ readonly collected: CollectedProfile; readonly last?: LastReading }> {
    const known = await this.#lastReading(id)
    if (known) {
      const { last, origin } = known
      const collected = await this.#collectFrom(id, last)
      // Only an answer tells whether this is the same Spotify as the last time.
      if (origin === originOf(this.#options.client)) return { collected, last }
    }
    return { collected: await this.#collectFrom(id, undefined) }
  }

  /** Of the person who is signed in: saved songs and top lists tell as much as playlists, after these. */
  async #withPersonal(profile: CollectedProfile, last: LastReading | undefined): Promise<CollectedProfile> {
    const { outcome, sentences } = profile.report
    if (outcome === 'not-found' || outcome === 'not-permitted') return profile
    const { client } = this.#options
    const personal = await readPersonal(client, { snapshots: last?.person.snapshots, signal: this.#signal })
    const isRead = personal.playlists.some(({ items }) => items.length > 0)
    const isNothing = outcome === 'private' || outcome === 'empty'
    return {
      ...profile,
      playlists: [...profile.playlists, ...personal.playlists],
      report: {
        ...profile.report,
        outcome: isRead && isNothing ? 'read' : outcome,
        sentences: [...(isRead && isNothing ? [] : sentences), ...personal.sentences],
      },
    }
  }

  async #collectFrom(id: string, last: LastReading | undefined): Promise<CollectedProfile> {
    const { client, byWorth, whole, signedIn } = this.#options
    const signal = this.#signal
    const reading = new ProfileReading(client, id, {
      ...(last && { known: last.person }),
      whole: whole ?? false,
      signal,
    })
    const watch = this.#watch(id, last)
    if (id === signedIn) return this.#withPersonal(await collectProfile(reading, { watch }), last)
    if (!byWorth || whole) return collectProfile(reading, { watch })
    const known = [...(last?.items.values() ?? [])].flat()
    const enough = new Enough(byWorth.embed, byWorth.limits ?? readingLimits, known)
    return collectProfile(reading, { watch, enough: ({ items }) => enough.after(items, reading.requests) })
  }

  /** Tells of a profile while it is read, if anybody wants to know. */
  #watch(id: string, last: LastReading | undefined): ((soFar: CollectedProfile) => void) | undefined {
    const { onProfile } = this.#options
    return (
      onProfile &&
      (({ person, playlists, report }) => {
        const { own, followed, read, unchanged, notRead } = report.playlists
        const items = itemsOf(playlists, last)
        onProfile({
          listener: spotifyListener(person?.id ?? id),
          ...(person?.name && { name: person.name }),
          playlists: { done: read + unchanged + notRead.length, total: own + followed },
          tracks: items.length,
          items,
          notRead,
          sentences: report.sentences,
        })
      })
    )
  }

  async #lastReading(id: string): Promise<{ readonly last: LastReading; readonly origin: Origin } | undefined> {
    const { store, signedIn } = this.#options
    const notes = readNotes(await store.readingNotes(spotifyListener(id)))
    if (!notes) return undefined
    const { name, items, provenance } = await exportProfile(spotifyListener(id), { store })
    const who = { id, isSignedIn: id === signedIn }
    const last = lastReading(who, notes, { ...(name !== undefined && { name }), items })
    return last && { last, origin: provenance.origin }
  }
}
