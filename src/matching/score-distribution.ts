/** A fitted distribution of pair scores. Continuous, and strictly increasing in the score everywhere. */
export interface ScoreDistribution {
  /** Ascending scores, and the logit ln(p / (1 - p)) of the share of pairs below each. */
  readonly scores: readonly number[]
  readonly logits: readonly number[]
  /** Above the last score: a generalised Pareto tail, P(x > t) = P(x > u) (1 + shape (t - u) / scale)^(-1 / shape). */
  readonly upper: { readonly scale: number; readonly shape: number }
  /** Below the first score: an exponential tail of this scale. */
  readonly lower: { readonly scale: number }
}

/** Shares of pairs on both sides of a score: neither loses its digits where it is small. */
export interface Shares {
  readonly below: number
  readonly above: number
}

/** The share of the pairs that the upper tail is fitted to: 5 %, or more where that would be too few. */
const tailShare = 0.05
const tailPairs = 40
/** Heavier, a tail would have no variance. */
const heaviest = 0.5
/** Between the tails, about so many points describe the distribution. */
const points = 60

/**
 * Fits a distribution to scores: their quantiles in the middle, interpolated on the logit scale, and beyond the
 * quantiles that the sample supports a generalised Pareto tail (Pickands 1975), its parameters by probability-weighted
 * moments (Hosking & Wallis 1987). The shape is kept at 0 or above: a tail with an end would call everything beyond it
 * equally rare.
 *
 * @param sample at least 20 finite scores
 */
export function fitDistribution(sample: ArrayLike<number>): ScoreDistribution {
  const sorted = Float64Array.from(sample).sort()
  const n = sorted.length
  const tail = Math.min(Math.floor(n / 4), Math.max(tailPairs, Math.ceil(tailShare * n)))
  const scores: number[] = []
  const logits: number[] = []
  const [first, last] = [logit(tail / 2, n), logit(n - tail, n)]
  for (let k = 0; k <= points; k++) {
    const level = first + ((last - first) * k) / points
    const score = quantile(sorted, 1 / (1 + Math.exp(-level)))
    if (scores.length > 0 && !(score > scores.at(-1)! + 1e-9)) {
      // Of pairs with equal scores, the last level: they are all not above it.
      logits[logits.length - 1] = level
      continue
    }
    scores.push(score)
    logits.push(level)
  }
  const [start, end] = [scores[0]!, scores.at(-1)!]
  const above = sorted.subarray(n - tail).map((score) => Math.max(0, score - end))
  const below = sorted.subarray(0, Math.max(1, tail >> 1)).map((score) => Math.max(0, start - score))
  return { scores, logits, upper: paretoTail(above), lower: { scale: mean(below) || 1e-3 } }
}

/** The shares of pairs below and above a score. */
export function sharesAt({ scores, logits, upper, lower }: ScoreDistribution, score: number): Shares {
  const last = scores.length - 1
  if (score >= scores[last]!) {
    const beyond = (score - scores[last]!) / upper.scale
    const factor = upper.shape < 1e-6 ? Math.exp(-beyond) : (1 + upper.shape * beyond) ** (-1 / upper.shape)
    const above = factor / (1 + Math.exp(logits[last]!))
    return { below: 1 - above, above }
  }
  if (score < scores[0]!) {
    const below = Math.exp((score - scores[0]!) / lower.scale) / (1 + Math.exp(-logits[0]!))
    return { below, above: 1 - below }
  }
  let i = 1
  while (score >= scores[i]!) i++
  const between = (score - scores[i - 1]!) / (scores[i]! - scores[i - 1]!)
  const level = logits[i - 1]! + between * (logits[i]! - logits[i - 1]!)
  return { below: 1 / (1 + Math.exp(-level)), above: 1 / (1 + Math.exp(level)) }
}

/** The score that a share of pairs lies above: the inverse of `sharesAt(...).above`. */
export function scoreAbove(distribution: ScoreDistribution, above: number): number {
  const { scores, upper } = distribution
  let [low, high] = [scores[0]! - 1, scores.at(-1)! + upper.scale]
  while (sharesAt(distribution, low).above < above) low -= high - low
  while (sharesAt(distribution, high).above > above) high += high - low
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2
    if (sharesAt(distribution, middle).above > above) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** @param exceedances ascending, at least 0 */
function paretoTail(exceedances: Float64Array): ScoreDistribution['upper'] {
  const n = exceedances.length
  const a0 = mean(exceedances)
  if (!(a0 > 0)) return { scale: 1e-3, shape: 0 }
  const a1 = exceedances.reduce((sum, x, i) => sum + (x * (n - i - 0.65)) / n, 0) / n
  const shape = Math.min(heaviest, Math.max(0, 2 - a0 / (a0 - 2 * a1)))
  return { scale: a0 * (1 - shape), shape: Number.isFinite(shape) ? shape : 0 }
}

function quantile(sorted: Float64Array, p: number): number {
  const at = Math.min(sorted.length - 1, Math.max(0, p * sorted.length - 0.5))
  const below = Math.floor(at)
  const next = Math.min(sorted.length - 1, below + 1)
  return sorted[below]! + (at - below) * (sorted[next]! - sorted[below]!)
}

function logit(count: number, of: number): number {
  return Math.log(count / (of - count))
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
