import type { Corpus } from '../../features/corpus.ts'
import { denseDots } from '../../features/scorers.ts'
import { Crowding, leastForCrowding } from '../../matching/crowding.ts'
import { highest } from '../metrics.ts'
import type { FittedModel } from '../model.ts'

/** How evenly listeners appear in each other's lists of the ten nearest. */
export interface Hubness {
  /** Third standardised moment of the number of lists that a listener is in; 0 is even. */
  readonly skew: number
  /** Share of the listeners who are in nobody's list. */
  readonly never: number
  /** In how many lists the most popular listener is. */
  readonly most: number
}

export interface HubnessRow extends Hubness {
  readonly score: 'embedding' | 'pair score'
  /** Whether places were corrected for crowding. */
  readonly corrected: boolean
}

const listLength = 10

/**
 * Hubness of the embedding's cosine and of the pair score, without and with the correction for crowding, which is
 * measured against training listeners only. Nothing where there are too few of either.
 */
export function measureHubness(model: FittedModel, heldOut: Corpus, training: Corpus): readonly HubnessRow[] {
  if (heldOut.listeners.length <= 2 * listLength || training.listeners.length < leastForCrowding) return []
  const { pair } = model
  const crowding = new Crowding(pair, model.embed(training), training.listeners)
  const embeddings = model.embed(heldOut)
  const around = Float64Array.from(heldOut.listeners, (listener, row) => crowding.around(embeddings, row, listener))
  const cosine = (q: number, out: Float32Array) => denseDots(embeddings, q, embeddings, model.dimensions, out)
  const scores = [
    { score: 'embedding', scoreAll: cosine, correction: around.map((r) => r / 2) },
    {
      score: 'pair score',
      scoreAll: pair.prepare(heldOut, heldOut),
      correction: around.map((r) => pair.closenessPoints(r / 2)),
    },
  ] as const
  return scores.flatMap(({ score, scoreAll, correction }) =>
    [false, true].map((corrected) => ({
      score,
      corrected,
      ...hubness(scoreAll, corrected ? correction : new Float64Array(correction.length)),
    })),
  )
}

/**
 * @param scoreAll writes the scores of listener q with all n listeners
 * @param correction [n]: taken from a listener's score in every list
 */
export function hubness(scoreAll: (q: number, out: Float32Array) => void, correction: Float64Array): Hubness {
  const n = correction.length
  const scores = new Float32Array(n)
  const lists = new Uint32Array(n)
  for (let q = 0; q < n; q++) {
    scoreAll(q, scores)
    for (let c = 0; c < n; c++) scores[c] = scores[c]! - correction[c]!
    for (const listed of highest(scores, listLength, q)) lists[listed] = lists[listed]! + 1
  }
  const mean = lists.reduce((sum, count) => sum + count, 0) / n
  const moment = (power: number) => lists.reduce((sum, count) => sum + (count - mean) ** power, 0) / n
  const variance = moment(2)
  return {
    skew: variance > 0 ? moment(3) / variance ** 1.5 : 0,
    never: lists.reduce((sum, count) => sum + Number(count === 0), 0) / n,
    most: Math.max(...lists),
  }
}
