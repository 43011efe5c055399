import { columnCounts, type SparseRows } from '../features/sparse-rows.ts'
import { expectedHits } from './metrics.ts'

/** How many artists a list of recommendations holds. */
const places = 50

/**
 * Whether neighbours are useful: do they hold the artists that were hidden? The nearest listeners vote for their
 * artists, (1 - r/2n) log1p(count) from the one at rank r = 0 .. n - 1; artists of the known half are removed. Only the
 * ranking counts, not the scale of a score, and log1p keeps one artist with 100,000 plays from taking the vote.
 */
export class Transfer {
  readonly #counts: SparseRows
  readonly #votes: Float64Array
  readonly #voted: Uint32Array
  readonly #wanted: Uint8Array
  /** [artists]: how many stored listeners have each. */
  readonly #popularity: Uint32Array
  readonly #mostPopularFirst: Uint32Array

  /** @param counts [voters x artists]: how often each stored listener plays or lists an artist */
  constructor(counts: SparseRows) {
    this.#counts = counts
    this.#votes = new Float64Array(counts.columns)
    this.#voted = new Uint32Array(counts.columns)
    this.#wanted = new Uint8Array(counts.columns)
    this.#popularity = columnCounts(counts)
    this.#mostPopularFirst = Uint32Array.from(this.#popularity.keys()).sort(
      (i, j) => this.#popularity[j]! - this.#popularity[i]!,
    )
  }

  /**
   * Recall of the hidden half's other artists among the 50 with most votes, over min(50, their number); NaN when the
   * hidden half holds no other artist.
   * @param neighbours rows of stored listeners, nearest first, of whom the first `voters` vote
   * @param known artists of the known half
   * @param hidden artists of the hidden half
   */
  recall(neighbours: Uint32Array, voters: number, known: Uint32Array, hidden: Uint32Array): number {
    const { offsets, indices, values } = this.#counts
    let voted = 0
    for (const [r, voter] of neighbours.subarray(0, voters).entries()) {
      const weight = 1 - r / (2 * voters)
      for (let i = offsets[voter]!; i < offsets[voter + 1]!; i++) {
        const artist = indices[i]!
        if (this.#votes[artist] === 0) this.#voted[voted++] = artist
        this.#votes[artist]! += weight * Math.log1p(values[i]!)
      }
    }
    return this.#count(this.#voted.subarray(0, voted), known, hidden)
  }

  /** The same when every artist gets as many votes as stored listeners have it. */
  recallOfPopularity(known: Uint32Array, hidden: Uint32Array): number {
    // Only those as popular as the last one who may get a place can matter.
    const last = this.#mostPopularFirst[Math.min(places + known.length, this.#votes.length) - 1] ?? 0
    const bar = this.#popularity[last] ?? 0
    const end = this.#mostPopularFirst.findIndex((artist) => this.#popularity[artist]! < bar)
    const voted = end < 0 ? this.#mostPopularFirst : this.#mostPopularFirst.subarray(0, end)
    for (const artist of voted) this.#votes[artist] = this.#popularity[artist]!
    return this.#count(voted, known, hidden)
  }

  /** Spends the votes of the artists in `voted`. */
  #count(voted: Uint32Array, known: Uint32Array, hidden: Uint32Array): number {
    for (const artist of known) this.#votes[artist] = 0
    for (const artist of hidden) this.#wanted[artist] = 1
    for (const artist of known) this.#wanted[artist] = 0
    let wanted = 0
    for (const artist of hidden) wanted += this.#wanted[artist]!
    const hits = expectedHits(this.#votes, voted, this.#wanted, places)
    for (const artist of hidden) this.#wanted[artist] = 0
    for (const artist of voted) this.#votes[artist] = 0
    return wanted === 0 ? Number.NaN : hits / Math.min(places, wanted)
  }
}
