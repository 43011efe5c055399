import type { MatchAnswer, MatchOptions, MatchQuery } from '../matching/answer.ts'
import { type LiveDeps, LiveMatcher } from './live-matcher.ts'

/** What one question needs. */
export type MatchDeps = LiveDeps

/**
 * Compares one profile with every stored listener who agreed to be found, and explains the `k` closest: the live matcher for
 * one question. Whoever the promoted model does not know yet is described first.
 *
 * @throws Problem when no model is promoted, the query is unknown, may not be matched or holds nothing that is known
 * here, or there is nobody to compare with.
 */
export async function match(
  query: MatchQuery,
  k: number,
  deps: MatchDeps,
  options: MatchOptions = {},
): Promise<MatchAnswer> {
  const live = await LiveMatcher.open(deps)
  try {
    return await live.match(query, k, options)
  } finally {
    await live.close()
  }
}
