import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SpotifyError } from '../errors.ts'
import { beginSignIn, finishSignIn } from './sign-in.ts'
import type { TokenEndpointOptions } from './token-endpoint.ts'
import type { SignIn } from './token-store.ts'

export interface LoopbackOptions {
  /** Shows the address to the person, or opens their browser with it. */
  readonly show: (url: string) => void
  readonly scopes?: readonly string[]
  /** Default: any free one, which suits an app that registered `http://127.0.0.1/callback`, without a port. */
  readonly port?: number
  /** Milliseconds that the person may take. Default: five minutes. */
  readonly timeout?: number
  readonly signal?: AbortSignal
}

/**
 * Signs a person in from a command line: listens on 127.0.0.1 for the browser to come back (RFC 8252, 7.3).
 * @throws SpotifyError `sign-in-declined`, `sign-in-timeout` ...; the signal's reason when the caller gave up.
 */
export async function signInOnLoopback(options: TokenEndpointOptions, loopback: LoopbackOptions): Promise<SignIn> {
  const { show, scopes, port = 0, timeout = 300_000, signal } = loopback
  signal?.throwIfAborted()
  const back = Promise.withResolvers<URLSearchParams>()
  const server = createServer()
  const { port: bound } = await listen(server, port)
  const attempt = beginSignIn(options, `http://127.0.0.1:${bound}/callback`, scopes)
  server.on('request', (request, response) => {
    const url = URL.parse(request.url ?? '', attempt.redirectUri)
    // The host protects from pages that point a name of theirs to this address.
    const isOurs =
      request.method === 'GET' && url?.pathname === '/callback' && request.headers.host === `127.0.0.1:${bound}`
    const belongs = isOurs && url.searchParams.get('state') === attempt.state
    response.writeHead(belongs ? 200 : isOurs ? 400 : 404, {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'close',
    })
    if (belongs) response.end('Consonance: thank you. You can close this page.', () => back.resolve(url.searchParams))
    else response.end(isOurs ? 'Consonance: this page belongs to another sign-in. Please close it.' : 'Not found')
  })
  const inTime = options.environment.deadline(timeout, () =>
    back.reject(new SpotifyError('sign-in-timeout', { subject: 'sign-in' })),
  )
  const stop = () => back.reject(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    show(attempt.url)
    return await finishSignIn(options, attempt, await back.promise, signal)
  } finally {
    inTime()
    signal?.removeEventListener('abort', stop)
    server.close()
    server.closeAllConnections()
  }
}

async function listen(server: Server, port: number): Promise<AddressInfo> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, '127.0.0.1', resolve)
  await promise
  server.off('error', reject)
  return server.address() as AddressInfo
}
