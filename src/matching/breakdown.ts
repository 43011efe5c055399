import type { Description, Terms } from './description/description.ts'
import { closenessByViews, type ViewCodes } from './description/view-codes.ts'
import type { PairScore } from './pair-score.ts'
import { wholePercents } from './whole-percents.ts'

/** One pair's score, split exactly: `overlap`, `constant` and all `views` add up to `score`. */
export interface Breakdown {
  readonly score: number
  /** Points for shared artists. */
  readonly overlap: number
  /** Points of `overlap` by the artist's `keyHash`. */
  readonly artists: ReadonlyMap<number, number>
  /** Points for the closeness of the embeddings, by what it is seen in; `embedding` where that is one piece. */
  readonly views: ReadonlyMap<string, number>
  /** The same for every pair. */
  readonly constant: number
}

/**
 * Splits the pair score of two listeners.
 *
 * The overlap is a sum over artists already. The embedding's part is split over the views it is made of by their Shapley
 * values (Shapley 1953): a view's mean gain over all orders in which views could be added, with v(S) the points for the
 * closeness of the embeddings that see nothing but the views S. They add up to v(all), because v(none) = 0. v(all) is
 * exact, the others are known to eight bits. Views that neither listener has gain nothing in any order.
 */
export function breakDown(pair: PairScore, a: Description, b: Description): Breakdown {
  const shared = sharedProducts(a.terms, b.terms)
  const c = [...shared.values()].reduce((sum, product) => sum + product, 0)
  const weight = a.terms.weight * b.terms.weight
  const closeness = closenessOf(pair, a.vector, b.vector)
  const points = (product: number) => (weight * product) / pair.parameters.spread
  return {
    score: pair.combine(weight, c, closeness),
    overlap: points(c),
    artists: new Map([...shared].map(([artist, product]) => [artist, points(product)])),
    views: viewPoints(pair, a.details.views, b.details.views, closeness),
    constant: pair.constant,
  }
}

/** x_ia x_ja of each artist that both have, by the artist's hash. */
function sharedProducts(a: Terms, b: Terms): ReadonlyMap<number, number> {
  const theirs = new Map(Array.from(b.artists.hashes, (hash, i) => [hash, b.artists.overlap[i]!]))
  const shared = new Map<number, number>()
  for (const [i, hash] of a.artists.hashes.entries()) {
    const y = theirs.get(hash)
    if (y !== undefined) shared.set(hash, a.artists.overlap[i]! * y)
  }
  return shared
}

function closenessOf(pair: PairScore, x: Float32Array, y: Float32Array): number {
  let cosine = 0
  for (let d = 0; d < x.length; d++) cosine += x[d]! * y[d]!
  return cosine - (pair.centralities(x)[0]! + pair.centralities(y)[0]!)
}

function viewPoints(
  pair: PairScore,
  a: ViewCodes | undefined,
  b: ViewCodes | undefined,
  closeness: number,
): ReadonlyMap<string, number> {
  const { views } = pair.embedder
  if (!views || !a || !b) return new Map([['embedding', pair.closenessPoints(closeness)]])
  const all = 2 ** views.length - 1
  const values = Array.from({ length: all + 1 }, (_, subset) =>
    pair.closenessPoints(
      subset === all ? closeness : subset === 0 ? 0 : closenessByViews(a, b, subset, pair.parameters.centroid),
    ),
  )
  // A subset that is all that either has is worth what all views are: otherwise absent views would get the rounding.
  const present = a.present | b.present
  for (let subset = 0; subset < all; subset++) if ((subset & present) === present) values[subset] = values[all]!
  return new Map(
    views.map((view, v) => {
      let gain = 0
      for (const [subset, value] of values.entries())
        if (!(subset & (1 << v))) gain += orders(members(subset), views.length) * (values[subset | (1 << v)]! - value)
      return [view, gain]
    }),
  )
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
  /** Signed: what draws the two together is positive. In hundredths, whose magnitudes add up to 1. */
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
  const told = parts
    .filter(([, points]) => points !== 0 && Math.abs(points) >= total / 100)
    .sort(([, x], [, y]) => Math.abs(y) - Math.abs(x))
  const percents = wholePercents(told.map(([, points]) => Math.abs(points)))
  return told.map(([part, points], i) => ({
    part: words[part] ?? part,
    share: (Math.sign(points) * percents[i]!) / 100,
  }))
}
