import type { FeatureGroup, Statistics } from '../groups/feature-group.ts'
import type { FeatureType, Row } from '../groups/feature-types.ts'
import type { Filter } from '../groups/filter.ts'
import type { Taggable } from '../groups/tags.ts'
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
 * Where all groups have an event time, offline rows are joined as of the left row's time: of each key the newest row that is not
 * newer. What a left join doesn't find is null.
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

/** A named part of the data: a share of its keys drawn at random, or the time from (inclusive) until (exclusive). */
export type TrainingSplit =
  | { readonly name: string; readonly share: number }
  | { readonly name: string; readonly from: Date; readonly until: Date }

/** What a model is trained on, as the backend remembers it: which rows, not the rows. */
export interface TrainingDatasetDefinition {
  readonly description?: string
  /** All of them shares, which add up to 1, or all of them times. Default: one part. */
  readonly splits?: readonly TrainingSplit[]
  /** Which of the splits is trained on; default the first. */
  readonly trainSplit?: string
  /** Of the random splits. Default: one is drawn, and kept with the data set. */
  readonly seed?: number
  /** Beside the view's own, on features of its first group. */
  readonly filter?: Filter
  /** Only rows with event times from here, until there. */
  readonly from?: Date
  readonly until?: Date
}

export interface TrainingDataset extends Taggable {
  readonly version: number
  readonly description: string
  readonly splits: readonly TrainingSplit[]
  readonly seed: number | undefined
  readonly from: Date | undefined
  readonly until: Date | undefined
  /**
   * Its rows from the offline store, labels and all, a page at a time; those of one split, where it has splits. Random splits are drawn
   * here, by hash of the primary key of the view's first group under the seed: rows of one key stay together, and what else the groups
   * hold does not matter. The official client shuffles the rows, and so draws others.
   */
  read(options?: CallOptions & { readonly split?: string }): AsyncIterable<Row[]>
  /** The newest that were computed; undefined when none were. */
  statistics(options?: CallOptions): Promise<Statistics | undefined>
  delete(options?: CallOptions): Promise<void>
}

/** Which rows of a view are read. */
export interface BatchOptions extends CallOptions {
  /** Of the first group's event time: from here (inclusive), until there (exclusive). */
  readonly from?: Date
  readonly until?: Date
  /** Default false. */
  readonly labels?: boolean
}

export interface ViewFeature {
  readonly name: string
  readonly type: FeatureType
  readonly isLabel: boolean
}

/** Features of several groups under one name: what a model takes, in training and in serving. */
export interface FeatureView extends Taggable {
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
  /** Rows from the offline store, a page at a time. */
  readOffline(options?: BatchOptions): AsyncIterable<Row[]>
  createTrainingDataset(definition?: TrainingDatasetDefinition, options?: CallOptions): Promise<TrainingDataset>
  trainingDatasets(options?: CallOptions): Promise<TrainingDataset[]>
  /** Its training data sets go too. */
  delete(options?: CallOptions): Promise<void>
}
