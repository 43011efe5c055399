import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { connect as connectSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { deflateRawSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import pino from 'pino'
import { endpoints } from '../src/server/contract/endpoints/endpoints.ts'
import { apiPath } from '../src/server/contract/openapi.ts'
import { problems } from '../src/server/problems.ts'
import { ConsonanceServer, type ServerOptions } from '../src/server/server.ts'
import { openStore } from '../src/store/open.ts'
import { Visitor } from './server-fixture.ts'

const folder = await mkdtemp(join(tmpdir(), 'consonance-hostile-'))
const closing: { close(): Promise<void> }[] = []
after(async () => {
  for (const one of closing.reverse()) await one.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})
const logged: string[] = []

/** A server without anybody in it. */
async function open(name: string, options: Partial<ServerOptions> = {}): Promise<ConsonanceServer> {
  const data = join(folder, name)
  const opened = await openStore(undefined, data, {}, { create: true })
  const server = await ConsonanceServer.open({
    ...{ opened, settings: {}, host: '127.0.0.1', port: 0, pages: join(folder, 'none') },
    storePlace: { url: undefined, dataFolder: data, settings: {} },
    log: pino({ base: null }, { write: (line: string) => logged.push(line) }),
    ...options,
  })
  closing.push(opened, server)
  await server.listen()
  return server
}

const server = await open('usual', {
  limits: { requestsPerMinute: 1e6, jobsPerMinute: 1e6, activeJobs: 1e6, allActiveJobs: 1e6 },
})
const base = server.place.url!

/** Whatever is asked, the answer is one of ours and shows nothing of our insides. */
function assertOurs(status: number, text: string, what: string): void {
  assert.ok(status < 500 || text.includes('"code":"no-model"'), `${what}: ${status} ${text.slice(0, 300)}`)
  assert.doesNotMatch(text, /node_modules|\bat .+:\d+:\d+|SQLITE|node:internal|\/tmp\//, what)
  if (status < 400 || !text.startsWith('{')) return
  const { code } = JSON.parse(text)
  assert.ok(code in problems, `${what}: ${code}`)
}

const someKey = 'abcdefghijklmnop'
const paths = Object.values(endpoints).map(({ method, url }) => ({
  method,
  url: apiPath + url.replace(/:(?:version|report)/, '1').replaceAll(/:\w+/g, someKey),
}))

test('every endpoint of the document is there', async () => {
  for (const { method, url } of paths) {
    const { json } = await new Visitor(server).ask(url, { method, ...(method !== 'GET' && { body: {} }) })
    assert.ok(
      json === undefined || !['not-found', 'internal'].includes(json.code),
      `${method} ${url}: ${JSON.stringify(json)}`,
    )
  }
})

test('every endpoint answers whatever is sent with a problem of ours', async () => {
  const anything = fc.oneof(fc.jsonValue({ maxDepth: 5 }), fc.string({ unit: 'binary' }))
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      anything,
      fc.constantFrom(
        'application/json',
        'application/octet-stream',
        'text/plain',
        'application/x-www-form-urlencoded',
        'a/b;c',
      ),
      async ({ method, url }, body, type) => {
        const visitor = new Visitor(server)
        const payload = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
        const headers = { 'content-type': type }
        const { status, text } = await visitor.ask(url, { method, headers, ...(method !== 'GET' && { body: payload }) })
        assertOurs(status, text, `${method} ${url} ${type} ${payload.toString('base64')}`)
      },
    ),
    { numRuns: 80 },
  )
})

test('addresses of any form lead nowhere', async () => {
  const odd = [
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/assets/../../package.json',
    '/v1/%00',
    '/v1/profiles/%',
    `/v1/${'a/'.repeat(500)}`,
    '/v1//about',
    '//evil.example/',
    '/v1/profiles/__proto__',
    '/v1/jobs/constructor/events',
    `/v1/profiles/${'x'.repeat(5000)}`,
  ]
  for (const path of odd) {
    const { status, text } = await raw(
      `GET ${path} HTTP/1.1\r\nHost: ${new URL(base).host}\r\nConnection: close\r\n\r\n`,
    )
    assert.ok(status === 404 || status === 400 || status === 414, `${path}: ${status}`)
    assert.doesNotMatch(text, /root:|"name": "consonance"/, path)
  }
  await fc.assert(
    fc.asyncProperty(fc.webPath(), async (path) => {
      const { status, text } = await new Visitor(server).ask(path || '/')
      assertOurs(status, text, path)
    }),
    { numRuns: 100 },
  )
})

/** Bytes on a socket, and what comes back. */
async function raw(bytes: string): Promise<{ readonly status: number; readonly text: string }> {
  const { hostname, port } = new URL(base)
  const socket = connectSocket(Number(port), hostname)
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
  })
  socket.on('error', () => {})
  socket.write(bytes)
  await once(socket, 'close')
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text }
}

test('requests that are no HTTP, or too much of it, are refused without harm', async () => {
  const host = `Host: ${new URL(base).host}\r\n`
  assert.equal((await raw('nonsense\r\n\r\n')).status, 400)
  assert.equal((await raw(`GET / HTTP/1.1\r\n${host}X: ${'x'.repeat(20_000)}\r\n\r\n`)).status, 431)
  const smuggled = `POST /v1/jobs HTTP/1.1\r\n${host}X-Consonance: 1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n`
  assert.equal((await raw(smuggled)).status, 400)
  assert.equal((await raw('GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).status, 400, 'without a host')
  assert.equal((await raw('GET /v1/about HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n')).status, 421)
})

test('other sites change nothing, with or without the cookie of a visitor', async () => {
  const visitor = new Visitor(server)
  const body = { from: 'items', items: [{ artists: ['x'] }] }
  const forged: readonly Record<string, string>[] = [
    { 'x-consonance': '' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'x-consonance': '', 'content-type': 'text/plain' },
  ]
  for (const headers of forged) assert.equal(await visitor.problem('/v1/jobs', { body, headers }), 'cross-site')
  const { headers } = await visitor.ask('/v1/jobs', { body })
  const cookie = `${headers['set-cookie']}`
  assert.match(cookie, /HttpOnly/)
  assert.match(cookie, /SameSite=Lax/)
  assert.match(cookie, /Path=\//)
  const preflight = await visitor.ask('/v1/jobs', {
    method: 'OPTIONS' as never,
    headers: { origin: 'https://evil.example' },
  })
  assert.equal(preflight.headers['access-control-allow-origin'], undefined)
})

test('a body that is too large, too deep or never ends is refused', async () => {
  const small = await open('small', {
    limits: { requestBytes: 2000, itemsBytes: 20_000, uploadBytes: 5000, clientUploadBytes: 8000, requestTimeout: 300 },
  })
  const visitor = new Visitor(small)
  const filler = { from: 'items', items: [{ artists: ['x'.repeat(30_000)] }] }
  assert.equal(await visitor.problem('/v1/jobs', { body: filler }), 'request-too-large')
  assert.equal(
    await visitor.problem('/v1/session/profiles', { body: { owner: 'x'.repeat(3000) } }),
    'request-too-large',
  )
  assert.equal(await visitor.problem('/v1/uploads?name=x', { body: Buffer.alloc(6000) }), 'file-too-large')
  const deep = `{"from":${'['.repeat(900)}${']'.repeat(900)}}`
  assert.equal(
    await visitor.problem('/v1/jobs', { body: Buffer.from(deep), headers: { 'content-type': 'application/json' } }),
    'invalid-request',
  )
  assert.equal((await visitor.ask('/v1/uploads?name=x', { body: Buffer.alloc(4900) })).status, 201)
  assert.equal(await visitor.problem('/v1/uploads?name=x', { body: Buffer.alloc(4900) }), 'too-many-uploads')
  assert.equal((await readdir(join(folder, 'small', 'server', 'spool'))).length, 1, 'only what was taken is kept')

  const { port, host } = new URL(small.place.url!)
  const slow = request({
    port,
    host: '127.0.0.1',
    path: '/v1/session/profiles',
    method: 'POST',
    headers: { host, 'x-consonance': '1', 'content-type': 'application/json', 'content-length': 1000 },
  })
  slow.on('error', () => {})
  slow.write('{')
  const [answer] = await once(slow, 'response')
  assert.equal(answer.statusCode, 408)
  await new Promise((resolve) => slow.once('close', resolve))
})

test('a file that unpacks to far more than it is, and one that is something else, end with their own problem', async () => {
  const visitor = new Visitor(server)
  const read = async (name: string, content: Uint8Array) => {
    const { upload } = await visitor.get(`/v1/uploads?name=${name}`, { body: content })
    const { problem } = await visitor.job({ from: 'uploads', uploads: [upload] })
    return problem.code
  }
  const zeros = Buffer.alloc(40_000_000)
  for (const [name, content] of [
    ['bomb.zip', zip('StreamingHistory_music_0.json', zeros)],
    ['Playlist1.json.gz', gzipSync(zeros)],
    ['empty.zip', zip('nothing.txt', Buffer.alloc(0))],
    ['half.zip', zip('Playlist1.json', Buffer.from('{"playlists":[]}')).subarray(0, 40)],
    ['video.mp4', Buffer.from('\u0000\u0000\u0000\u0018ftypmp42')],
  ] as const) {
    const code = await read(name, content)
    assert.ok(['file-not-readable', 'file-bomb', 'profile-empty'].includes(code), `${name}: ${code}`)
  }
  assert.equal((await visitor.ask('/v1/health')).status, 200)
})

/** An archive with one file. */
function zip(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content)
  const fields = (signature: number, more: number) => {
    const head = Buffer.alloc(more)
    head.writeUInt32LE(signature, 0)
    return head
  }
  const local = fields(0x04034b50, 30)
  const central = fields(0x02014b50, 46)
  for (const [head, at] of [
    [local, 4],
    [central, 6],
  ] as const) {
    head.writeUInt16LE(20, at)
    head.writeUInt16LE(8, at + 4)
    head.writeUInt32LE(packed.length, at + 14)
    head.writeUInt32LE(content.length, at + 18)
    head.writeUInt16LE(name.length, at + 22)
  }
  const body = Buffer.concat([local, Buffer.from(name), packed])
  const end = fields(0x06054b50, 22)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(46 + name.length, 12)
  end.writeUInt32LE(body.length, 16)
  return Buffer.concat([body, central, Buffer.from(name), end])
}

test('nobody has more than their share: requests, jobs, streams', async () => {
  const tight = await open('tight', {
    limits: { requestsPerMinute: 60, jobsPerMinute: 40, activeJobs: 2, parallelJobs: 1, streams: 2 },
    matcher: stuck(),
  })
  const visitor = new Visitor(tight)
  const items = Array.from({ length: 30 }, (_, i) => ({ artists: [`Artist ${i}`] }))
  const begun: string[] = []
  for (let i = 0; i < 2; i++) begun.push((await visitor.get('/v1/jobs', { body: { from: 'items', items } })).job.id)
  const refused = await visitor.ask('/v1/jobs', { body: { from: 'items', items } })
  assert.deepEqual([refused.status, refused.json.code], [429, 'too-many-jobs'])
  assert.ok(Number(refused.headers['retry-after']) > 0)

  const streams = await Promise.all(
    [1, 2, 3].map(() =>
      fetch(`${tight.place.url}v1/jobs/${begun[0]}/events`, { headers: { cookie: visitor.cookie! } }),
    ),
  )
  assert.deepEqual(streams.map(({ status }) => status).sort(), [200, 200, 429])
  for (const { body } of streams) await body?.cancel()

  for (const id of begun) await visitor.ask(`/v1/jobs/${id}`, { method: 'DELETE' })
  let last = 0
  for (let i = 0; i < 80 && last !== 429; i++) last = (await visitor.ask('/v1/session')).status
  assert.equal(last, 429)
  assert.equal(await visitor.problem('/v1/health'), 'rate-limited')
})

/** A matcher that never answers. */
function stuck(): NonNullable<ServerOptions['matcher']> {
  const never = () => new Promise<never>(() => {})
  const state = async () => ({ model: null, listeners: 0, upToChange: 0 })
  return { match: never, pair: never, taste: never, state, close: async () => {} }
}

test('guessed tokens and cookies open nothing', async () => {
  const guesses: readonly Record<string, string>[] = [
    { authorization: 'Bearer ' },
    { authorization: `Bearer ${'x'.repeat(43)}` },
    { authorization: `Basic ${btoa('operator:operator')}` },
    { cookie: 'consonance=' },
    { cookie: `consonance=${'x'.repeat(43)}` },
    { cookie: 'consonance[]=1; consonance=__proto__' },
  ]
  for (const headers of guesses)
    for (const path of ['/v1/operator/status', '/metrics', `/v1/profiles/${someKey}`, `/v1/jobs/${someKey}`]) {
      const { status } = await new Visitor(server).ask(path, { headers })
      assert.ok(status === 401 || status === 404, `${path} ${JSON.stringify(headers)}: ${status}`)
    }
})

test('the log names nobody, and no defect was logged', () => {
  const text = logged.join('')
  assert.match(text, /"route":"\/v1\/jobs"/)
  assert.doesNotMatch(text, new RegExp(someKey))
  assert.doesNotMatch(text, /127\.0\.0\.1"|consonance=|Bearer/)
  assert.deepEqual(
    logged.filter((line) => line.includes('defect')),
    [],
  )
})
