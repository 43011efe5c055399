import { Problem } from '../taste/problem.ts'

/** Where browsers find the application. */
export interface Place {
  /** Path of the application with a slash at its end: `/`, or `/consonance/` behind a proxy. */
  readonly basePath: string
  /** Whether browsers come by HTTPS. */
  readonly secure: boolean
  /** Names by which the server may be called, with port where one is written; undefined: any. */
  readonly hosts: ReadonlySet<string> | undefined
  /** Address of the application with a slash at its end; undefined where nobody stated it and it can't be known. */
  readonly url: string | undefined
}

const loopback = /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/

/**
 * @param publicUrl as the operator states it: `https://example.org/consonance`
 * @param listening what the server listens on
 * @throws Problem naming the address
 */
export function placeOf(
  publicUrl: string | undefined,
  listening: { readonly host: string; readonly port: number },
): Place {
  if (publicUrl !== undefined) {
    const url = URL.parse(publicUrl)
    if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username)
      throw new Problem(`serve: --public-url "${publicUrl}" is not the address of a page`, {
        do: 'write it as browsers see it, such as https://example.org/consonance',
        exitCode: 2,
      })
    const basePath = url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`
    if (!/^\/(?:[\w.~-]+\/)*$/.test(basePath))
      throw new Problem(`serve: --public-url has a path with other than letters, digits, - _ . ~: "${url.pathname}"`, {
        exitCode: 2,
      })
    return {
      basePath,
      secure: url.protocol === 'https:',
      hosts: new Set([url.host]),
      url: new URL(basePath, url).href,
    }
  }
  const { host, port } = listening
  if (!loopback.test(host)) return { basePath: '/', secure: false, hosts: undefined, url: undefined }
  const own = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]
  const url = host === 'localhost' ? `http://127.0.0.1:${port}/` : `http://${host === '::1' ? '[::1]' : host}:${port}/`
  return { basePath: '/', secure: false, hosts: new Set([...own, new URL(url).host]), url }
}
