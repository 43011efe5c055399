import type { FeatureGroup, Statistics } from '../groups/feature-group.ts'
import type { FeatureType, Row } from '../groups/feature-types.ts'
import type { Filter } from '../groups/filter.ts'
import type { CallOptions } from '../login-options.ts'

/** Features of one group, with those of others joined to it. */
export interface ViewQuery {
  readonly group: FeatureGroup
  /** Default: all. */
  readonly features?: readonly string[]
  readonly joins?: readonly ViewJoin[]
  /** On features of `group`. */
  readonly filter?: Filter
}

/**
 * Groups that both have an event time are joined as of the left row's time: of each key the newest earlier row. What a
 * left join doesn't find is null.
 */
export interface ViewJoin {
  readonly group: FeatureGroup
  readonly features?: readonly string[]
  /** Names on both sides. Default: the features of its primary key. */
  readonly on?: readonly string[]
  /** Default `left`. */
  readonly type?: 'left' | 'inner'
  /** Before the names of its features, where they would collide. */
  readonly prefix?: string
}

export interface FeatureViewDefinition {
  readonly name: string
  /** Default 1. */
  readonly version?: number
  readonly description?: string
  readonly query: ViewQuery
  /** Features that are to be predicted: not part of online rows. */
  readonly labels?: readonly string[]
}

/** A named part of the data: a share of it drawn at random, or the time from (inclusive) until (exclusive). */
export type TrainingSplit =
  | { readonly name: string; readonly share: number }
  | { readonly name: string; readonly from: Date; readonly until: Date }

/** What a model is trained on, as the backend remembers it. The rows are read and split by whoever trains. */
export interface TrainingDatasetDefinition {
  readonly description?: string
  /** Default: one part. */
  readonly splits?: readonly TrainingSplit[]
  /** Which of the splits is trained on; default the first. */
  readonly trainSplit?: string
  /** Of the random splits. */
  readonly seed?: number
  /** Only rows with event times from here, until there. */
  readonly from?: Date
  readonly until?: Date
}

export interface TrainingDataset {
  readonly version: number
  readonly description: string
  readonly splits: readonly TrainingSplit[]
  readonly seed: number | undefined
  /** The newest that were computed; undefined when none were. */
  statistics(options?: CallOptions): Promise<Statistics | undefined>
  tags(options?: CallOptions): Promise<ReadonlyMap<string, unknown>>
  setTag(name: string, value: unknown, options?: CallOptions): Promise<void>
  delete(options?: CallOptions): Promise<void>
}

export interface ViewFeature {
  readonly name: string
  readonly type: FeatureType
  readonly isLabel: boolean
}

/** Features of several groups under one name: what a model takes, in training and in serving. */
export interface FeatureView {
  readonly id: number
  readonly name: string
  readonly version: number
  readonly description: string
  readonly features: readonly ViewFeature[]
  /**
   * Online rows by the groups' primary keys, in the order asked, without labels. Undefined where nothing is stored; what
   * only some of the groups know is null. Every group must be online and without embeddings.
   */
  read(keys: readonly Row[], options?: CallOptions): Promise<(Row | undefined)[]>
  createTrainingDataset(definition?: TrainingDatasetDefinition, options?: CallOptions): Promise<TrainingDataset>
  trainingDatasets(options?: CallOptions): Promise<TrainingDataset[]>
  tags(options?: CallOptions): Promise<ReadonlyMap<string, unknown>>
  setTag(name: string, value: unknown, options?: CallOptions): Promise<void>
  removeTag(name: string, options?: CallOptions): Promise<void>
  /** Its training data sets go too. */
  delete(options?: CallOptions): Promise<void>
}
