import { readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Place } from './place.ts'

/** What a page may load: itself, from here. */
export const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const year = 365 * 24 * 3600

/** What is shown where the application was not built. */
const notBuilt =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Consonance</title><p>The page is not built: run <code>npm run prepare</code>. The API is described in <a href="v1/openapi.json">v1/openapi.json</a>.'

/** The built application: files that are there when the server starts, and one page for every other address. */
export class Pages {
  readonly #folder: string
  readonly #page: string
  readonly #isBuilt: boolean
  readonly #place: () => Place

  private constructor(folder: string, page: string | undefined, place: () => Place) {
    this.#folder = folder
    this.#page = page ?? notBuilt
    this.#isBuilt = page !== undefined
    this.#place = place
  }

  /** @param folder of the built application */
  static async load(folder: string, place: () => Place): Promise<Pages> {
    const page = await readFile(join(folder, 'index.html'), 'utf8').catch(() => undefined)
    return new Pages(folder, page, place)
  }

  /** Files with a hash in their name are kept by browsers for ever; all are sent compressed where they were compressed. */
  async serve(app: FastifyInstance): Promise<void> {
    if (!this.#isBuilt) return
    await app.register(fastifyStatic, {
      root: this.#folder,
      index: false,
      preCompressed: true,
      // Only what is there now: nothing else can be named.
      wildcard: false,
      globIgnore: ['**/*.br', '**/*.gz', 'index.html'],
      cacheControl: false,
      setHeaders: (reply, path) => {
        const isHashed = path.includes(`${sep}assets${sep}`)
        reply.header('cache-control', isHashed ? `public, max-age=${year}, immutable` : 'no-cache')
      },
    })
  }

  /** The one page, which finds everything else from its base. */
  send(reply: FastifyReply): FastifyReply {
    const page = this.#page.replace(/<base href="[^"]*"/, `<base href="${this.#place().basePath}"`)
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', contentPolicy)
      .header('cache-control', 'no-cache')
      .send(page)
  }
}

/** Whether a request that nothing else answers is a person's, for a page of the application. */
export function wantsPage({ method, url, headers }: FastifyRequest): boolean {
  const isOurs = !/^\/(?:v1|metrics)(?:[/?]|$)/.test(url)
  return (method === 'GET' || method === 'HEAD') && isOurs && (headers.accept ?? '').includes('text/html')
}
