import type { FrontAnswer } from './http-front.ts'
import { items, ok, type RouteRequest, type Routes } from './routes.ts'

/** Statistics of whatever `owner` finds by the path's parts: the newest first. */
export function statisticsRoutes(
  base: string,
  owner: (params: RouteRequest['params']) => string | undefined,
  unknownOwner: () => FrontAnswer,
): Routes {
  const statistics = new Map<string, unknown[]>()
  return {
    [`POST ${base}/statistics`]: ({ params, body }) => {
      const id = owner(params)
      if (!id) return unknownOwner()
      statistics.set(id, [body, ...(statistics.get(id) ?? [])])
      return ok(body)
    },
    [`GET ${base}/statistics`]: ({ params, query }) => {
      const id = owner(params)
      if (!id) return unknownOwner()
      const all = statistics.get(id) ?? []
      const offset = Number(query.get('offset') ?? 0)
      const page = all.slice(offset, offset + Number(query.get('limit') ?? all.length))
      return ok({ ...(items(page).body as object), count: all.length })
    },
  }
}
