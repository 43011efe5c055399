/** One round of successive halving: how many trials are fitted, and for what share of the epochs. */
export interface Rung {
  readonly trials: number
  /** 0 to 1. */
  readonly share: number
}

/** Of the trials of a rung, one in `reduction` goes on to the next, where it is fitted `reduction` times as long. */
const reduction = 3
/** Below a ninth of the epochs, a fit says little about a whole one. */
const mostRungs = 3

/**
 * Successive halving (Jamieson & Talwalkar 2016; the inner loop of Hyperband): many trials on a short run, the best third
 * on one three times as long, and so on until the whole run.
 */
export function rungsOf(trials: number): readonly Rung[] {
  let rungs = 1
  while (rungs < mostRungs && reduction ** rungs <= trials) rungs++
  return Array.from({ length: rungs }, (_, rung) => ({
    trials: Math.ceil(trials / reduction ** rung),
    share: reduction ** (rung + 1 - rungs),
  }))
}

/** A trial's number with its score; null where its fit failed. */
export interface Scored {
  readonly trial: number
  readonly score: number | null
}

/** The best first; equal scores in the order of their numbers, so that nothing is preferred to the recipe for nothing. */
export function byScore(results: readonly Scored[]): readonly Scored[] {
  const value = ({ score }: Scored) => score ?? Number.NEGATIVE_INFINITY
  return results.toSorted((a, b) => value(b) - value(a) || a.trial - b.trial)
}

/** Who goes on: the best `count`, and trial 0, so that the recipe itself is always compared over the whole run. */
export function survivors(results: readonly Scored[], count: number): readonly number[] {
  const best = byScore(results)
    .slice(0, count)
    .map(({ trial }) => trial)
  return [...new Set([0, ...best])].sort((a, b) => a - b)
}
