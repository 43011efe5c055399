import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import { apiRefusal, isMissing } from '../api-refusal.ts'
import { HopsworksError } from '../error.ts'
import type { LogEvent } from '../log.ts'
import type { Environment } from './environment.ts'
import { type HttpRequest, HttpService, type HttpServiceOptions } from './http-service.ts'
import { Secrets } from './secrets.ts'

type Answer = readonly [status: number, body?: unknown] | 'cut' | 'silence' | 'half'

const get: HttpRequest = { method: 'GET', path: '/hopsworks-api/api/project/1/featurestores/2', subject: 'the store' }
const post: HttpRequest = { ...get, method: 'POST', json: { n: 1 } }
const key = 'secret.0123456789'

/** Time that passes only by sleeping. */
function hurried(): Environment & { readonly slept: number[] } {
  let now = 0
  const slept: number[] = []
  return {
    slept,
    now: () => now,
    async sleep(ms) {
      slept.push(ms)
      now += ms
    },
    random: () => 1,
  }
}

/** Gives the answers one after the other, the last one for ever. */
async function serving(t: TestContext, answers: readonly Answer[], change: Partial<HttpServiceOptions> = {}) {
  const seen: IncomingMessage[] = []
  const server = createServer((request, response) => {
    const answer = answers[Math.min(seen.length, answers.length - 1)]!
    seen.push(request)
    request.resume().on('end', () => reply(answer, request, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const environment = hurried()
  const secrets = new Secrets()
  secrets.keep(key)
  const events: LogEvent[] = []
  const service = new HttpService({
    part: 'api',
    origin: `http://127.0.0.1:${port}`,
    trust: { checksHost: true, insecure: false },
    headers: async () => ({ authorization: `ApiKey ${key}` }),
    explain: apiRefusal,
    timeout: 2_000,
    patience: 45_000,
    secrets,
    environment,
    log: (event) => events.push(event),
    ...change,
  })
  t.after(async () => {
    server.closeAllConnections()
    server.close()
    await service.close()
  })
  return { service, seen, events, environment, port }
}

function reply(answer: Answer, request: IncomingMessage, response: ServerResponse): void {
  if (answer === 'cut') request.socket.destroy()
  else if (answer === 'half') {
    response.writeHead(200, { 'content-length': 100 })
    response.write('0123456789')
    setImmediate(() => request.socket.destroy())
  } else if (answer !== 'silence') {
    const [status, body] = answer
    response.writeHead(status).end(body === undefined ? '' : JSON.stringify(body))
  }
}

async function failure(work: Promise<unknown>): Promise<HopsworksError> {
  const error = await work.then(
    () => assert.fail('it worked'),
    (caught) => caught,
  )
  assert.ok(error instanceof HopsworksError, inspect(error))
  return error
}

test('reads JSON, and an empty answer as null', async (t) => {
  const { service, seen } = await serving(t, [[200, { a: 1 }], [201]])
  assert.deepEqual(await service.json({ ...get, query: { expand: ['a', 'b'], version: 1, none: undefined } }), { a: 1 })
  assert.equal(await service.json(post), null)
  assert.equal(seen[0]!.url, `${get.path}?expand=a&expand=b&version=1`)
  assert.equal(seen[0]!.headers.authorization, `ApiKey ${key}`)
  assert.equal(seen[1]!.headers['content-type'], 'application/json')
})

test('tries again what passes by itself, with growing pauses', async (t) => {
  const { service, seen, environment, events } = await serving(t, [[503], [429], 'cut', [502], [200, { a: 1 }]])
  assert.deepEqual(await service.json(get), { a: 1 })
  assert.equal(seen.length, 5)
  assert.deepEqual(environment.slept, [250, 500, 1000, 2000])
  assert.equal(events.filter(({ kind }) => kind === 'retry').length, 4)
})

test('gives up when its patience is over, and at faults of the server after three tries', async (t) => {
  const patient = await serving(t, [[503]])
  assert.equal((await failure(patient.service.json(get))).passing, true)
  assert.ok(patient.environment.now() <= 45_000 && patient.environment.now() > 40_000)
  const faulty = await serving(t, [[500, { errorCode: 1, errorMsg: 'Transaction marked for rollback' }]])
  const error = await failure(faulty.service.json(get))
  assert.match(error.message, /^hopsworks api: the store: refused by 127.0.0.1:\d+ \(500, error 1, "Transaction marked/)
  assert.equal(faulty.seen.length, 3)
})

test('counts the faults of a server that comes back by themselves', async (t) => {
  const { service, seen } = await serving(t, ['cut', [503], 'cut', [500], [500], [200, { n: 1 }]])
  assert.deepEqual(await service.json(get), { n: 1 })
  assert.equal(seen.length, 6)
})

test('does not repeat what may have been done, unless it may be', async (t) => {
  const cut = await serving(t, ['cut', [200, 1]])
  await failure(cut.service.json(post))
  assert.equal(cut.seen.length, 1)
  assert.equal(await cut.service.json(post), 1)
  const gateway = await serving(t, [[504], [200, 1]])
  await failure(gateway.service.json(post))
  const refused = await serving(t, [[503], [200, 1]])
  assert.equal(await refused.service.json(post), 1, 'what was not taken up is sent again')
  const repeatable = await serving(t, ['cut', [200, 1]])
  assert.equal(await repeatable.service.json({ ...post, repeatable: true }), 1)
})

test('renews its sign-in once when that is refused', async (t) => {
  let renewals = 0
  const renew = () => {
    renewals++
  }
  const expired = await serving(t, [[401], [200, 1]], { renew })
  assert.equal(await expired.service.json(post), 1)
  const wrong = await serving(t, [[401]], { renew })
  const error = await failure(wrong.service.json(get))
  assert.equal(wrong.seen.length, 2)
  assert.equal(renewals, 2)
  assert.match(error.message, /\(401\); check that the API key is right/)
})

test('names the scope that is missing', async (t) => {
  const { service } = await serving(t, [[403, { errorCode: 320004, errorMsg: 'no' }]])
  const scopes = [
    ['/project/1/featurestores/2', 'FEATURESTORE'],
    ['/project/1/featurestores/2/kafka/subjects/a', 'KAFKA'],
    ['/project/1/jobs/a', 'JOB'],
    ['/project/1/modelregistries/1/models', 'MODELREGISTRY'],
    ['/project/1/dataset/upload//Projects/p', 'DATASET_CREATE'],
    ['/project/getProjectInfo/p', 'PROJECT'],
  ]
  for (const [path, scope] of scopes) {
    const error = await failure(service.json({ ...get, path: path! }))
    assert.match(error.message, new RegExp(`error 320004, "no"\\); give the API key the scope ${scope}`))
    assert.equal(error.errorCode, 320004)
  }
})

test('knows what is missing from what is wrong', async (t) => {
  const { service } = await serving(t, [[400, { errorCode: 270009 }], [404], [404, { errorCode: 1 }]])
  const request = { ...get, isMissing: isMissing([270009]) }
  assert.equal(await service.json(request), undefined)
  assert.equal(await service.json(request), undefined)
  assert.equal((await failure(service.json(request))).status, 404)
})

test('names the address and the port to open when nobody is there', async () => {
  const secrets = new Secrets()
  const trust = { checksHost: true, insecure: false }
  const environment = hurried()
  const headers = async () => ({})
  const nobody = await closedPort()
  const options = {
    part: 'rondb',
    trust,
    headers,
    explain: apiRefusal,
    timeout: 500,
    patience: 3_000,
    secrets,
    environment,
  } as const
  const service = new HttpService({ ...options, origin: `https://127.0.0.1:${nobody}` })
  const error = await failure(service.json(post))
  assert.match(
    error.message,
    new RegExp(
      `^hopsworks rondb: the store: can't reach 127.0.0.1:${nobody} \\(ECONNREFUSED\\); .* port ${nobody} is open`,
    ),
  )
  assert.ok(environment.slept.length > 2, 'nothing was sent, so that even this is tried again')
  assert.throws(() => new HttpService({ ...options, origin: 'http://example.org' }), /is no https address/)
})

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

test('says when nobody answers', async (t) => {
  const { service } = await serving(t, ['silence'], { timeout: 60, patience: 0 })
  assert.match((await failure(service.json(get))).message, /does not answer in time \(UND_ERR_HEADERS_TIMEOUT\)/)
})

test('stops when the caller does, also between two tries', async (t) => {
  const silent = await serving(t, ['silence'])
  const during = new AbortController()
  const work = silent.service.json({ ...get, signal: during.signal })
  setTimeout(() => during.abort(new Error('enough')), 20)
  await assert.rejects(work, { message: 'enough' })

  const between = new AbortController()
  const environment = {
    ...hurried(),
    sleep: async (_ms: number, signal?: AbortSignal) => {
      between.abort(new Error('enough'))
      signal?.throwIfAborted()
    },
  }
  const busy = await serving(t, [[503]], { environment })
  await assert.rejects(busy.service.json({ ...get, signal: between.signal }), { message: 'enough' })
  assert.equal(busy.seen.length, 1)
})

test('streams bytes, and says when they end early', async (t) => {
  const { service } = await serving(t, [[503], [200, 'abc'], 'half'])
  const pieces: Uint8Array[] = []
  for await (const piece of service.bytes(get)) pieces.push(piece)
  assert.equal(Buffer.concat(pieces).toString(), '"abc"')
  await assert.rejects(async () => {
    for await (const _ of service.bytes(get));
  }, HopsworksError)
})

test('shows no secret, whatever goes wrong', async (t) => {
  const { service, events } = await serving(t, [[400, { errorCode: 1, errorMsg: `bad key ${key}` }], 'cut', [401]])
  const errors = [
    await failure(service.json(post)),
    await failure(service.json(post)),
    await failure(service.json(post)),
  ]
  for (const each of [...errors, ...events, service])
    assert.ok(!inspect(each, { depth: null, showHidden: true }).includes(key), inspect(each))
  assert.match(errors[0]!.message, /bad key \[hidden\]/)
})
