import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { noConsent } from '../../taste/consent.ts'
import { clientOf } from '../client.ts'
import { endpoints } from '../contract/endpoints/endpoints.ts'
import { jobRequest } from '../contract/job.ts'
import { isoTime } from '../jobs/fold.ts'
import { planFor, refuseForbidden } from '../jobs/named-profile.ts'
import type { Plan } from '../jobs/plan.ts'
import type { JobRow } from '../ledger/jobs.ts'
import { opaqueId, secretOf } from '../ledger/secret.ts'
import type { Session } from '../ledger/sessions.ts'
import { ApiProblem } from '../problems.ts'
import { owned, type Services, visible } from '../services.ts'
import { tooMuch } from '../spool.ts'
import type { TypedApp } from './types.ts'

/** Seconds that a file may wait to be read. */
const uploadLife = 3600

/** A body that was too large to be read here: it brings items, and is in a file. */
class Spooled {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }
}

/** Reading and matching profiles: jobs, their events, and files for them. */
export function jobRoutes(app: TypedApp, services: Services): void {
  const { board, streams, answers, identities, ledger, limits, spool, store, now } = services

  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))
  app.addContentTypeParser('application/json', (request: FastifyRequest, payload: Readable) =>
    bodyOf(payload, clientOf(request), services),
  )

  app.route({
    ...endpoints.createUpload,
    bodyLimit: limits.uploadBytes,
    handler: async (request, reply) => {
      const session = identities.session(request, reply)
      const client = clientOf(request)
      const { name } = request.query
      const announced = Number(request.headers['content-length'] ?? 0)
      if (announced > limits.uploadBytes) throw tooMuch('file-too-large', limits.uploadBytes)
      if (!(request.body instanceof Readable))
        throw new ApiProblem('unsupported-media-type', 'Send the file as application/octet-stream.')
      const { id, path } = await spool.place(name)
      const bytes = await spool.keep(request.body, path, {
        most: limits.uploadBytes,
        client,
        tooLarge: 'file-too-large',
      })
      const expires_at = now() + uploadLife
      ledger.uploads.add({ id, session: session.hash, name, bytes, expires_at })
      return reply.code(201).send({ upload: id, name, bytes, expiresAt: isoTime(expires_at) })
    },
  })

  app.route({
    ...endpoints.createJob,
    bodyLimit: limits.itemsBytes,
    config: { rateLimit: { max: limits.jobsPerMinute, timeWindow: 60_000 } },
    // A body in a file is checked by whoever reads the file.
    validatorCompiler:
      ({ schema, httpPart }) =>
      (data) => {
        if (httpPart === 'body' && data instanceof Spooled) return { value: data }
        const parsed = (schema as unknown as typeof jobRequest).safeParse(data)
        return parsed.success ? { value: parsed.data } : { error: parsed.error as Error }
      },
    handler: async (request, reply) => {
      const client = clientOf(request)
      refuseTooMany(client, services)
      const body = request.body as unknown
      const replaced = request.query.replaces && (await replacing(request, request.query.replaces))
      if (body instanceof Spooled) {
        const plan: Plan = { read: 'items', file: body.path, listener: replaced ?? newListener() }
        return start(request, reply, plan, 'what you brought', replaced === undefined)
      }
      const asked = jobRequest.parse(body)
      switch (asked.from) {
        case 'text': {
          const plan = await planFor(asked.text, services.naming)
          return start(request, reply, plan, whatOf(plan), false)
        }
        case 'items': {
          const { path } = await spool.place('items.json')
          const { items, name, consent } = asked
          await spool.keep(Readable.from([Buffer.from(JSON.stringify({ items, name, consent }))]), path, {
            most: limits.itemsBytes,
            client,
            tooLarge: 'request-too-large',
          })
          const plan: Plan = { read: 'items', file: path, listener: replaced ?? newListener() }
          return start(request, reply, plan, 'what you brought', replaced === undefined)
        }
        case 'uploads': {
          const session = identities.session(request, reply)
          const found = asked.uploads.map((id) => {
            const upload = ledger.uploads.find(id, session.hash)
            if (!upload)
              throw new ApiProblem('upload-not-found', 'It was read already, or waited for too long. Send it again.')
            return upload
          })
          const plan: Plan = {
            read: 'files',
            uploads: found.map(({ id }) => id),
            files: found.map(({ id, name }) => spool.pathOf(id, name)),
            listener: replaced ?? newListener(),
            ...(asked.name !== undefined && { name: asked.name }),
            consent: { ...noConsent, ...asked.consent },
          }
          return start(request, reply, plan, 'your files', replaced === undefined)
        }
        case 'me':
          return start(request, reply, planForMe(identities.session(request, reply)), 'your Spotify profile', true)
        case 'profile': {
          const { listener } = await visible(services, request.identity, asked.profile)
          const { session } = request.identity
          const isMe = session?.person && listener.id === `spotify:${session.person.id}`
          if (isMe) return start(request, reply, planForMe(session), 'your Spotify profile', false)
          const { origin } = listener.provenance
          if (origin === 'own-export')
            throw new ApiProblem('way-closed', 'These were files: bring newer ones, and they take their place.')
          if (ledger.owners.isOwned(listener.key)) await owned(services, request.identity, asked.profile)
          const plan = await planFor(listener.id, { ...services.naming, isOwned: () => false })
          return start(request, reply, plan, whatOf(plan), false)
        }
      }
    },
  })

  app.route({
    ...endpoints.jobs,
    handler: async ({ identity: { session } }) =>
      session ? ledger.jobs.newest(session.hash).map((job) => board.show(job)) : [],
  })

  app.route({ ...endpoints.job, handler: async (request) => board.show(mine(request, request.params.job)) })

  app.route({
    ...endpoints.cancelJob,
    handler: async (request) => {
      const job = mine(request, request.params.job)
      if (job.session === null) identities.needOperator(request.identity)
      // Its end comes as an event.
      void board.cancel(job)
      return board.show(board.find(job.id) ?? job)
    },
  })

  app.route({
    ...endpoints.jobEvents,
    handler: async (request, reply) => {
      const job = mine(request, request.params.job)
      const known = Number(request.headers['last-event-id'] ?? request.query.after ?? 0)
      const after = Number.isSafeInteger(known) && known > 0 ? known : 0
      const stream = streams.open(board, job, after, clientOf(request))
      return reply
        .header('content-type', 'text/event-stream; charset=utf-8')
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no')
        .send(stream as never)
    },
  })

  app.route({
    ...endpoints.jobAnswer,
    handler: async (request) => {
      const job = mine(request, request.params.job)
      const shown = board.show(job)
      const provisional = answers.provisionalOf(job.id)
      if (shown.provisional && provisional) return { ...provisional, revision: shown.answers }
      const listener = job.listener === null ? undefined : await store.listenerByKey(job.listener)
      if (shown.answers === 0 || !listener) throw new ApiProblem('no-answer-yet', 'The job says when there are some.')
      const isOwner = identities.roleOf(request.identity, listener.key) === 'owner'
      const answer = await answers.of(listener, { isOwner })
      return { ...answer, provisional: shown.provisional, revision: shown.answers }
    },
  })

  /** A job that whoever asks may see. @throws ApiProblem `job-not-found` */
  function mine({ identity }: FastifyRequest, id: string): JobRow {
    const job = board.find(id)
    const { session, owned: key, token, operator } = identity
    const may =
      job !== undefined &&
      (job.session === null ||
        operator ||
        job.session === session?.hash ||
        (token !== undefined && job.owner === token) ||
        (key !== undefined && job.listener === key))
    if (!may) throw new ApiProblem('job-not-found', 'It has ended long ago, or another browser began it.')
    return job
  }

  async function replacing({ identity }: FastifyRequest, key: string): Promise<string> {
    const { id, provenance } = await owned(services, identity, key)
    if (provenance.origin !== 'own-export')
      throw new ApiProblem('way-closed', 'This profile was not brought as files, so files can’t replace it.')
    return id
  }

  function planForMe({ person }: Session): Plan {
    if (!person || !services.spotify) throw new ApiProblem('sign-in-needed', 'Sign in with Spotify first.')
    refuseForbidden('spotify', services.spotify.simulated, services.settings)
    return { read: 'me', person: person.id }
  }

  function start(request: FastifyRequest, reply: FastifyReply, plan: Plan, what: string, withToken: boolean) {
    const session = identities.session(request, reply)
    const owner = withToken ? secretOf() : undefined
    const job = board.add({
      kind: 'match',
      what,
      session: session.hash,
      client: clientOf(request),
      owner: owner?.hash ?? null,
      request: JSON.stringify(plan),
    })
    return reply.code(202).send({ job: board.show(job), ...(owner && { owner: owner.text }) } as never)
  }
}

function newListener(): string {
  return `file:${opaqueId()}`
}

function whatOf({ read }: Plan): string {
  return read === 'nothing' ? 'a stored listener' : read === 'name' ? 'a public profile' : 'a Spotify profile'
}

function refuseTooMany(client: string, { ledger, limits }: Services): void {
  if (ledger.jobs.active(client) >= limits.activeJobs)
    throw new ApiProblem('too-many-jobs', 'Wait until one of your jobs has ended, or cancel one.', { retryAfter: 10 })
  if (ledger.jobs.active() >= limits.allActiveJobs)
    throw new ApiProblem('too-many-jobs', 'Many people are waiting already. Try again in a few minutes.', {
      retryAfter: 60,
    })
}

/** Small bodies are read here; what is larger can only bring items, and goes to a file without being looked at. */
async function bodyOf(payload: Readable, client: string, { limits, spool }: Services): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  const iterator = payload[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  while (bytes <= limits.requestBytes) {
    const { done, value } = await iterator.next()
    if (done) return parsed(Buffer.concat(chunks).toString('utf8'))
    bytes += value.length
    chunks.push(value)
  }
  const { path } = await spool.place('items.json')
  await spool.keep(Readable.from(joined(chunks, iterator)), path, {
    most: limits.itemsBytes,
    client,
    tooLarge: 'request-too-large',
  })
  return new Spooled(path)
}

async function* joined(first: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void> {
  yield* first
  for (;;) {
    const { done, value } = await rest.next()
    if (done) return
    yield value
  }
}

function parsed(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiProblem('invalid-request', 'The request is not JSON.')
  }
}
