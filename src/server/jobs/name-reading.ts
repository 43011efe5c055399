import { ingestNames, type NameOutcome, type NamesStore } from '../../pipelines/ingest-names.ts'
import type { Progress } from '../../pipelines/progress.ts'
import type { NameReader } from '../../sources/names/name-reader.ts'
import type { PublicProfiles } from '../../sources/spotify/public-profiles.ts'
import { ApiProblem, type ProblemCode } from '../problems.ts'
import { sentence } from './named-profile.ts'
import type { Read } from './spotify-reading.ts'

interface NameReadingOptions {
  readonly store: NamesStore
  readonly readers: readonly NameReader[]
  readonly publicProfiles: PublicProfiles | undefined
  readonly progress: Progress
  readonly signal: AbortSignal
  /** Seconds since 1970. */
  readonly now: () => number
}

const codes: Readonly<Partial<Record<NameOutcome['outcome'], ProblemCode>>> = {
  'not-found': 'person-not-found',
  private: 'profile-private',
  empty: 'profile-empty',
  refused: 'link-not-readable',
  failed: 'service-unavailable',
  waiting: 'quota-closed',
}

/**
 * Reads somebody of ListenBrainz or Last.fm into the store.
 * @param name `listenbrainz:NAME` or `lastfm:NAME`
 * @throws ApiProblem when there is nothing to compare then
 */
export async function readNamedProfile(name: string, options: NameReadingOptions): Promise<Read> {
  const { names, stopped } = await ingestNames([name], options)
  const { listener, outcome, sentences } = names[0]!
  if (listener && (outcome === 'read' || outcome === 'unchanged')) return { listener, sentences, notRead: [] }
  const [closed] = stopped
  const seconds = closed?.continueAt === undefined ? undefined : Math.ceil(closed.continueAt / 1000 - options.now())
  throw new ApiProblem(
    codes[outcome] ?? 'service-unavailable',
    sentence(sentences.join(' ') || (closed?.reason ?? 'Nothing could be read')),
    seconds === undefined ? {} : { retryAfter: Math.max(1, seconds) },
  )
}
