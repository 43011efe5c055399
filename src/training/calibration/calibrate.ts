import type { Corpus } from '../../features/corpus.ts'
import { Calibration } from '../../matching/calibration.ts'
import { selectListeners } from '../cut-corpus.ts'
import type { FittedModel } from '../model.ts'
import { draw } from '../split.ts'
import { type HubnessRow, measureHubness } from './hubness.ts'
import { samplePairs } from './sample-pairs.ts'
import { measureTrust, type Trust } from './trust.ts'

export interface Calibrated {
  /** Absent where too few listeners were held out. */
  readonly calibration?: Calibration
  readonly trust?: Trust
  readonly hubness: readonly HubnessRow[]
}

/** The listeners are the same whatever the seed of a model, so that models can be compared. */
const seed = 1
/** More held-out listeners say little more, and their pairs grow with the square. */
const mostHeldOut = 800
const mostTraining = 2_000

/**
 * Learns what a model's pair scores mean, and measures how far that can be trusted.
 * @param heldOut listeners whom the model has never seen: what it makes of those it was trained on is closer
 * @param training those it was trained on
 */
export function calibrate(model: FittedModel, heldOut: Corpus, training: Corpus): Calibrated {
  const listeners = someOf(heldOut, mostHeldOut)
  const samples = samplePairs(model.pair, listeners, { seed })
  const calibration = Calibration.fit(listeners.listeners.length, samples.halves, samples.strangers)
  const trust = calibration && measureTrust(calibration, samples, listeners.listeners)
  const hubness = measureHubness(model, listeners, someOf(training, mostTraining))
  return { ...(calibration && { calibration }), ...(trust && { trust }), hubness }
}

function someOf(corpus: Corpus, most: number): Corpus {
  if (corpus.listeners.length <= most) return corpus
  const number = corpus.listeners.map((listener) => draw(listener, 'calibration', seed))
  const rows = [...number.keys()].sort((x, y) => number[x]! - number[y]!).slice(0, most)
  return selectListeners(
    corpus,
    rows.sort((x, y) => x - y),
  )
}
