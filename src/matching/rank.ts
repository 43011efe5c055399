import { mostOverlapping, nearest } from './exact-search.ts'
import type { PairRows, PairScore } from './pair-score.ts'

/** How many candidates each way of retrieval brings, for each match that is asked for. */
const retrieved = 20

/**
 * The `k` rows of `b` closest to row q of `a`, best first, ties in the order of the rows: retrieved by embedding and by
 * overlap, because many listeners share no artist, and those who do need not lie close; then ordered by pair score.
 * @param eligible 1 for the rows of `b` that may be returned
 * @param correction points that the place of a row of `b` is to lose, see `Crowding`
 */
export function rank(
  pair: PairScore,
  a: PairRows,
  q: number,
  b: PairRows,
  k: number,
  eligible: Uint8Array,
  correction: (row: number) => number = () => 0,
): readonly number[] {
  const ineligible = eligible.length - eligible.reduce((sum, value) => sum + value, 0)
  const enough = retrieved * k + ineligible
  const rows = new Set([
    ...nearest(a.embeddings, q, b.embeddings, pair.dimensions, enough),
    ...mostOverlapping(a.overlap, q, b.overlap, enough),
  ])
  return [...rows]
    .filter((row) => eligible[row])
    .map((row) => ({ row, score: pair.score(a, q, b, row) - correction(row) }))
    .sort((x, y) => y.score - x.score || x.row - y.row)
    .slice(0, k)
    .map(({ row }) => row)
}
