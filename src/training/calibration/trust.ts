import { Calibration, type SizedScore } from '../../matching/calibration.ts'
import { fitDistribution, type ScoreDistribution, scoreAbove } from '../../matching/score-distribution.ts'
import type { ListenerId } from '../../taste/listener-id.ts'
import { draw } from '../split.ts'
import type { PairSamples, SampledPair } from './sample-pairs.ts'

/** How often something that was predicted happened. */
export interface ReliabilityPoint {
  readonly predicted: number
  readonly observed: number
  /** How many pairs the observation counts. */
  readonly pairs: number
}

/** Affinity and rarity of listeners' nearest matches, each in ascending order. */
export interface NearestMatches {
  /** How many others there are to be matched with. */
  readonly population: number
  readonly affinity: readonly number[]
  readonly rarity: readonly number[]
  /** Affinities of the first ten matches of the middle listener. */
  readonly firstTen: readonly number[]
}

/** What is known of how far affinity and rarity can be trusted. */
export interface Trust {
  /** Held-out listeners that the calibration was learned from. */
  readonly listeners: number
  /** Pairs of halves, and of strangers. */
  readonly pairs: { readonly halves: number; readonly strangers: number }
  /** Share of strangers who are at least as rare as predicted, against the prediction 1 / rarity. */
  readonly rarity: readonly ReliabilityPoint[]
  /** Share of halves below an affinity, against the affinity / 100. */
  readonly affinity: readonly ReliabilityPoint[]
  /** By the tails of the listeners' own scores, in populations of two sizes. */
  readonly nearest: readonly NearestMatches[]
  /** Median affinity of the nearest match among the held-out listeners themselves: by the tails, and as it is. */
  readonly check: { readonly population: number; readonly predicted: number; readonly observed: number }
}

const populations = [1_000, 100_000]
const thresholds = [2, 3, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000]
/** Fewer pairs beyond a threshold are no observation. */
const leastObserved = 10
/** Fewer others don't show what a listener's scores look like. */
const leastOthers = 60

/**
 * Tests a calibration on pairs that it was not fitted on: the held-out listeners are parted in two, and each part's
 * pairs are predicted by the other part's calibration.
 *
 * @returns undefined where a part is too small to be calibrated
 */
export function measureTrust(
  calibration: Calibration,
  samples: PairSamples,
  listeners: readonly ListenerId[],
): Trust | undefined {
  const side = listeners.map((listener) => Number(draw(listener, 'reliability', 1) < 0.5))
  const predictions = { rarity: [] as number[], affinity: [] as number[] }
  for (const part of [0, 1]) {
    const inPart = ({ i, j }: SampledPair) => side[i] === part && side[j] === part
    const outside = ({ i, j }: SampledPair) => side[i] !== part && side[j] !== part
    const other = Calibration.fit(0, samples.halves.filter(outside), samples.strangers.filter(outside))
    if (!other) return undefined
    for (const pair of samples.strangers) if (inPart(pair)) predictions.rarity.push(other.rarity(pair))
    for (const pair of samples.halves) if (inPart(pair)) predictions.affinity.push(other.affinity(pair))
  }
  const own = ownScores(samples.strangers, listeners.length).filter((scores) => scores.length >= leastOthers)
  if (own.length === 0) return undefined
  const observed = middle(own.map((scores) => calibration.affinity(highest(scores))))
  const others = Math.round(middle(own.map((scores) => scores.length)))
  const extended = own.map(extend)
  return {
    listeners: calibration.tables.listeners,
    pairs: { halves: samples.halves.length, strangers: samples.strangers.length },
    rarity: thresholds
      .map((rarity) => reliability(1 / rarity, predictions.rarity, (value) => value >= rarity))
      .filter(({ pairs }) => pairs >= leastObserved),
    affinity: [10, 20, 30, 40, 50, 60, 70, 80, 90].map((affinity) =>
      reliability(affinity / 100, predictions.affinity, (value) => value < affinity),
    ),
    nearest: populations.map((population) => nearestIn(population, extended, calibration)),
    check: { population: others, predicted: middle(nearestIn(others, extended, calibration).affinity), observed },
  }
}

function reliability(predicted: number, values: readonly number[], holds: (value: number) => boolean) {
  const pairs = values.reduce((sum, value) => sum + Number(holds(value)), 0)
  return { predicted, observed: pairs / values.length, pairs }
}

/** Of each listener, the scores with all others. */
function ownScores(strangers: readonly SampledPair[], listeners: number): readonly (readonly SizedScore[])[] {
  const own: SampledPair[][] = Array.from({ length: listeners }, () => [])
  for (const pair of strangers) {
    own[pair.i]!.push(pair)
    own[pair.j]!.push(pair)
  }
  return own
}

/** A listener's scores with all others, and the typical size of such a pair. */
interface Extended {
  readonly artists: number
  readonly distribution: ScoreDistribution
}

/** With an exponential tail: one listener's scores are too few to tell its shape as well. */
function extend(scores: readonly SizedScore[]): Extended {
  const distribution = fitDistribution(scores.map(({ score }) => score))
  const { scale, shape } = distribution.upper
  const upper = { scale: scale / (1 - shape), shape: 0 } // the mean excess
  return { artists: middle(scores.map(({ artists }) => artists)), distribution: { ...distribution, upper } }
}

/**
 * What matches would be like among so many others: the k-th nearest of n is put where k - .3 of n are expected (for
 * k = 1, the median of the largest of n).
 */
function nearestIn(population: number, own: readonly Extended[], calibration: Calibration): NearestMatches {
  const matchOf = ({ artists, distribution }: Extended, k: number) => ({
    artists,
    score: scoreAbove(distribution, (k - 0.3) / population),
  })
  const listeners = own
    .map((listener) => ({ listener, match: matchOf(listener, 1) }))
    .map(({ listener, match }) => ({
      listener,
      affinity: calibration.affinity(match),
      rarity: calibration.rarity(match),
    }))
    .sort((x, y) => x.affinity - y.affinity)
  const typical = listeners[listeners.length >> 1]!.listener
  return {
    population,
    affinity: listeners.map(({ affinity }) => affinity),
    rarity: listeners.map(({ rarity }) => rarity).sort((x, y) => x - y),
    firstTen: Array.from({ length: 10 }, (_, k) => calibration.affinity(matchOf(typical, k + 1))),
  }
}

function highest(scores: readonly SizedScore[]): SizedScore {
  return scores.reduce((best, one) => (one.score > best.score ? one : best))
}

function middle(values: readonly number[]): number {
  return values.toSorted((x, y) => x - y)[values.length >> 1]!
}
