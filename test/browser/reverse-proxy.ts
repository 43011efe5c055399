import { createServer, type IncomingHttpHeaders, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'

export interface ReverseProxy {
  /** Where browsers find the application: below a path. */
  readonly url: string
  /** What came from browsers, without the path's beginning. */
  readonly seen: readonly { readonly method: string; readonly path: string; readonly headers: IncomingHttpHeaders }[]
  /** The server behind it. */
  target: { readonly host: string; readonly port: number } | undefined
}

/**
 * As people put one before a server: publishes it below a path, which the server never sees, knows no WebSocket, and
 * answers 502 while the server is away.
 */
export async function reverseProxy(prefix: string): Promise<ReverseProxy> {
  const seen: ReverseProxy['seen'][number][] = []
  const server = createServer((from, to) => {
    const path = from.url!.startsWith(prefix) ? from.url!.slice(prefix.length - 1) : undefined
    if (path === undefined) {
      to.writeHead(404).end()
      return
    }
    seen.push({ method: from.method!, path, headers: from.headers })
    const away = () => {
      if (to.headersSent) to.destroy()
      else to.writeHead(502, { 'content-type': 'text/html' }).end('<h1>502 Bad Gateway</h1>')
    }
    if (!proxy.target) {
      away()
      return
    }
    const onward = request({ ...proxy.target, path, method: from.method, headers: from.headers }, (answer) => {
      to.writeHead(answer.statusCode!, answer.headers)
      answer.on('error', away).pipe(to)
    })
    onward.on('error', away)
    to.on('close', () => onward.destroy())
    from.pipe(onward)
  })
  server.on('upgrade', (_, socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const proxy: ReverseProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    seen,
    target: undefined,
  }
  return proxy
}
