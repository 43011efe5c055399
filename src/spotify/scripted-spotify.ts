import { memoryTokenStore } from './auth/token-store.ts'
import type { SpotifyClient } from './client.ts'
import { connect } from './connect.ts'
import { memoryPersistence } from './persistence.ts'
import { VirtualEnvironment } from './virtual-environment.ts'

/** Answers a request to the API; undefined: not found. */
export type Script = (path: string, query: URLSearchParams) => unknown

/** A client whose requests are answered by a function, for tests. Returned values become JSON. */
export async function scriptedClient(
  script: Script,
  options: { readonly signedIn?: boolean } = {},
): Promise<{ readonly client: SpotifyClient; readonly asked: string[]; readonly environment: VirtualEnvironment }> {
  const asked: string[] = []
  const environment = new VirtualEnvironment(async (url) => {
    const { pathname, searchParams, hostname } = new URL(url)
    if (hostname === 'accounts.spotify.com') return Response.json({ access_token: 'token', expires_in: 3600 })
    const path = pathname.replace('/v1', '')
    asked.push(searchParams.has('offset') ? `${path}@${searchParams.get('offset')}` : path)
    const answer = await script(path, searchParams)
    if (answer instanceof Response) return answer
    return answer === undefined ? refusal(404, 'Not found.') : Response.json(answer)
  })
  const signIn = memoryTokenStore({
    accessToken: 'person-access',
    refreshToken: 'person-refresh',
    expiresAt: environment.now() + 3600_000,
    authorizedAt: environment.now(),
    scopes: [],
  })
  const client = await connect({
    credentials: { clientId: 'client-id', clientSecret: 'client-secret' },
    environment,
    persistence: memoryPersistence(),
    limits: { perSecond: 1000, burst: 1000, concurrency: 4, perDay: Number.POSITIVE_INFINITY },
    ...(options.signedIn && { signIn }),
  })
  return { client, asked, environment }
}

/** A failed answer in the API's own form. */
export function refusal(status: number, message: string): Response {
  return Response.json({ error: { status, message } }, { status })
}

/** One page of a list, as the query asks for it. */
export function pageOf(list: readonly unknown[], path: string, query: URLSearchParams): object {
  const offset = Number(query.get('offset') ?? 0)
  const limit = Number(query.get('limit') ?? 20)
  const more = offset + limit < list.length
  const next = new URLSearchParams(query)
  next.set('offset', `${offset + limit}`)
  return {
    href: `https://api.spotify.com/v1${path}`,
    items: list.slice(offset, offset + limit),
    limit,
    offset,
    total: list.length,
    next: more ? `https://api.spotify.com/v1${path}?${next}` : null,
    previous: null,
  }
}
