import type { Hygiene, Match, MatchQuery, Taste } from '../../matching/answer.ts'
import type { AnswerSummary } from '../views/answer-view.ts'

/** What can be left out or preferred in one question. */
export interface MatcherOptions {
  readonly hygiene?: Hygiene
  readonly diversity?: number
  /** Opaque keys of listeners who must not be shown. */
  readonly hidden?: readonly string[]
}

/** How current the answers are. */
export interface MatcherState {
  /** Version of the model that answers; null before there is one. */
  readonly model: number | null
  readonly listeners: number
  /** Number of the newest change that the answers know of. */
  readonly upToChange: number
  readonly bytes?: number
  /** Listeners who are still described by their former profile. */
  readonly behind?: number
  /** Why the promoted model could not be brought up. */
  readonly problem?: string
  /** Seconds since 1970. */
  readonly refreshedAt?: number
}

/** Answers questions about tastes, always as the store is at that moment. */
export interface Matcher {
  /** @throws Problem when the profile can't be matched, or there is no model. */
  match(query: MatchQuery, k: number, options?: MatcherOptions): Promise<AnswerSummary>
  /** One match in detail; undefined when they are not there (any more). */
  pair(query: MatchQuery, other: string, options?: MatcherOptions): Promise<Match | undefined>
  taste(query: MatchQuery, hygiene?: Hygiene): Promise<Taste>
  state(): Promise<MatcherState>
  close(): Promise<void>
}
