import type { Hygiene, Match, MatchQuery, Taste } from '../../matching/answer.ts'
import type { AnswerSummary } from '../views/answer-view.ts'
import type { Matcher, MatcherOptions, MatcherState } from './matcher.ts'

/** Several matchers as one: a question goes to the one with the fewest to answer. Each has everybody in memory. */
export class MatcherPool implements Matcher {
  readonly #members: { readonly matcher: Matcher; busy: number }[]

  /** @param matchers one or more; they are closed with the pool */
  constructor(matchers: readonly Matcher[]) {
    this.#members = matchers.map((matcher) => ({ matcher, busy: 0 }))
  }

  match(query: MatchQuery, k: number, options?: MatcherOptions): Promise<AnswerSummary> {
    return this.#ask((matcher) => matcher.match(query, k, options))
  }

  pair(query: MatchQuery, other: string, options?: MatcherOptions): Promise<Match | undefined> {
    return this.#ask((matcher) => matcher.pair(query, other, options))
  }

  taste(query: MatchQuery, hygiene?: Hygiene): Promise<Taste> {
    return this.#ask((matcher) => matcher.taste(query, hygiene))
  }

  /** Of the one that is the furthest behind, and the memory of all. */
  async state(): Promise<MatcherState> {
    const states = await Promise.all(this.#members.map(({ matcher }) => matcher.state()))
    const last = states.reduce((a, b) => (b.upToChange < a.upToChange ? b : a))
    return { ...last, bytes: states.reduce((sum, { bytes = 0 }) => sum + bytes, 0) }
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map(({ matcher }) => matcher.close()))
  }

  async #ask<T>(question: (matcher: Matcher) => Promise<T>): Promise<T> {
    const member = this.#members.reduce((a, b) => (b.busy < a.busy ? b : a))
    member.busy++
    try {
      return await question(member.matcher)
    } finally {
      member.busy--
    }
  }
}
