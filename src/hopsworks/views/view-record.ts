import type { FeatureType } from '../groups/feature-types.ts'
import type { TrainingDatasetDefinition, TrainingSplit, ViewFeature } from './feature-view.ts'

/** A feature view as the API tells it, as far as this client reads it. */
export interface ViewRecord {
  readonly id: number
  readonly name: string
  readonly version: number
  readonly description?: string | null
  readonly features?: readonly { readonly name: string; readonly type?: string; readonly label?: boolean }[] | null
}

export interface TrainingDatasetRecord {
  readonly version: number
  readonly description?: string | null
  readonly seed?: number | null
  readonly splits?: readonly {
    readonly name: string
    readonly percentage?: number | null
    readonly startTime?: number | null
    readonly endTime?: number | null
  }[]
}

export function viewFeaturesOf({ features }: ViewRecord): ViewFeature[] {
  return (features ?? []).map(({ name, type = 'string', label = false }) => ({
    name,
    type: type.toLowerCase() as FeatureType,
    isLabel: label,
  }))
}

/** The body that registers a training data set; the backend keeps the definition, not the rows. */
export function trainingDatasetBody(view: { readonly name: string }, definition: TrainingDatasetDefinition): unknown {
  const { description = '', splits = [], seed = null, from, until } = definition
  return {
    name: view.name,
    version: null,
    description,
    dataFormat: 'tsv',
    coalesce: false,
    trainingDatasetType: 'IN_MEMORY_TRAINING_DATASET',
    features: null,
    splits: splits.map(splitBody),
    seed,
    queryDTO: null,
    statisticsConfig: { enabled: false, correlations: false, histograms: false, exactUniqueness: false, columns: [] },
    trainSplit: splits.length > 0 ? (definition.trainSplit ?? splits[0]!.name) : null,
    eventStartTime: from?.getTime() ?? null,
    eventEndTime: until?.getTime() ?? null,
    extraFilter: null,
    type: 'trainingDatasetDTO',
  }
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
