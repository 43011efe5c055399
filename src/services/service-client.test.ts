import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Gate, type GateLimits } from '../spotify/gate.ts'
import { memoryPersistence, type Persistence } from '../spotify/persistence.ts'
import { Secrets } from '../spotify/secrets.ts'
import { VirtualEnvironment } from '../spotify/virtual-environment.ts'
import { lastfmService } from './lastfm.ts'
import { type Service, ServiceClient, type ServiceClientOptions } from './service-client.ts'
import type { ServiceError } from './service-error.ts'

const service: Service = { name: 'Tidepool', address: 'https://api.tidepool.example/v1' }
const openLimits: GateLimits = { perSecond: 1000, burst: 1000, concurrency: 4, perDay: Infinity }

async function clientOf(
  answers: (url: URL, nth: number, signal: AbortSignal) => Response | Promise<Response>,
  options: Partial<ServiceClientOptions> & {
    readonly of?: Service
    readonly limits?: GateLimits
    readonly persistence?: Persistence
  } = {},
) {
  let nth = 0
  const environment = new VirtualEnvironment(async (url, init) => answers(new URL(url), ++nth, init.signal!))
  const { of = service, limits = openLimits, persistence = memoryPersistence(), ...rest } = options
  const gate = await Gate.open({ limits, environment, persistence, account: 'tidepool' })
  const client = new ServiceClient(of, { gate, environment, secrets: new Secrets(), ...rest })
  return { client, environment, gate }
}

const ask = { subject: 'likes of "anna"' }
const kindOf = async (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: ServiceError) => error.kind,
  )

test('sends query, headers and who asks; 204 is no content', async () => {
  const { client, environment } = await clientOf(
    (url) => (url.pathname.endsWith('/none') ? new Response(null, { status: 204 }) : Response.json({ a: 1 })),
    { headers: { authorization: 'Token t' }, query: { key: 'k' } },
  )
  assert.deepEqual(await client.get('/likes', { ...ask, query: { of: ['a', 'b c'], n: 3 } }), { a: 1 })
  assert.equal(await client.get('/none', ask), undefined)
  const [{ url, init }] = environment.sent as [(typeof environment.sent)[number]]
  assert.equal(url, 'https://api.tidepool.example/v1/likes?of=a&of=b+c&n=3&key=k')
  const headers = new Headers(init.headers)
  assert.match(headers.get('user-agent') ?? '', /^Consonance\//)
  assert.equal(headers.get('authorization'), 'Token t')
  assert.equal(init.redirect, 'manual')
  assert.equal(client.requests, 2)
})

test('asks its own address or one on this machine, nothing else', async () => {
  for (const address of [
    'https://evil.example/v1',
    'http://api.tidepool.example/v1',
    'http://localhost.evil.example',
    '',
  ])
    await assert.rejects(
      clientOf(() => Response.json({}), { address }),
      { name: 'Problem', message: /neither its own address nor one on this machine/ },
    )
  const { client } = await clientOf(() => Response.json({}, { headers: { 'x-simulated-service': '1' } }), {
    address: 'http://127.0.0.1:9/tidepool/',
  })
  await client.get('/likes', ask)
  assert.deepEqual([client.isLocal, client.simulated], [true, true])
  const real = await clientOf(() => Response.json({}, { headers: { 'x-simulated-service': '1' } }))
  await real.client.get('/likes', ask)
  assert.deepEqual([real.client.isLocal, real.client.simulated], [false, false])
})

test('each way to fail has its kind; only what passes is tried again', async () => {
  const cases: readonly (readonly [() => Response, string, number])[] = [
    [() => new Response('no', { status: 400 }), 'bad-request', 1],
    [() => Response.json({ error: 'Invalid' }, { status: 401 }), 'bad-key', 1],
    [() => new Response('', { status: 403 }), 'refused', 1],
    [() => Response.json({ code: 404 }, { status: 404 }), 'not-found', 1],
    [() => new Response(null, { status: 302, headers: { location: 'https://evil.example' } }), 'redirected', 1],
    [() => new Response('<html>', { status: 500 }), 'server-trouble', 5],
    [() => new Response('<html>sorry</html>'), 'broken-answer', 5],
    [() => new Response('{"a": [1, 2'), 'broken-answer', 5],
    [() => new Response('', { status: 418 }), 'unexpected', 1],
  ]
  for (const [answer, kind, tries] of cases) {
    const { client } = await clientOf(answer)
    assert.equal(await kindOf(client.get('/likes', ask)), kind)
    assert.equal(client.requests, tries, kind)
  }
  const { client } = await clientOf(() => Promise.reject(new TypeError('fetch failed')))
  assert.equal(await kindOf(client.get('/likes', ask)), 'unreachable')
  const late = await clientOf(
    (_, __, signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
    { timeout: 5 },
  )
  assert.equal(await kindOf(late.client.get('/likes', ask)), 'timed-out')
})

test('what fails by the way is asked again until it comes', async () => {
  const { client } = await clientOf((_, nth) => {
    if (nth === 1) return new Response('', { status: 502 })
    if (nth === 2) return new Response('{')
    return nth === 3 ? Promise.reject(new TypeError('reset')) : Response.json({ nth })
  })
  assert.deepEqual(await client.get('/likes', ask), { nth: 4 })
})

test('a stated pause stops everybody, in seconds or as a date, and is not broken', async () => {
  for (const header of ['7', 'date']) {
    const { client, environment } = await clientOf((_, nth) =>
      nth > 1
        ? Response.json({})
        : new Response('slow down', {
            status: 429,
            headers: { 'retry-after': header === 'date' ? new Date(environment.now() + 7000).toUTCString() : header },
          }),
    )
    await Promise.all([client.get('/a', ask), client.get('/b', ask)])
    const waited = environment.sent.at(-1)!.at - environment.sent[0]!.at
    assert.ok(waited >= 6000, `${header}: ${waited}`)
  }
})

test('a pause of hours ends the asking, and outlives the process', async () => {
  const persistence = memoryPersistence()
  const answers = () => new Response('', { status: 429, headers: { 'retry-after': '7200' } })
  const { client, environment } = await clientOf(answers, { persistence })
  const error = (await client.get('/likes', ask).catch((thrown) => thrown)) as ServiceError
  assert.equal(error.kind, 'rate-limited')
  assert.ok(error.retryAt! >= environment.now() + 7_200_000)
  assert.match(error.message, /^Tidepool: likes of "anna": it asks for a pause \(429\), try again at 20\d\d-.* UTC; /)
  assert.equal(client.requests, 1)
  const later = await clientOf(answers, { persistence })
  assert.equal(await kindOf(later.client.get('/likes', ask)), 'rate-limited')
  assert.equal(later.client.requests, 0)
})

test('a pause of nobody knows how long grows, and ends when the answers come', async () => {
  const { client, environment } = await clientOf((_, nth) =>
    nth > 3 ? Response.json({}) : new Response('', { status: 429 }),
  )
  await client.get('/likes', ask)
  const times = environment.sent.map(({ at }) => at)
  const gaps = times.slice(1).map((at, i) => at - times[i]!)
  assert.ok(gaps[0]! >= 2000 && gaps[1]! >= 4000 && gaps[2]! >= 8000, `${gaps}`)
})

test('a window with nothing left is waited out before it is overdrawn', async () => {
  const { client, environment } = await clientOf((_, nth) =>
    Response.json({}, { headers: { 'x-ratelimit-remaining': `${nth === 1 ? 0 : 29}`, 'x-ratelimit-reset-in': '4' } }),
  )
  await client.get('/a', ask)
  await client.get('/b', ask)
  assert.ok(environment.sent[1]!.at - environment.sent[0]!.at >= 4000)
})

test('asks no faster than its gate', async () => {
  const { client, environment } = await clientOf(() => Response.json({}), {
    limits: { perSecond: 1, burst: 1, concurrency: 1, perDay: Infinity },
  })
  await Promise.all([1, 2, 3, 4].map(() => client.get('/a', ask)))
  const times = environment.sent.map(({ at }) => at)
  for (const [i, at] of times.slice(1).entries()) assert.ok(at - times[i]! >= 990, `${times}`)
})

test('keys show in no error', async () => {
  const secrets = new Secrets()
  secrets.keep('very-secret-key')
  const { client } = await clientOf(() => Response.json({ error: 'very-secret-key is wrong' }, { status: 401 }), {
    secrets,
    query: { key: 'very-secret-key' },
  })
  const error = (await client.get('/a', ask).catch((thrown) => thrown)) as ServiceError
  assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /very-secret-key/)
  assert.equal(error.closes, true)
})

test('gives up when the caller does', async () => {
  const controller = new AbortController()
  const { client } = await clientOf(() => {
    controller.abort(new Error('enough'))
    return new Response('', { status: 500 })
  })
  await assert.rejects(client.get('/a', { ...ask, signal: controller.signal }), /enough/)
})

test('Last.fm says by a code what is wrong, with any status', async () => {
  const codes = {
    6: 'not-found',
    8: 'server-trouble',
    10: 'bad-key',
    11: 'offline',
    17: 'private',
    26: 'refused',
    99: 'unexpected',
  }
  for (const [code, kind] of Object.entries(codes))
    for (const status of [200, 403]) {
      const { client } = await clientOf(() => Response.json({ error: Number(code), message: 'no' }, { status }), {
        of: lastfmService,
      })
      assert.equal(await kindOf(client.get('/', ask)), kind, `${code} with ${status}`)
    }
  const { client, environment } = await clientOf(
    (_, nth) => Response.json(nth < 3 ? { error: 29, message: 'Rate limit exceeded' } : { user: {} }),
    { of: lastfmService },
  )
  await client.get('/', ask)
  const times = environment.sent.map(({ at }) => at)
  assert.ok(times[1]! - times[0]! >= 2000 && times[2]! - times[1]! >= 4000, `${times}`)
})
