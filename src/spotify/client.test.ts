import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Access } from './access.ts'
import type { TokenSource } from './auth/token-source.ts'
import { path, SpotifyClient } from './client.ts'
import { ConditionalCache } from './conditional-cache.ts'
import { type ErrorKind, SpotifyError } from './errors.ts'
import { Gate } from './gate.ts'
import type { LogEvent } from './log.ts'
import type { Outgoing } from './network.ts'
import { memoryPersistence } from './persistence.ts'
import { Secrets } from './secrets.ts'
import { VirtualEnvironment } from './virtual-environment.ts'

type Answer = Response | Error | (() => Promise<Response>)

const ok = (body: unknown = { fine: true }) => Response.json(body)
const failed = (status: number, message = '', headers: Record<string, string> = {}) =>
  Response.json({ error: { status, message } }, { status, headers })
const pause = (retryAfter?: string, body = 'Too many requests') =>
  new Response(body, { status: 429, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } })
const quota = (retryAfter?: string) =>
  pause(retryAfter, JSON.stringify({ error: { status: 429, message: 'Too many requests', reason: 'QUOTA_EXCEEDED' } }))

async function newClient(answers: readonly Answer[], options: { timeout?: number; cache?: ConditionalCache } = {}) {
  const left = [...answers]
  const environment = new VirtualEnvironment(async () => {
    const answer = left.shift()
    if (answer === undefined) throw new Error('no more answers')
    if (answer instanceof Error) throw answer
    return typeof answer === 'function' ? answer() : answer
  })
  const persistence = memoryPersistence()
  const limits = { perSecond: 1000, burst: 1000, concurrency: 10, perDay: Number.POSITIVE_INFINITY }
  const gate = await Gate.open({ limits, environment, persistence })
  const access = await Access.open('app', environment, persistence)
  let renewals = 0
  const tokens: TokenSource = {
    kind: 'app',
    current: async () => `secret-token-${renewals}`,
    renew: async () => {
      renewals++
    },
  }
  const log: LogEvent[] = []
  const secrets = new Secrets()
  secrets.keep('secret-token-0')
  const client = new SpotifyClient({
    ...options,
    tokens,
    gate,
    access,
    environment,
    secrets,
    log: (event) => log.push(event),
  })
  const start = environment.now()
  return { client, environment, log, gate, access, renewals: () => renewals, passed: () => environment.now() - start }
}

const get = (client: SpotifyClient, signal?: AbortSignal) => client.get('/me', { subject: 'me', signal })

async function fails(answers: readonly Answer[], kind: ErrorKind, requests: number) {
  const { client, environment } = await newClient(answers)
  await assert.rejects(get(client), (error) => {
    assert.ok(error instanceof SpotifyError, `${error}`)
    assert.equal(error.kind, kind)
    return true
  })
  assert.equal(environment.sent.length, requests)
}

test('encodes every value of a path', () => {
  assert.equal(path`/users/${'no#one/../+?ö'}/playlists`, '/users/no%23one%2F..%2F%2B%3F%C3%B6/playlists')
})

test('sends the token to the API and nothing else', async () => {
  const { client, environment } = await newClient([ok()])
  assert.deepEqual(await client.get('/search', { subject: 'x', query: { q: 'a b&c', limit: 5 } }), { fine: true })
  const [{ url, init }] = environment.sent as [(typeof environment.sent)[0]]
  assert.equal(url, 'https://api.spotify.com/v1/search?q=a+b%26c&limit=5')
  assert.equal((init.headers as Record<string, string>).authorization, 'Bearer secret-token-0')
  assert.equal(init.redirect, 'manual')
})

for (const [status, kind] of [
  [400, 'bad-request'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [302, 'redirected'],
] as const)
  test(`does not repeat a request that was answered with ${status}`, () => fails([failed(status)], kind, 1))

const passing: readonly (readonly [string, Answer])[] = [
  ['500', failed(500, 'Server error.')],
  ['502 in HTML', new Response('<html>Bad gateway</html>', { status: 502 })],
  ['503 without a body', new Response(null, { status: 503 })],
  ['504 in plain text', new Response('upstream timeout', { status: 504 })],
  ['a reset connection', new TypeError('fetch failed')],
  ['cut-off JSON', new Response('{"items":[{"a"', { status: 200 })],
  ['an empty answer', new Response('', { status: 200 })],
  ['HTML instead of JSON', new Response('<!doctype html>', { status: 200 })],
  ['a lost token', failed(401, 'Access token missing')],
]

for (const [what, answer] of passing)
  test(`repeats after ${what}`, async () => {
    const { client, environment, passed } = await newClient([answer, ok()])
    assert.deepEqual(await get(client), { fine: true })
    assert.equal(environment.sent.length, 2)
    assert.ok(passed() >= 250 && passed() <= 500, `${passed()} ms`)
  })

test('repeats with growing pauses, six times in all', async () => {
  const { client, environment, passed } = await newClient(Array.from({ length: 7 }, () => failed(500)))
  await assert.rejects(get(client), /internal error/)
  assert.equal(environment.sent.length, 6)
  assert.ok(passed() >= 7_750 && passed() <= 15_500, `${passed()} ms`)
})

test('repeats after an answer that breaks off', async () => {
  const broken = () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"items":['))
        controller.error(new Error('socket hang up'))
      },
    })
    return Promise.resolve(new Response(body))
  }
  const { client } = await newClient([broken, ok()])
  assert.deepEqual(await get(client), { fine: true })
})

test('gives up waiting for a slow answer, and repeats', async () => {
  const never = () => new Promise<Response>(() => {})
  const { client, environment, log } = await newClient([never, ok()], { timeout: 10 })
  // A real fetch rejects when it is aborted.
  const { fetch } = environment
  Object.assign(environment, {
    fetch: (url: string, init: Outgoing) =>
      Promise.race([
        fetch(url, init),
        new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(new Error('aborted')))),
      ]),
  })
  const waiting = get(client)
  // The virtual clock stands still while a request is under way: let it pass.
  setTimeout(() => Object.assign(environment, { sleep: async () => {} }), 0)
  assert.deepEqual(await waiting, { fine: true })
  assert.ok(log.some((event) => event.kind === 'request' && event.outcome === 'timed-out'))
})

test('renews a refused token once', async () => {
  const { client, environment, renewals } = await newClient([failed(401, 'The access token expired'), ok()])
  await get(client)
  assert.equal(renewals(), 1)
  assert.equal((environment.sent[1]!.init.headers as Record<string, string>).authorization, 'Bearer secret-token-1')
  await fails([failed(401, 'Invalid access token'), failed(401, 'Invalid access token')], 'token-refused', 2)
  await fails([failed(401, 'Valid user authentication required')], 'sign-in-needed', 1)
})

test('waits out a short pause, with every other request', async () => {
  const { client, environment, passed } = await newClient([pause('7'), ok(), ok(), ok()])
  await Promise.all([get(client), get(client).then(() => get(client))])
  assert.ok(passed() >= 7_000 && passed() <= 8_000, `${passed()} ms`)
  const inPause = environment.sent.filter(({ at }) =>
    environment.pauses.some(({ from, until }) => at > from && at < until),
  )
  assert.equal(inPause.length, 0)
})

test('pauses by itself when told to, but not for how long', async () => {
  for (const retryAfter of [undefined, '0', 'soon', 'Mon, 23 Nov 2020 00:00:00 GMT']) {
    const { client, passed } = await newClient([pause(retryAfter), pause(retryAfter), ok()])
    await get(client)
    assert.ok(passed() >= 6_000 && passed() <= 7_000, `${retryAfter}: ${passed()} ms`)
  }
})

test('requests that are refused together make one pause, not a longer one each', async () => {
  const later = () => new Promise<Response>((resolve) => setTimeout(() => resolve(pause()), 5))
  const { client, passed } = await newClient([later, later, later, later, ok(), ok(), ok(), ok()])
  await Promise.all([get(client), get(client), get(client), get(client)])
  assert.ok(passed() >= 2_000 && passed() <= 3_000, `${passed()} ms`)
})

test('understands a date', async () => {
  const { client, passed } = await newClient([pause('Mon, 23 Nov 2026 12:00:20 GMT'), ok()])
  await get(client)
  assert.ok(passed() >= 20_000 && passed() <= 21_000)
})

test('does not sleep through a long pause', async () => {
  for (const [answer, kind, hours] of [
    [pause('48925'), 'rate-limited', 48925 / 3600],
    [quota('48925'), 'quota-closed', 48925 / 3600],
    [quota('5'), 'quota-closed', 5 / 3600],
    [quota(), 'quota-closed', 1],
    [new Response('', { status: 503, headers: { 'retry-after': '7200' } }), 'server-trouble', 2],
  ] as const) {
    const { client, environment, passed } = await newClient([answer, ok()])
    const waiting = await Promise.allSettled([get(client), get(client).catch(() => get(client))])
    const [{ reason }] = waiting as unknown as [PromiseRejectedResult]
    assert.ok(reason instanceof SpotifyError)
    if (kind !== 'server-trouble') assert.equal(reason.kind, kind)
    const left = (reason.retryAt! - environment.now()) / 3600_000
    assert.ok(left >= hours - 0.001 && left <= hours + 0.001, `${left} h`)
    assert.ok(environment.sent.length <= 2)
    assert.ok(passed() < 1000)
    assert.match(reason.message, /try again at 2026-11-/)
  }
})

test('a closed quota shows that the app is metered', async () => {
  const { client, access } = await newClient([quota('5')])
  await assert.rejects(get(client))
  assert.equal(access.may('unmetered'), false)
})

test('stops when the caller gives up', async () => {
  const controller = new AbortController()
  const { client } = await newClient([failed(500), ok()])
  const waiting = get(client, controller.signal)
  controller.abort(new Error('enough'))
  await assert.rejects(waiting, /enough/)
  await assert.rejects(get(client, controller.signal), /enough/)
})

test('follows links on the API host only', async () => {
  const { client } = await newClient([])
  assert.deepEqual(client.locate('https://api.spotify.com/v1/users/a%23b/playlists?offset=50&limit=50', 'x'), {
    path: '/users/a%23b/playlists',
    query: { offset: '50', limit: '50' },
  })
  for (const link of [
    'https://evil.example/v1/me',
    'http://api.spotify.com/v1/me',
    'https://api.spotify.com:444/v1/me',
    'https://api.spotify.com@evil.example/v1/me',
    'https://token@api.spotify.com/v1/me',
    'https://api.spotify.com/elsewhere',
    '//evil.example/v1/me',
    '/v1/me',
    'nonsense',
  ])
    assert.throws(() => client.locate(link, 'x'), { kind: 'foreign-host' }, link)
})

test('refuses hosts to which a token would travel in the clear', () => {
  for (const api of [
    'http://api.spotify.com/v1',
    'http://localhost/v1',
    'ftp://127.0.0.1/v1',
    'x',
    'https://a:b@c.example/',
  ])
    assert.throws(() => new SpotifyClient({ hosts: { api, accounts: api } } as never), /tokens may be sent/, api)
})

test('asks only for what changed, when it holds an answer', async () => {
  const cache = new ConditionalCache()
  const { client, environment } = await newClient(
    [
      Response.json({ a: 1 }, { headers: { etag: '"one"' } }),
      new Response(null, { status: 304 }),
      Response.json({ a: 2 }, { headers: { etag: '"two"' } }),
    ],
    { cache },
  )
  assert.deepEqual(await get(client), { a: 1 })
  assert.deepEqual(await get(client), { a: 1 })
  assert.deepEqual(await get(client), { a: 2 })
  const asked = environment.sent.map(({ init }) => (init.headers as Record<string, string>)['if-none-match'])
  assert.deepEqual(asked, [undefined, '"one"', '"one"'])
})

test('forgets the oldest answers first', () => {
  const cache = new ConditionalCache(2)
  for (const url of ['a', 'b', 'a', 'c']) cache.set(url, { etag: url, text: url })
  assert.deepEqual([cache.get('a')?.text, cache.get('b'), cache.get('c')?.text], ['a', undefined, 'c'])
})

test('no log line and no error shows a token, even if the server repeats it', async () => {
  const said = 'your token secret-token-0 is odd'
  const { client, log } = await newClient([
    failed(500, said),
    new Response(`Bearer secret-token-0`, { status: 502 }),
    failed(400, said),
  ])
  const error = await get(client).catch((reason: Error) => reason)
  assert.ok(error instanceof SpotifyError)
  const everything = JSON.stringify([log, error.message, error.stack, error, `${error.cause}`])
  assert.match(everything, /\[secret\] is odd/)
  assert.doesNotMatch(everything, /secret-token/)
})

test('knows the simulator only on a loopback address', async () => {
  const answer = () => Response.json({}, { headers: { 'x-simulated-spotify': '1' } })
  const { client } = await newClient([answer()])
  await get(client)
  assert.equal(client.simulated, false)
})
