import type { FrontAnswer } from './http-front.ts'
import { failure, items, type RouteRequest, type Routes } from './routes.ts'

/** Tags of whatever `owner` finds by the path's parts. */
export function tagRoutes(
  base: string,
  owner: (params: RouteRequest['params']) => string | undefined,
  unknownOwner: () => FrontAnswer,
): Routes {
  const tags = new Map<string, Map<string, unknown>>()
  const of = (id: string) => {
    const known = tags.get(id) ?? new Map<string, unknown>()
    tags.set(id, known)
    return known
  }
  const listed = (entries: Iterable<readonly [string, unknown]>) =>
    items([...entries].map(([name, value]) => ({ name, value })))

  return {
    [`GET ${base}/tags`]: ({ params }) => {
      const id = owner(params)
      return id ? listed(of(id)) : unknownOwner()
    },
    [`GET ${base}/tags/{tag}`]: ({ params }) => {
      const id = owner(params)
      if (!id) return unknownOwner()
      const value = of(id).get(params.tag!)
      return value === undefined ? failure(404, 370_002, 'Tag not found.') : listed([[params.tag!, value]])
    },
    [`PUT ${base}/tags/{tag}`]: ({ params, bytes }) => {
      const id = owner(params)
      if (!id) return unknownOwner()
      const known = of(id).has(params.tag!)
      of(id).set(params.tag!, bytes.toString())
      return { ...listed(of(id)), status: known ? 200 : 201 }
    },
    [`DELETE ${base}/tags/{tag}`]: ({ params }) => {
      const id = owner(params)
      if (!id) return unknownOwner()
      of(id).delete(params.tag!)
      return { status: 204 }
    },
  }
}
