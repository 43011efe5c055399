import { ingestSpotify, type ProfileOutcome, type ProfileSoFar } from '../../pipelines/ingest-spotify.ts'
import type { Progress, Task } from '../../pipelines/progress.ts'
import type { PublicProfiles } from '../../sources/spotify/public-profiles.ts'
import type { ErrorKind, NotReadReason, SpotifyClient } from '../../spotify/index.ts'
import type { FeatureStore } from '../../store/feature-store.ts'
import type { ListenerId } from '../../taste/listener-id.ts'
import { spotifyProblemCode } from '../failures.ts'
import { ApiProblem, type ProblemCode } from '../problems.ts'
import { sentence } from './named-profile.ts'

export interface SpotifyReadingOptions {
  readonly client: SpotifyClient
  readonly store: FeatureStore
  readonly publicProfiles: PublicProfiles | undefined
  /** Id of the person who is signed in. */
  readonly signedIn?: string
  readonly progress: Progress
  readonly signal: AbortSignal
  /** Seconds since 1970. */
  readonly now: () => number
  /** Told of what was read so far, playlist by playlist. */
  readonly onProfile: (soFar: ProfileSoFar) => void
}

/** What was read, and what was not. */
export interface Read {
  readonly listener: ListenerId
  readonly sentences: readonly string[]
  readonly notRead: readonly { readonly name?: string; readonly reason: string }[]
}

const codes: Readonly<Partial<Record<ProfileOutcome['outcome'], ProblemCode>>> = {
  'not-found': 'person-not-found',
  private: 'profile-private',
  empty: 'profile-empty',
  'not-permitted': 'not-permitted',
  refused: 'link-not-readable',
  failed: 'service-unavailable',
  barred: 'profile-owned',
}

/**
 * Reads one Spotify profile into the store, with progress by playlist.
 * @throws ApiProblem when there is nothing to compare then
 */
export async function readSpotifyProfile(link: string, options: SpotifyReadingOptions): Promise<Read> {
  const { progress, onProfile, signedIn, ...rest } = options
  using playlists = new PlaylistSteps(progress)
  const { profiles, stopped } = await ingestSpotify([link], {
    ...rest,
    signedIn,
    // One profile: its playlists say more than "0 of 1".
    progress: { start: (label, about) => (about.unit === 'profiles' ? silent : progress.start(label, about)) },
    onProfile: (soFar) => {
      playlists.show(soFar)
      onProfile(soFar)
    },
  })
  const [profile] = profiles
  if (stopped) {
    const seconds = stopped.continueAt === undefined ? undefined : Math.ceil(stopped.continueAt / 1000 - options.now())
    throw new ApiProblem(
      spotifyProblemCode(stopped.kind as ErrorKind),
      sentence(stopped.reason),
      seconds === undefined ? {} : { retryAfter: Math.max(1, seconds) },
    )
  }
  const { listener, outcome, entries, sentences, notRead = [] } = profile!
  if (!listener || !entries) throw new ApiProblem(codes[outcome] ?? 'profile-empty', sentences.join(' ') || undefined)
  playlists.finish()
  return { listener, sentences, notRead: notRead.map(({ name, reason }) => ({ name, reason: reasons[reason] })) }
}

const reasons: Readonly<Record<NotReadReason, string>> = {
  hidden: 'private',
  'not-permitted': 'its owner or Spotify does not let it be read',
  'not-found': 'private, removed, or made by Spotify',
  failed: 'Spotify couldn’t deliver it',
  'left-out': 'made by others',
  enough: 'left for another time',
}

const silent: Task = { advance() {}, finish() {}, [Symbol.dispose]() {} }

/** One step, once it is known how many playlists there are. */
class PlaylistSteps implements Disposable {
  readonly #progress: Progress
  #task: Task | undefined
  #done = 0

  constructor(progress: Progress) {
    this.#progress = progress
  }

  show({ playlists, tracks }: ProfileSoFar): void {
    this.#task ??= this.#progress.start('reading playlists', { unit: 'playlists', total: playlists.total })
    this.#task.advance(playlists.done - this.#done, `${tracks.toLocaleString('en-US')} tracks`)
    this.#done = playlists.done
  }

  finish(): void {
    this.#task?.finish()
  }

  [Symbol.dispose](): void {
    this.#task?.[Symbol.dispose]()
  }
}
