import type { LogicDto } from '../queries/query-dto.ts'
import { refusing } from '../queries/query-routes.ts'
import { failure, items, ok, type RouteHandler, type RouteRequest, type Routes } from '../routes.ts'
import { statisticsRoutes } from '../statistics-routes.ts'
import { tagRoutes } from '../tag-routes.ts'
import { batchQuery } from './batch-query.ts'
import type { FeatureViewDto, ViewFeatureDto } from './feature-view.ts'
import type { FeatureViews, TrainingDatasetDto } from './feature-views.ts'
import { preparedStatements } from './prepared-statements.ts'
import { type ModelOrigins, viewLinks } from './provenance.ts'

const base = '/project/{pid}/featurestores/{fs}/featureview'
const one = `${base}/{view}/version/{version}`
const sets = `${one}/trainingdatasets`
const oneSet = `${sets}/version/{td}`
const unknownView = () => failure(404, 270_181, "Feature view wasn't found.")
const unknownSet = () => failure(404, 270_012, "Training dataset wasn't found.")

type Body = Readonly<Record<string, unknown>>

/** Feature views, their training data sets, and what rows of them are read with. */
export function viewRoutes(views: FeatureViews, models: ModelOrigins, project: string): Routes {
  const find = ({ view, version }: RouteRequest['params']) => views.named(view!, Number(version))[0]
  const findSet = (params: RouteRequest['params']) => {
    const view = find(params)
    return view && views.trainingDataset(view, Number(params.td))
  }
  const withView =
    (handle: (view: FeatureViewDto, request: RouteRequest) => ReturnType<RouteHandler>): RouteHandler =>
    (request) => {
      const view = find(request.params)
      return view ? handle(view, request) : unknownView()
    }
  const withSet = (handle: (set: TrainingDatasetDto, view: FeatureViewDto) => ReturnType<RouteHandler>): RouteHandler =>
    withView((view, { params }) => {
      const set = views.trainingDataset(view, Number(params.td))
      return set ? handle(set, view) : unknownSet()
    })
  const batch = withView((view, { query, body }) =>
    refusing(() => {
      const time = (name: string) => (query.get(name) ? Number(query.get(name)) : undefined)
      const flag = (name: string) => query.get(name)?.toLowerCase() === 'true'
      const set = query.get('td_version') ? views.trainingDataset(view, Number(query.get('td_version'))) : undefined
      if (query.get('td_version') && !set) return unknownSet()
      const options = {
        start: time('start_time'),
        end: time('end_time'),
        labels: flag('with_label'),
        primaryKeys: flag('with_primary_keys'),
        eventTime: flag('with_event_time'),
        inferenceHelpers: flag('inference_helper_columns'),
        trainingHelpers: flag('training_helper_columns'),
        filters: [set?.extraFilter, body as LogicDto | undefined].filter((each) => !!each),
      }
      return ok(batchQuery(view, options, flag('is_hive_engine')))
    }),
  )

  return {
    [`POST ${base}`]: ({ body }) => refusing(() => ok(views.create(body as Body), 201)),
    [`GET ${base}`]: () => items(views.all),
    [`GET ${base}/{view}`]: ({ params }) => {
      const named = views.named(params.view!)
      return named.length > 0 ? items(named) : unknownView()
    },
    [`DELETE ${base}/{view}`]: ({ params }) => {
      const named = views.named(params.view!)
      for (const view of named) views.delete(view)
      return named.length > 0 ? { status: 200 } : unknownView()
    },
    [`GET ${one}`]: withView((view) => ok(view)),
    [`PUT ${one}`]: withView((view, { body }) => ok(views.update(view, (body as Body).description))),
    [`DELETE ${one}`]: withView((view) => {
      views.delete(view)
      return { status: 200 }
    }),
    [`GET ${one}/query/batch`]: batch,
    [`POST ${one}/query/batch`]: batch,
    [`GET ${one}/preparedstatement`]: withView((view, { query }) => {
      const flag = (name: string) => query.get(name)?.toLowerCase() === 'true'
      const helpers = flag('inference_helper_columns')
      const withHelpers = flag('logging_meta_data') || flag('feature_vector_with_inference_helpers')
      const isWanted = ({ label, inferenceHelperColumn, trainingHelperColumn }: ViewFeatureDto) =>
        helpers ? inferenceHelperColumn : !label && !trainingHelperColumn && (!inferenceHelperColumn || withHelpers)
      return items(preparedStatements(view, project, { batch: flag('batch'), isWanted }))
    }),
    [`GET ${one}/provenance/links`]: withView((view) => ok(viewLinks(view, views, models))),
    [`POST ${sets}`]: withView((view, { body }) =>
      refusing(() => ok(views.createTrainingDataset(view, body as Body), 201)),
    ),
    [`GET ${sets}`]: withView((view) => items(views.trainingDatasets(view))),
    [`DELETE ${sets}`]: withView((view) => {
      views.deleteTrainingDatasets(view, () => true)
      return { status: 200 }
    }),
    [`GET ${oneSet}`]: withSet((set) => ok(set)),
    [`DELETE ${oneSet}`]: withSet((set, view) => {
      views.deleteTrainingDatasets(view, ({ version }) => version === set.version)
      return { status: 200 }
    }),
    ...tagRoutes(one, (params) => idOf(find(params)), unknownView),
    ...tagRoutes(oneSet, (params) => idOf(findSet(params)), unknownSet),
    ...statisticsRoutes(one, (params) => idOf(find(params)), unknownView),
    ...statisticsRoutes(oneSet, (params) => idOf(findSet(params)), unknownSet),
  }
}

function idOf(found: { readonly id: number } | undefined): string | undefined {
  return found && `${found.id}`
}
