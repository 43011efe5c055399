import type { Corpus } from '../features/corpus.ts'
import type { PairScore } from '../matching/pair-score.ts'
import type { ModelFiles } from '../store/model-registry.ts'

export const presets = ['quick', 'standard'] as const
export type Preset = (typeof presets)[number]

/** How far a fit is. */
export interface FitProgress {
  /** What is being done, such as `epoch 12 of 70`. */
  readonly step: string
  /** 0 to 1. */
  readonly done: number
  readonly loss?: number
  readonly examplesPerSecond?: number
}

export interface FitOptions {
  readonly seed: number
  readonly preset: Preset
  readonly progress?: (progress: FitProgress) => void
  /** Aborted when the user wants to stop: resolve to the best model so far. */
  readonly signal?: AbortSignal
  /** Scores a model on listeners that the fit never sees; higher is better. */
  readonly validate?: (model: Pick<FittedModel, 'embed'>) => number
  /** File that a long fit keeps up to date, and continues from after a kill. */
  readonly checkpoint?: string
  /** Terms that the data puts on the model, to be kept in its files. */
  readonly marks?: readonly string[]
}

/** Losses and validation of a model that learns step by step, at the end of an epoch. */
export interface TrailPoint {
  /** Steps of all networks so far. */
  readonly step: number
  /** Which network of an ensemble, from 1; the first by default. */
  readonly network?: number | undefined
  /** Means since the last point. */
  readonly half: number
  readonly item: number
  readonly validation?: number
}

/** A model that can be registered, served and evaluated. It describes listeners that it was not fitted on. */
export interface FittedModel {
  readonly kind: string
  /** Everything that repeats the fit on the same data, as JSON. */
  readonly configuration: unknown
  /** SHA-256 of the fitted parameters, in hexadecimal. */
  readonly hash: string
  /** D: numbers in an embedding. */
  readonly dimensions: number
  /** [listeners x D]: one row of unit length per listener, or zeros where nothing about a listener is known. */
  embed(corpus: Corpus): Float32Array
  /** What two different listeners have in common, for ranking and explaining matches. */
  readonly pair: PairScore
  /** Absent where a model is fitted at once. */
  readonly trail?: readonly TrailPoint[]
  save(): ModelFiles
}

/** One configuration of a kind, for tuning. */
export interface Trial {
  /** Every number that tuning may have changed, as JSON. */
  readonly configuration: unknown
  /**
   * Fits on the rows of `training` alone.
   * @param share of the passes of a whole run, above 0 to 1
   */
  fit(training: Corpus, options: FitOptions, share: number): Promise<FittedModel>
}

/** One way to make a model. Training, evaluation and serving know models only through it. */
export interface ModelKind {
  /** `linear` or `two-tower`: names the kind on a model's card. */
  readonly kind: string
  /**
   * Whether the registered model is fitted again on training and validation listeners together, once the one fitted
   * without the validation listeners has been evaluated. True where more listeners are worth a second fit.
   */
  readonly refit: boolean
  /**
   * Fits on the rows of `training` alone. Its catalogue may name more than its rows hold (other corpora share it):
   * nothing that stands only there may change the model.
   */
  fit(training: Corpus, options: FitOptions): Promise<FittedModel>
  /**
   * The configuration that tuning tries as `number`: 0 is the preset's own, which `fit` uses. Absent where there is nothing
   * to choose.
   */
  trial?(number: number, options: Pick<FitOptions, 'seed' | 'preset'>): Trial
  /** @throws Problem for files of another kind, of a newer version, or damaged. */
  open(files: ModelFiles): Promise<FittedModel>
}
