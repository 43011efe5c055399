import { type Answer, failure } from './answer.ts'
import type { ApiContent, Route } from './api-context.ts'
import { catalogueRoutes, closedRoutes } from './catalogue-routes.ts'
import type { Limiter } from './limits.ts'
import { Renderer } from './objects.ts'
import { personRoutes } from './person-routes.ts'
import { playlistRoutes } from './playlist-routes.ts'
import type { App, Mode } from './settings.ts'
import type { Grant, Tokens } from './tokens.ts'
import { writeRoutes } from './write-routes.ts'

const routes = [...personRoutes, ...playlistRoutes, ...writeRoutes, ...catalogueRoutes, ...closedRoutes].map(
  (route) => ({ route, pattern: route.path.split('/').slice(1) }),
)

const premiumNeeded =
  'Active premium subscription required for the owner of the app. When the subscription status changes, it can take a few hours before requests are allowed again.'

export interface RawRequest {
  readonly method: string
  /** Below the version, still percent-encoded. */
  readonly path: string
  readonly query: URLSearchParams
  readonly authorization: string | undefined
  /** What was sent along. */
  readonly body?: string
}

interface Matched {
  readonly route: Route
  readonly params: readonly string[]
}

/** The Web API's host: lets requests in or refuses them, in the order in which the real one looks at them. */
export class ApiHost {
  readonly #content: ApiContent
  readonly #tokens: Tokens
  readonly #limiter: Limiter
  readonly #base: string
  readonly #now: () => number
  readonly #renderers = new Map<Mode, Renderer>()

  constructor(content: ApiContent, tokens: Tokens, limiter: Limiter, base: string, now: () => number) {
    this.#content = content
    this.#tokens = tokens
    this.#limiter = limiter
    this.#base = base
    this.#now = now
  }

  /** Name of the route for the log. */
  routeOf(request: RawRequest): string {
    const matched = match(request)
    return `${request.method} ${matched && 'route' in matched ? matched.route.path : 'elsewhere'}`
  }

  /** The app that a request comes from, if its token tells. */
  appOf({ authorization }: RawRequest): App | undefined {
    const grant = this.#grant(authorization)
    return 'app' in grant ? grant.app : undefined
  }

  answer(request: RawRequest): Answer {
    const grant = this.#grant(request.authorization)
    if ('status' in grant) return grant
    const { app } = grant
    const refused = barred(grant) ?? this.#limiter.check(app, groupOf(request.path), this.#now())
    if (refused) return refused
    const matched = match(request)
    if (matched === undefined) return failure(404, 'Service not found')
    if ('status' in matched) return matched
    const { route, params } = matched
    if (route.closedTo.includes(app.mode)) return failure(403, 'Forbidden')
    if (route.scope !== undefined && grant.person === undefined)
      return failure(401, 'Valid user authentication required')
    if (route.scope && !grant.scopes.has(route.scope)) return failure(403, 'Insufficient client scope')
    return route.answer({
      ...this.#content,
      params,
      query: request.query,
      ...(request.body && { body: parsed(request.body) }),
      href: `${this.#base}${request.path}`,
      base: this.#base,
      grant,
      mode: app.mode,
      render: this.#renderer(app.mode),
    })
  }

  #grant(authorization: string | undefined): Grant | Answer {
    if (!authorization) return failure(401, 'No token provided')
    const token = /^Bearer (?<token>\S+)$/.exec(authorization)?.groups?.token
    if (token === undefined) return failure(400, 'Only valid bearer authentication supported')
    const grant = this.#tokens.check(token)
    if (grant === 'unknown') return failure(401, 'Invalid access token')
    return grant === 'expired' ? failure(401, 'The access token expired') : grant
  }

  #renderer(mode: Mode): Renderer {
    const known = this.#renderers.get(mode)
    if (known) return known
    const made = new Renderer(this.#content.world, mode, this.#content.switches, this.#base)
    this.#renderers.set(mode, made)
    return made
  }
}

/** What a development app can't do without. */
function barred({ app, person }: Grant): Answer | undefined {
  if (!app.mode.startsWith('dev')) return undefined
  if (!app.premium) return failure(403, premiumNeeded)
  if (person && app.users && !app.users.includes(person.id))
    return { status: 403, text: 'User not registered in the Developer Dashboard' }
  return undefined
}

/** Percent-decodes each part of a path once. */
function match({ path, method }: RawRequest): Matched | Answer | undefined {
  const parts = path.split('/').slice(1)
  for (const { route, pattern } of routes) {
    if (pattern.length !== parts.length || method !== (route.method ?? 'GET')) continue
    if (!pattern.every((part, at) => (part.startsWith('{') ? parts[at] !== '' : part === parts[at]))) continue
    try {
      const params = parts.filter((_, at) => pattern[at]!.startsWith('{')).map(decodeURIComponent)
      return { route, params }
    } catch {
      return failure(400, 'Bad request')
    }
  }
  return undefined
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function groupOf(path: string): string {
  return path.includes('playlists') || path.endsWith('/items') ? 'playlists' : (path.split('/')[1] ?? '')
}
