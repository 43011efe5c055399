import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { systemEnvironment } from './environment.ts'
import { exchange } from './exchange.ts'
import { type Answer, type Outgoing, send } from './network.ts'

async function serve(t: TestContext, on: RequestListener): Promise<string> {
  const server = createServer(on).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close().closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const get = (signal = new AbortController().signal): Outgoing => ({
  method: 'GET',
  headers: { accept: 'application/json' },
  redirect: 'manual',
  signal,
})

async function textOf({ body }: Answer): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body ?? []) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

test('sends what it is given, and unpacks what comes back', async (t) => {
  const seen: unknown[] = []
  const url = await serve(t, async (request, response) => {
    const body = (await request.setEncoding('utf8').toArray()).join('')
    const { accept, 'accept-encoding': packed, cookie } = request.headers
    seen.push([request.method, accept, packed, cookie, body])
    response.writeHead(200, { 'content-encoding': 'gzip', 'x-one': ['a', 'b'] }).end(gzipSync('{"fine":"ö"}'))
  })
  const answer = await send(url, { ...get(), method: 'POST', body: 'some' })
  assert.equal(await textOf(answer), '{"fine":"ö"}')
  assert.deepEqual([answer.status, answer.headers.get('x-one'), answer.headers.has('x-two')], [200, 'a, b', false])
  assert.deepEqual(seen, [['POST', 'application/json', 'gzip', undefined, 'some']])
})

test('an answer without a body is one, whatever its headers say', async (t) => {
  for (const status of [204, 304, 200]) {
    const url = await serve(t, (_, response) => response.writeHead(status, { 'content-encoding': 'gzip' }).end())
    const answer = await send(url, get())
    assert.deepEqual([answer.status, await textOf(answer)], [status, ''])
  }
})

test('an answer that unpacks to more than any page of Spotify\u2019s is not read to its end', async (t) => {
  const bomb = gzipSync(Buffer.alloc(32 * 1024 * 1024))
  const url = await serve(t, (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb))
  let unpacked = 0
  const counting: typeof send = async (...given) => {
    const answer = await send(...given)
    const body = async function* () {
      for await (const chunk of answer.body ?? []) {
        unpacked += chunk.byteLength
        yield chunk
      }
    }
    return { ...answer, body: body() }
  }
  const environment = { ...systemEnvironment, fetch: counting }
  await assert.rejects(exchange(environment, { url, subject: 'a page', timeout: 60_000 }), /more than 16777216 bytes/)
  assert.ok(unpacked < 17 * 1024 * 1024)
})

test('follows no redirect', async (t) => {
  let asked = 0
  const url = await serve(t, (_, response) => {
    asked++
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  const answer = await send(url, get())
  assert.deepEqual(
    [answer.status, answer.headers.get('location'), await textOf(answer), asked],
    [302, '/elsewhere', '', 1],
  )
})

test('fails when the connection breaks, also in the middle, packed or not', async (t) => {
  for (const head of [undefined, {}, { 'content-encoding': 'gzip' }]) {
    const url = await serve(t, (request, response) => {
      if (!head) request.socket.destroy()
      else {
        response.writeHead(200, head).write(gzipSync('x'.repeat(1000)).subarray(0, 12))
        setImmediate(() => request.socket.destroy())
      }
    })
    await assert.rejects(async () => textOf(await send(url, get())))
  }
  const url = await serve(t, (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip'))
  await assert.rejects(async () => textOf(await send(url, get())))
})

test('stops when it is told to, before the answer and within it', async (t) => {
  const url = await serve(t, (request, response) => {
    if (request.url === '/begun') response.writeHead(200).write('a')
  })
  for (const path of ['never', 'begun']) {
    const controller = new AbortController()
    const asking = (async () => {
      const answer = await send(`${url}${path}`, get(controller.signal))
      controller.abort(new Error('enough'))
      return textOf(answer)
    })()
    if (path === 'never') setImmediate(() => controller.abort(new Error('enough')))
    await assert.rejects(asking, /enough/)
  }
})
