import type { Asked } from '../sources/spotify/asking.ts'
import type { GateUsage, Outcome, ReadingReport } from '../spotify/index.ts'
import type { PutOutcome } from '../store/feature-store.ts'
import type { Item } from '../taste/item.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import type { Stopped } from './stopped.ts'

/** A profile while it is read. */
export interface ProfileSoFar {
  readonly listener: ListenerId
  /** As shown on the profile. */
  readonly name?: string
  /** `done`: read, unchanged, or not to be read. */
  readonly playlists: { readonly done: number; readonly total: number }
  readonly tracks: number
  readonly items: readonly Item[]
  readonly notRead: ReadingReport['playlists']['notRead']
  readonly sentences: readonly string[]
}

/** What became of one link. */
export interface ProfileOutcome {
  readonly link: string
  /** Absent when the link names no profile. */
  readonly listener?: ListenerId
  /** `waiting`: the run stopped before; `refused`: it is not the link of a profile; `barred`: was erased for good. */
  readonly outcome: Outcome | 'failed' | 'waiting' | 'refused' | 'barred'
  /** Absent when nothing was stored. */
  readonly stored?: PutOutcome
  readonly entries?: number
  /** Playlists that were not read, or not to their end, and why; absent when there are none. */
  readonly notRead?: ReadingReport['playlists']['notRead']
  /** What was read and what was not, or why it failed, in words for a listener. */
  readonly sentences: readonly string[]
}

export interface SpotifyIngestReport {
  /** Each profile once, in the order of the links. */
  readonly profiles: readonly ProfileOutcome[]
  readonly outcomes: Readonly<Partial<Record<ProfileOutcome['outcome'], number>>>
  readonly simulated: boolean
  /** Sent by the client, with retries. */
  readonly requests: number
  readonly quota: GateUsage
  readonly artists: Asked
  readonly tracks: Asked
  /** Why the run ended before all profiles were read, and when to continue. */
  readonly stopped?: Stopped
}

/** What is said of somebody who was erased while being read again. */
export function erased(said: ProfileOutcome): ProfileOutcome {
  return { ...said, outcome: 'failed', sentences: ['This listener was erased meanwhile.'] }
}

/** What is said of somebody who was erased for good. */
export function barred(link: string, listener: ListenerId): ProfileOutcome {
  const sentence = 'Its owner does not want this profile to be read. If it is yours, sign in.'
  return { link, listener, outcome: 'barred', sentences: [sentence] }
}
