import type { Close } from './population.ts'

export interface Ordering {
  readonly k: number
  /** 0 to 1, see `MatchOptions`. */
  readonly diversity: number
  /** Points that the place of a candidate loses, see `Crowding`. */
  correction(candidate: Close): number
  /** What every candidate loses at least. */
  readonly leastCorrection: number
  /** Points for how near two candidates are to each other. */
  closeness(a: Close, b: Close): number
}

/** So many times as many candidates as are wanted are asked for diversity. */
const poolSize = 5

/**
 * The `k` candidates that are shown, in their order. It moves places only; the numbers that are shown stay those of the pair
 * score. With diversity, each place goes to whom
 *
 *     (1 - d) M' - d max over those before (closeness)
 *
 * is the largest of (maximal marginal relevance, Carbonell & Goldstein 1998), M' being the corrected score.
 *
 * @param candidates by descending score
 */
export function order(candidates: readonly Close[], ordering: Ordering): readonly Close[] {
  const { k, diversity } = ordering
  if (diversity <= 0) return highest(candidates, k, ordering).map(({ candidate }) => candidate)
  const pool = [...highest(candidates, poolSize * k, ordering)]
  const nearest = new Map(pool.map((each) => [each, Number.NEGATIVE_INFINITY]))
  const chosen: Close[] = []
  while (chosen.length < k && pool.length > 0) {
    const worth = (each: Corrected) =>
      (1 - diversity) * each.score - (chosen.length > 0 ? diversity * nearest.get(each)! : 0)
    const best = pool.reduce((a, b) => (worth(b) > worth(a) ? b : a))
    pool.splice(pool.indexOf(best), 1)
    chosen.push(best.candidate)
    for (const each of pool)
      nearest.set(each, Math.max(nearest.get(each)!, ordering.closeness(each.candidate, best.candidate)))
  }
  return chosen
}

interface Corrected {
  readonly candidate: Close
  readonly score: number
}

/** The k highest after the correction, which is asked for only while it can still matter: it takes a while. */
function highest(
  candidates: readonly Close[],
  k: number,
  { correction, leastCorrection }: Pick<Ordering, 'correction' | 'leastCorrection'>,
): readonly Corrected[] {
  const best: Corrected[] = []
  for (const candidate of candidates) {
    if (best.length === k && candidate.score - leastCorrection <= best[k - 1]!.score) break
    const score = candidate.score - correction(candidate)
    if (best.length === k && score <= best[k - 1]!.score) continue
    const place = best.findIndex((other) => other.score < score)
    best.splice(place < 0 ? best.length : place, 0, { candidate, score })
    if (best.length > k) best.pop()
  }
  return best
}
