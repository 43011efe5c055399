import type { FeatureStore } from '../store/feature-store.ts'
import type { ModelRegistry } from '../store/model-registry.ts'
import type { ModelKind, Preset } from '../training/model.ts'
import type { Progress } from './progress.ts'

export interface TrainOptions {
  readonly seed: number
  readonly preset: Preset
  /** File of listeners to leave out, one id a line. */
  readonly exclude?: string
  /** File that a long fit keeps up to date and continues from; tuning keeps another beside it. */
  readonly checkpoint?: string
  /** How many configurations of the kind to try on the validation listeners (docs/evaluation.md). */
  readonly tune?: number
  /** The command that was given, for the report. */
  readonly command?: string
}

export interface TrainDeps {
  readonly store: FeatureStore
  readonly registry: ModelRegistry
  readonly progress: Progress
  readonly kind: ModelKind
  /**
   * A kind that `kind` has to beat: fitted and measured beside it, and registered and promoted in its place where it is
   * better, or where there are too few listeners to tell.
   */
  readonly simpler?: ModelKind
  /** Aborted to stop: a kind that learns step by step is registered as far as it got. */
  readonly signal?: AbortSignal
  /** Seconds since 1970. */
  readonly clock?: () => number
}
