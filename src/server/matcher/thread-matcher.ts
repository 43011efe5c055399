import type { Hygiene, Match, MatchQuery, Taste } from '../../matching/answer.ts'
import { Thread } from '../threads/thread.ts'
import type { AnswerSummary } from '../views/answer-view.ts'
import type { Matcher, MatcherOptions, MatcherState } from './matcher.ts'
import { MatcherPool } from './matcher-pool.ts'
import type { StorePlace } from './store-place.ts'

/** A matcher in so many threads, each with everybody in memory. */
export function matcherPool(place: StorePlace, threads: number): Matcher {
  return new MatcherPool(Array.from({ length: threads }, () => new ThreadMatcher(place)))
}

/** A matcher in a thread of its own. */
class ThreadMatcher implements Matcher {
  readonly #thread: Thread

  constructor(place: StorePlace) {
    this.#thread = new Thread(new URL('./matcher-thread', import.meta.url), { data: place })
    this.#thread.warm()
  }

  match(query: MatchQuery, k: number, options: MatcherOptions = {}): Promise<AnswerSummary> {
    return this.#thread.call('match', [query, k, options])
  }

  pair(query: MatchQuery, other: string, options: MatcherOptions = {}): Promise<Match | undefined> {
    return this.#thread.call('pair', [query, other, options])
  }

  taste(query: MatchQuery, hygiene?: Hygiene): Promise<Taste> {
    return this.#thread.call('taste', [query, hygiene])
  }

  state(): Promise<MatcherState> {
    return this.#thread.call('state', [])
  }

  close(): Promise<void> {
    return this.#thread.close()
  }
}
