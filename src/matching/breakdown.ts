import type { Corpus } from '../features/corpus.ts'
import { overlapShares, type PairRows, type PairScore } from './pair-score.ts'

/** One pair's score, split exactly: `overlap`, `constant` and all `views` add up to `score`. */
export interface Breakdown {
  readonly score: number
  /** Points for shared artists. */
  readonly overlap: number
  /** Points of `overlap` by artist of the catalogue. */
  readonly artists: ReadonlyMap<number, number>
  /** Points for the closeness of the embeddings, by what it is seen in; `embedding` where that is one piece. */
  readonly views: ReadonlyMap<string, number>
  /** The same for every pair. */
  readonly constant: number
}

interface Side {
  readonly corpus: Corpus
  readonly rows: PairRows
}

/**
 * Splits the pair scores of one listener with some others.
 *
 * The overlap is a sum over artists already. The embedding's part is split over the views it is made of by their Shapley
 * values (Shapley 1953): a view's mean gain over all orders in which views could be added, with v(S) the points for the
 * closeness of the embeddings that see nothing but the views S. They add up to v(all), because v(none) = 0. All
 * subsets are computed; views that neither listener has gain nothing in any order.
 */
export class BreakdownMaker {
  readonly #pair: PairScore
  readonly #mine: Side
  readonly #others: Side
  readonly #mineByViews: readonly Float32Array[]
  readonly #othersByViews: readonly Float32Array[]
  readonly #views: readonly string[]

  /** @param others few: each takes an embedding per subset of the views */
  constructor(pair: PairScore, mine: Side, others: Side) {
    this.#pair = pair
    this.#mine = mine
    this.#others = others
    const { embedder } = pair
    this.#views = embedder.embedByViews ? embedder.views! : ['embedding']
    const byViews = ({ corpus, rows }: Side) =>
      embedder.embedByViews?.(corpus) ?? [new Float32Array(rows.embeddings.length), rows.embeddings]
    this.#mineByViews = byViews(mine)
    this.#othersByViews = byViews(others)
  }

  /** Of row i of mine and row j of the others. */
  of(i: number, j: number): Breakdown {
    const [a, b] = [this.#mine.rows, this.#others.rows]
    const overlap = this.#pair.overlapPoints(a, i, b, j)
    const shares = overlapShares(a, i, b, j)
    return {
      score: this.#pair.score(a, i, b, j),
      overlap,
      artists: new Map([...shares].map(([artist, share]) => [artist, share * overlap])),
      views: this.#shapley(i, j),
      constant: this.#pair.constant,
    }
  }

  #shapley(i: number, j: number): ReadonlyMap<string, number> {
    const { dimensions } = this.#pair
    const { centroid } = this.#pair.parameters
    const values = this.#mineByViews.map((mine, subset) => {
      const others = this.#othersByViews[subset]!
      let closeness = 0
      for (let d = 0; d < dimensions; d++) {
        const [x, y] = [mine[i * dimensions + d]!, others[j * dimensions + d]!]
        closeness += x * y - (x + y) * centroid[d]!
      }
      return this.#pair.closenessPoints(closeness)
    })
    const players = this.#views.length
    return new Map(
      this.#views.map((view, v) => {
        let gain = 0
        for (const [subset, value] of values.entries())
          if (!(subset & (1 << v))) gain += orders(members(subset), players) * (values[subset | (1 << v)]! - value)
        return [view, gain]
      }),
    )
  }
}

/** |S|! (n - |S| - 1)! / n!: the share of all orders of n in which exactly the s members of S come before one more. */
function orders(s: number, n: number): number {
  let share = 1 / n
  for (let k = 1; k <= s; k++) share *= k / (n - k)
  return share
}

function members(subset: number): number {
  let count = 0
  for (let rest = subset; rest > 0; rest >>= 1) count += rest & 1
  return count
}

/** A part of what makes two listeners close, without its size in points. */
export interface RelativePart {
  readonly part: string
  /** Signed: what draws the two together is positive. Magnitudes add up to 1. */
  readonly share: number
}

const words: Readonly<Record<string, string>> = {
  overlap: 'artists you share',
  id: 'artists often heard together',
  genre: 'genres',
  tag: 'tags',
  cooccurrence: 'artists who meet in playlists',
  track: 'tracks often heard together',
  audio: 'how it sounds',
  embedding: 'artists and genres often heard together',
}

/** The parts in words, largest first; parts under one percent are left out. */
export function relativeParts({ overlap, views }: Pick<Breakdown, 'overlap' | 'views'>): readonly RelativePart[] {
  const parts = [['overlap', overlap] as const, ...views]
  const total = parts.reduce((sum, [, points]) => sum + Math.abs(points), 0)
  return parts
    .map(([part, points]) => ({ part: words[part] ?? part, share: total > 0 ? points / total : 0 }))
    .filter(({ share }) => Math.abs(share) >= 0.01)
    .sort((x, y) => Math.abs(y.share) - Math.abs(x.share))
    .map(({ part, share }) => ({ part, share: Math.round(share * 1000) / 1000 }))
}
