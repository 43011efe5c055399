import type { FrontAnswer, FrontRequest } from './http-front.ts'

/** A request with the named parts of its path, such as `{fg}`. */
export interface RouteRequest extends FrontRequest {
  readonly params: Readonly<Record<string, string>>
}

export type RouteHandler = (request: RouteRequest) => FrontAnswer | Promise<FrontAnswer>

/** `GET /project/{pid}/jobs/{name}`: its handler. `{rest...}` takes the rest of the path. */
export type Routes = Readonly<Record<string, RouteHandler>>

/** Finds the handler of a request by method and path. */
export class RouteTable {
  readonly #routes: readonly { readonly method: string; readonly pattern: RegExp; readonly handle: RouteHandler }[]

  constructor(...tables: readonly Routes[]) {
    this.#routes = tables.flatMap((table) =>
      Object.entries(table).map(([route, handle]) => {
        const [method, path] = route.split(' ') as [string, string]
        const pattern = path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)').replace(/\{(\w+)\.\.\.\}/g, '(?<$1>.+)')
        return { method, pattern: new RegExp(`^${pattern}/?$`), handle }
      }),
    )
  }

  answer(request: FrontRequest): FrontAnswer | Promise<FrontAnswer> {
    let known = false
    for (const { method, pattern, handle } of this.#routes) {
      const match = pattern.exec(request.path)
      if (!match) continue
      known = true
      if (method === request.method) return handle({ ...request, params: { ...match.groups } })
    }
    return known ? failure(405, 120_000, 'HTTP 405 Method Not Allowed') : failure(404, 120_000, 'HTTP 404 Not Found')
  }
}

export function ok(body?: unknown, status = 200): FrontAnswer {
  return body === undefined ? { status } : { status, body }
}

/** In the form of Hopsworks' errors. */
export function failure(status: number, errorCode: number, errorMsg: string, usrMsg?: string): FrontAnswer {
  return { status, body: { errorCode, errorMsg, ...(usrMsg && { usrMsg }) } }
}

export function items(list: readonly unknown[]): FrontAnswer {
  return ok({ count: list.length, items: list })
}
