import type { PublicProfiles } from '../sources/spotify/public-profiles.ts'
import type { FeatureStore } from '../store/feature-store.ts'
import type { ModelRegistry } from '../store/model-registry.ts'
import type { PolicySettings } from '../store/policy.ts'
import type { Listener } from '../taste/listener.ts'
import type { Identities, Identity } from './identity.ts'
import type { Answers } from './jobs/answers.ts'
import type { JobBoard } from './jobs/board.ts'
import type { NamingDeps } from './jobs/named-profile.ts'
import type { EventStreams } from './jobs/streams.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { ServerLimits } from './limits.ts'
import type { Matcher } from './matcher/matcher.ts'
import type { Metrics } from './metrics.ts'
import type { Place } from './place.ts'
import { ApiProblem } from './problems.ts'
import type { Spool } from './spool.ts'
import type { SpotifySignIns } from './spotify-sign-ins.ts'
import type { SpotifyWay } from './spotify-way.ts'

/** A profile that visitors may try. */
export interface Sample {
  readonly name: string
  /** For a job from text. */
  readonly text: string
  readonly note?: string
}

/** What the operator states, beside what they permit. */
export interface ServerSettings extends PolicySettings {
  readonly publicProfiles?: PublicProfiles | undefined
}

/** Everything that the routes work with. */
export interface Services {
  readonly store: FeatureStore
  readonly registry: ModelRegistry
  readonly settings: ServerSettings
  readonly dataFolder: string
  readonly ledger: Ledger
  readonly board: JobBoard
  readonly streams: EventStreams
  readonly matcher: Matcher
  readonly answers: Answers
  readonly identities: Identities
  readonly spool: Spool
  readonly limits: ServerLimits
  readonly metrics: Metrics
  readonly spotify?: SpotifyWay
  readonly signIns?: SpotifySignIns
  readonly naming: NamingDeps
  /** When the population is brought up to date without anybody asking: a cron expression. */
  readonly schedule?: string | undefined
  /** Hash of the operator's token; absent where nobody is the operator. */
  readonly operator?: string
  /** Profiles that visitors may try. */
  samples(): Promise<readonly Sample[]>
  /** The job that makes the server ready, while it runs. */
  work(): string | null
  place(): Place
  /** Removes a listener everywhere, at once. */
  eraseListener(listener: Listener): Promise<void>
  readonly startedAt: number
  /** Seconds since 1970. */
  readonly now: () => number
}

/** The listener of an opaque key, for somebody who may see them. @throws ApiProblem `profile-not-found` */
export async function visible(
  { identities, store }: Pick<Services, 'identities' | 'store'>,
  identity: Identity,
  key: string,
): Promise<{ readonly listener: Listener; readonly isOwner: boolean }> {
  const role = identities.roleOf(identity, key)
  const listener = role && (await store.listenerByKey(key))
  // The same answer for what is not there and for what is nobody else's business.
  if (!listener) throw new ApiProblem('profile-not-found', 'It was erased, or another browser brought it.')
  return { listener, isOwner: role === 'owner' }
}

/** @throws ApiProblem `profile-not-found`, `not-owner` */
export async function owned(services: Services, identity: Identity, key: string): Promise<Listener> {
  const { listener, isOwner } = await visible(services, identity, key)
  if (!isOwner)
    throw new ApiProblem('not-owner', 'You named this profile, but did not prove that it is yours: claim it first.')
  return listener
}
