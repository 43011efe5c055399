import type { FileTree } from '../files/file-tree.ts'
import { failure, items, ok, type Routes } from '../routes.ts'
import { tagRoutes } from '../tag-routes.ts'
import { modelLinks } from '../views/provenance.ts'
import type { Model, Models } from './models.ts'

/** The model registry; the files are in the dataset API. */
export function modelRoutes(models: Models, files: FileTree, project: string): Routes {
  const base = '/project/{pid}/modelregistries/{registry}/models'
  const unknown = () => failure(404, 360_000, 'Model not found.')

  return {
    [`PUT ${base}/{id}`]: ({ params, body }) => {
      const folder = `/Projects/${project}/Models/${params.id!.replace(/_(\d+)$/, '/$1')}`
      if (!files.has(folder)) return failure(404, 360_002, 'The folder of the model does not exist.')
      const given = body as Model
      const known = models.get(params.id!)
      const model = {
        ...given,
        id: params.id!,
        created: known?.created ?? new Date().toISOString(),
        creator: 'Local User',
        userFullName: 'Local User',
        modelRegistryId: 119,
        projectName: project,
        uri: folder,
      }
      return ok(models.set(model), known ? 200 : 201)
    },
    [`GET ${base}/{id}`]: ({ params }) => {
      const model = models.get(params.id!)
      return model ? ok(model) : unknown()
    },
    [`PATCH ${base}/{id}`]: ({ params, body }) => {
      const model = models.get(params.id!)
      if (!model) return unknown()
      return ok(models.set({ ...model, ...(body as object) }))
    },
    [`DELETE ${base}/{id}`]: ({ params }) => {
      const model = models.get(params.id!)
      if (!model) return unknown()
      models.delete(model.id)
      files.remove(`/Projects/${project}/Models/${model.name}/${model.version}`)
      return { status: 204 }
    },
    [`GET ${base}/{id}/provenance/links`]: ({ params }) => {
      const model = models.get(params.id!)
      return model ? ok(modelLinks(model, models.origin(model.id))) : unknown()
    },
    [`GET ${base}`]: ({ query }) => {
      const filters = query.getAll('filter_by').map((each) => each.split(':') as [string, string])
      const found = models.all.filter((model) =>
        filters.every(([what, value]) => what !== 'name_eq' || model.name === value),
      )
      const [metric, direction] = query.get('sort_by')?.split(':') ?? []
      if (metric) found.sort(byMetric(metric, direction === 'desc'))
      const listed = found.slice(0, Number(query.get('limit') ?? found.length))
      return ok({ ...(items(listed).body as object), count: found.length })
    },
    ...tagRoutes(`${base}/{id}`, (params) => models.get(params.id!)?.id, unknown),
  }
}

/** Models without the metric come last. */
function byMetric(metric: string, descending: boolean): (a: Model, b: Model) => number {
  const value = (model: Model) => model.metrics?.[metric] ?? null
  return (a, b) => {
    const [x, y] = [value(a), value(b)]
    if (x === null || y === null) return (x === null ? 1 : 0) - (y === null ? 1 : 0)
    return descending ? y - x : x - y
  }
}
