import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyBaseLogger, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import {
  hasZodFastifySchemaValidationErrors,
  isResponseSerializationError,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import { clientOf } from './client.ts'
import { apiPath, openApi } from './contract/openapi.ts'
import { knownProblem } from './failures.ts'
import { isBearer } from './identity.ts'
import { contentPolicy, type Pages, wantsPage } from './pages.ts'
import { ApiProblem, detailsOf, type ProblemCode, type ProblemDetails } from './problems.ts'
import { aboutRoutes } from './routes/about.ts'
import { jobRoutes } from './routes/jobs.ts'
import { matchRoutes } from './routes/matches.ts'
import { operatorRoutes } from './routes/operator.ts'
import { sessionRoutes } from './routes/session.ts'
import type { TypedApp } from './routes/types.ts'
import { yourDataRoutes } from './routes/your-data.ts'
import type { Services } from './services.ts'

export interface AppOptions {
  readonly log: FastifyBaseLogger
  /** Addresses of proxies whose word on who asks is taken. */
  readonly trustProxy?: string | false
  readonly pages: Pages
}

/** The HTTP server, not listening yet: tests send requests to it without a port. */
export async function createApp(services: Services, { log, trustProxy = false, pages }: AppOptions): Promise<TypedApp> {
  const { limits, identities, metrics } = services
  const app = Fastify({
    loggerInstance: log,
    // Every request is logged once, below, without saying whose it is.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy,
    bodyLimit: limits.requestBytes,
    requestTimeout: limits.uploadTimeout,
    keepAliveTimeout: 72_000,
    forceCloseConnections: true as const,
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 100 },
    // A stream of events that nobody reads would stay open.
    exposeHeadRoutes: false,
    genReqId: () => crypto.randomUUID(),
    // Behind a proxy that leaves the path as it is, the application's own path comes along.
    rewriteUrl: ({ url = '/' }) => withoutBase(url, services.place().basePath),
    http: { headersTimeout: 15_000, maxHeaderSize: 16_384 },
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'))

  await app.register(cookie)
  // Never what comes in, whose size would not be known before it is unpacked; streams of events go through as they are.
  await app.register(compress, { encodings: ['zstd', 'br', 'gzip'], globalDecompression: false })
  app.decorateRequest('identity', null as never)
  app.addHook('onRequest', async (request, reply) => {
    headers(reply, services.place().secure)
    checkHost(request, services)
    request.identity = identities.of(request)
    checkSite(request)
    impatient(request, reply, limits.requestTimeout)
    const elsewhere = properAddress(request, services.place().url)
    return elsewhere === undefined ? undefined : reply.redirect(elsewhere, 307)
  })
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request
    const route = routeOptions.url ?? 'none'
    metrics.request(method, route, reply.statusCode, reply.elapsedTime / 1000)
    const level = reply.statusCode >= 500 ? 'error' : 'info'
    const milliseconds = Math.round(reply.elapsedTime)
    // No address, key or query: what is logged names nobody.
    request.log[level]({ method, route, status: reply.statusCode, milliseconds }, 'answered')
  })

  await app.register(rateLimit, {
    global: true,
    max: limits.requestsPerMinute,
    timeWindow: 60_000,
    keyGenerator: clientOf,
    cache: 20_000,
    errorResponseBuilder: (_, { ttl }) =>
      new ApiProblem('rate-limited', undefined, { retryAfter: Math.max(1, Math.ceil(ttl / 1000)) }),
  })

  app.setErrorHandler((error, request, reply) => answerProblem(error, request, reply))
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request, reply) => {
    if (wantsPage(request)) return pages.send(reply)
    throw new ApiProblem('not-found')
  })

  const document = JSON.stringify(await openApi())
  await app.register(
    async (scope) => {
      const api = scope as unknown as TypedApp
      api.addHook('onSend', async (_, reply) => {
        if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
      })
      api.get('/openapi.json', async (_, reply) => reply.type('application/json').send(document as never))
      aboutRoutes(api, services)
      sessionRoutes(api, services)
      matchRoutes(api, services)
      yourDataRoutes(api, services)
      operatorRoutes(api, services)
      // Its bodies are read in a way of their own.
      api.register(async (inner) => {
        inner.removeAllContentTypeParsers()
        jobRoutes(inner as unknown as TypedApp, services)
      })
    },
    { prefix: apiPath },
  )
  app.get('/metrics', async (request, reply) => {
    identities.needOperator(request.identity)
    return reply.type(metrics.contentType).send((await metrics.text()) as never)
  })
  app.get('/', (_, reply) => pages.send(reply))
  await pages.serve(app)
  return app
}

function headers(reply: FastifyReply, secure: boolean): void {
  reply
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('cross-origin-resource-policy', 'same-origin')
    .header('content-security-policy', contentPolicy)
    .header('permissions-policy', 'camera=(), geolocation=(), microphone=(), browsing-topics=()')
  if (secure) reply.header('strict-transport-security', 'max-age=31536000')
}

function withoutBase(url: string, base: string): string {
  if (base === '/') return url
  if (url === base.slice(0, -1)) return '/'
  return url.startsWith(base) ? url.slice(base.length - 1) : url
}

/** Pages of others may point a name of theirs to this address; they get nothing. */
function checkHost({ headers: { host } }: FastifyRequest, services: Services): void {
  const { hosts } = services.place()
  if (hosts && (host === undefined || !hosts.has(host.toLowerCase())))
    throw new ApiProblem(
      'wrong-host',
      'Use the address that the server said when it started, or state it with --public-url.',
    )
}

/** Who comes by the name localhost would not be known any more when Spotify sends them back to 127.0.0.1. */
function properAddress(request: FastifyRequest, address: string | undefined): string | undefined {
  const isAlias = request.headers.host?.startsWith('localhost:') && address?.startsWith('http://127.0.0.1:')
  return isAlias && wantsPage(request) ? new URL(request.url.replace(/^\/+/, ''), address).href : undefined
}

/** Browsers send cookies along with what other sites make them send; a header of ours they don't. */
function checkSite({ method, headers: sent }: FastifyRequest): void {
  // A bearer token is no cookie: nobody else's page can send it, and with it no cookie counts.
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || isBearer(sent.authorization)) return
  const site = sent['sec-fetch-site']
  if (sent['x-consonance'] !== '1' || (site !== undefined && site !== 'same-origin' && site !== 'none'))
    throw new ApiProblem('cross-site', 'Requests that change something need the header X-Consonance: 1.')
}

/** A body that arrives a byte at a time holds a connection for as long as somebody likes; files may take longer. */
function impatient(request: FastifyRequest, reply: FastifyReply, milliseconds: number): void {
  const { raw, routeOptions, headers: sent } = request
  const hasBody = sent['content-length'] !== undefined || sent['transfer-encoding'] !== undefined
  if (!hasBody || routeOptions.url === `${apiPath}/uploads`) return
  const timer = setTimeout(() => {
    if (raw.complete || reply.sent) return
    reply.raw.once('finish', () => raw.destroy())
    reply.header('connection', 'close').send(new ApiProblem('request-timeout'))
  }, milliseconds).unref()
  raw.once('close', () => clearTimeout(timer))
  raw.once('end', () => clearTimeout(timer))
}

const ofFastify: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'request-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid-request',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid-request',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid-request',
  FST_ERR_NOT_FOUND: 'not-found',
  FST_ERR_BAD_URL: 'not-found',
}

function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const details = problemOf(error)
  if (details.code === 'internal') request.log.error({ err: error }, 'defect')
  if (details.retryAfter !== undefined) reply.header('retry-after', details.retryAfter)
  return reply
    .code(details.status)
    .header('content-type', 'application/problem+json')
    .header('cache-control', 'no-store')
    .serializer(JSON.stringify)
    .send({ ...details, instance: request.id })
}

function problemOf(error: unknown): ProblemDetails {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = error.validation
      .slice(0, 10)
      .map(({ instancePath, message = '' }) => ({ path: instancePath, message }))
    return detailsOf('invalid-request', undefined, { fields })
  }
  const { code, statusCode } = error as { code?: string; statusCode?: number }
  if (isResponseSerializationError(error)) return detailsOf('internal')
  const known = knownProblem(error)
  if (known) return known.details
  const ours = code === undefined ? undefined : ofFastify[code]
  if (ours) return detailsOf(ours)
  return detailsOf(statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? 'invalid-request' : 'internal')
}
