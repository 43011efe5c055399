import type { QueryDto } from '../queries/query-dto.ts'
import type { FeatureViewDto } from './feature-view.ts'
import type { FeatureViews, TrainingDatasetDto } from './feature-views.ts'

/** Which models were made from what. */
export interface ModelOrigins {
  madeFrom(view: FeatureViewDto, set: TrainingDatasetDto): readonly unknown[]
}

interface Link {
  readonly node: {
    readonly artifactType: 'FEATURE_GROUP' | 'FEATURE_VIEW' | 'TRAINING_DATASET' | 'MODEL'
    readonly artifact: unknown
    readonly accessible: boolean
    readonly deleted: boolean
  }
  readonly upstream: readonly Link[]
  readonly downstream: readonly Link[]
}

interface Around {
  readonly upstream?: readonly Link[]
  readonly downstream?: readonly Link[]
}

/** The groups that a view reads, the training data sets made of it, the models made of those. */
export function viewLinks(view: FeatureViewDto, views: FeatureViews, models: ModelOrigins): Link {
  const downstream = views.trainingDatasets(view).map((set) =>
    link('TRAINING_DATASET', set, {
      downstream: models.madeFrom(view, set).map((model) => link('MODEL', model)),
    }),
  )
  return link('FEATURE_VIEW', view, { upstream: groupLinks(view.query), downstream })
}

/** What a model was made from; nothing where that is not known or not there any more. */
export function modelLinks(
  model: unknown,
  origin: { readonly view: FeatureViewDto; readonly set: TrainingDatasetDto } | undefined,
): Link {
  if (!origin) return link('MODEL', model)
  const view = link('FEATURE_VIEW', origin.view, { upstream: groupLinks(origin.view.query) })
  return link('MODEL', model, { upstream: [link('TRAINING_DATASET', origin.set, { upstream: [view] })] })
}

function groupLinks({ leftFeatureGroup, joins }: QueryDto): Link[] {
  return [link('FEATURE_GROUP', leftFeatureGroup), ...(joins ?? []).flatMap(({ query }) => groupLinks(query))]
}

function link(
  artifactType: Link['node']['artifactType'],
  artifact: unknown,
  { upstream = [], downstream = [] }: Around = {},
): Link {
  return { node: { artifactType, artifact, accessible: true, deleted: false }, upstream, downstream }
}
