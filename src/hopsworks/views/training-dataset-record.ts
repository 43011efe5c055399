import { randomInt } from 'node:crypto'
import { HopsworksError } from '../error.ts'
import { type GroupRecord, noSource } from '../groups/group-record.ts'
import { logicOf } from '../groups/query-record.ts'
import type { TrainingDatasetDefinition, TrainingSplit } from './feature-view.ts'

/** A training data set as the API tells it, as far as this client reads it. */
export interface TrainingDatasetRecord {
  readonly version: number
  readonly description?: string | null
  readonly seed?: number | null
  readonly eventStartTime?: number | null
  readonly eventEndTime?: number | null
  readonly splits?: readonly {
    readonly name: string
    readonly percentage?: number | null
    readonly startTime?: number | null
    readonly endTime?: number | null
  }[]
}

/**
 * The body that registers a training data set; the backend keeps the definition, not the rows.
 * @param group the view's first
 */
export function trainingDatasetBody(
  view: { readonly name: string },
  group: GroupRecord | undefined,
  definition: TrainingDatasetDefinition,
): unknown {
  const { description = '', splits = [], filter, from, until } = definition
  const subject = `training data set of "${view.name}"`
  checkSplits(splits, subject)
  const isRandom = splits.some((split) => 'share' in split)
  return {
    name: view.name,
    version: null,
    description,
    dataFormat: 'tsv',
    coalesce: false,
    trainingDatasetType: 'IN_MEMORY_TRAINING_DATASET',
    features: null,
    splits: splits.map(splitBody),
    // Without one nobody could draw the same parts again.
    seed: definition.seed ?? (isRandom ? randomInt(2 ** 31) : null),
    queryDTO: null,
    statisticsConfig: { enabled: false, correlations: false, histograms: false, exactUniqueness: false, columns: [] },
    trainSplit: splits.length > 0 ? (definition.trainSplit ?? splits[0]!.name) : null,
    eventStartTime: from?.getTime() ?? null,
    eventEndTime: until?.getTime() ?? null,
    extraFilter: filter && group ? logicOf(filter, group, subject) : null,
    dataSource: { ...noSource, storageConnector: hopsFs },
    type: 'trainingDatasetDTO',
  }
}

/** Where a materialized one would lie. */
const hopsFs = {
  type: 'featurestoreHopsfsConnectorDTO',
  id: null,
  name: null,
  featurestoreId: null,
  description: null,
  storageConnectorType: 'HOPSFS',
  hopsfsPath: null,
  datasetName: null,
}

function checkSplits(splits: readonly TrainingSplit[], subject: string): void {
  const shares = splits.flatMap((split) => ('share' in split ? [split.share] : []))
  if (shares.length > 0 && shares.length < splits.length)
    throw new HopsworksError('client', `${subject}: some splits are shares, others are times`, {
      do: 'use one or the other',
    })
  const sum = shares.reduce((total, share) => total + share, 0)
  if (shares.length > 0 && (Math.abs(sum - 1) > 1e-9 || shares.some((share) => !(share > 0))))
    throw new HopsworksError('client', `${subject}: the shares of its splits are ${shares.join(', ')}`, {
      do: 'use positive numbers that add up to 1',
    })
}

function splitBody(split: TrainingSplit): unknown {
  const { name } = split
  if ('share' in split)
    return { name, splitType: 'RANDOM_SPLIT', percentage: split.share, startTime: null, endTime: null }
  const { from, until } = split
  return { name, splitType: 'TIME_SERIES_SPLIT', percentage: null, startTime: from.getTime(), endTime: until.getTime() }
}

export function splitsOf({ splits }: TrainingDatasetRecord): TrainingSplit[] {
  return (splits ?? []).map(({ name, percentage, startTime, endTime }) =>
    typeof percentage === 'number'
      ? { name, share: percentage }
      : { name, from: new Date(startTime ?? 0), until: new Date(endTime ?? 0) },
  )
}

export function timeOf(time: number | null | undefined): Date | undefined {
  return typeof time === 'number' ? new Date(time) : undefined
}
