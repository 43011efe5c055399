import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { createParser } from 'eventsource-parser'
import { outcome, spawnConsonance } from './command-line.ts'
import { simulatedWorld } from './server-fixture.ts'

const world = await simulatedWorld(30)
const { simulator } = world

/** Slower answers, so that there is a middle to be interrupted in. */
function slowDown(ms: number): void {
  for (let nth = 1; nth <= 60; nth++)
    simulator.scripted.add(/\/playlists\/[^/]+\/(?:tracks|items)/, nth, { kind: 'slow', ms })
}

interface Heard {
  readonly id: number
  readonly event: string
}

/** A page on the network: keeps the cookie, and follows a job through whatever happens to the connection. */
class Page {
  readonly heard: Heard[] = []
  cookie = ''
  base: string

  constructor(base: string) {
    this.base = base
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into at many places
  async ask(path: string, body?: unknown): Promise<any> {
    const response = await fetch(new URL(`v1/${path}`, this.base), {
      headers: { cookie: this.cookie, 'x-consonance': '1', 'content-type': 'application/json' },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    })
    this.cookie = response.headers.get('set-cookie')?.split(';')[0] ?? this.cookie
    const json = await response.json()
    assert.ok(response.ok, JSON.stringify(json))
    return json
  }

  /** Follows a job to its end; `most` events on each connection. */
  async follow(job: string, most: () => number): Promise<void> {
    const isOver = () => ['done', 'failed', 'cancelled'].includes(this.heard.at(-1)?.event ?? '')
    while (!isOver()) {
      const controller = new AbortController()
      let left = most()
      try {
        const response = await fetch(new URL(`v1/jobs/${job}/events`, this.base), {
          headers: { cookie: this.cookie, 'last-event-id': `${this.heard.at(-1)?.id ?? 0}` },
          signal: controller.signal,
        })
        if (!response.ok) throw new Error(`${response.status}`)
        const parser = createParser({
          onEvent: ({ id, event }) => {
            if (left-- > 0) this.heard.push({ id: Number(id), event: event! })
            if (left <= 0) controller.abort()
          },
        })
        for await (const text of response.body!.pipeThrough(new TextDecoderStream())) parser.feed(text)
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
  }

  assertComplete(): void {
    assert.deepEqual(
      this.heard.map(({ id }) => id),
      this.heard.map((_, i) => i + 1),
      'no event lost, none repeated',
    )
  }
}

test('a connection that breaks again and again loses nothing, and provisional matches come before the end', async () => {
  const server = await world.open()
  const page = new Page((await server.listen()).url!)
  await server.ready(AbortSignal.timeout(60_000))
  // Somebody new, so that all of it is read.
  await world.forget(2)
  slowDown(60)
  const { job } = await page.ask('jobs', { from: 'text', text: world.link(2) })
  let turn = 0
  await page.follow(job.id, () => 1 + (turn++ % 3))
  page.assertComplete()
  const events = page.heard.map(({ event }) => event)
  assert.equal(events.at(-1), 'done')
  assert.ok(events.indexOf('answer') < events.indexOf('profile'), `matches before the profile is stored: ${events}`)
  assert.ok(turn > 3)
  await server.close()
})

test('a server that is killed in the middle of a job takes it up again, and the page hears its end', async () => {
  const { hosts } = simulator
  const env = {
    CONSONANCE_SPOTIFY_API: hosts.api,
    CONSONANCE_SPOTIFY_ACCOUNTS: hosts.accounts,
    SPOTIFY_CLIENT_ID: 'simulated-extended-pre2024',
    SPOTIFY_CLIENT_SECRET: 'simulated-secret',
  }
  await world.forget(3)
  const serve = async (port: number) => {
    const child = spawnConsonance(['serve', '--json', '--port', `${port}`, '--data', world.data], { env })
    child.stderr.setEncoding('utf8').on('data', (text) => process.stderr.write(text))
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
    return { child, url: JSON.parse(line).url as string }
  }
  slowDown(150)
  const first = await serve(0)
  const page = new Page(first.url)
  const { job } = await page.ask('jobs', { from: 'text', text: world.link(3) })
  const following = page.follow(job.id, () => 1000)
  while (!page.heard.some(({ event }) => event === 'step')) await new Promise((resolve) => setTimeout(resolve, 10))
  first.child.kill('SIGKILL')
  await once(first.child, 'close')
  const before = page.heard.length

  const second = await serve(Number(new URL(first.url).port))
  await following
  page.assertComplete()
  assert.equal(page.heard.at(-1)!.event, 'done')
  assert.ok(page.heard.length > before)
  const { matches } = await page.ask(`jobs/${job.id}/answer`)
  assert.ok(matches.length > 0)
  const stopped = outcome(second.child)
  second.child.kill('SIGTERM')
  assert.equal((await stopped).code, 0)
})

test('all of it works behind a reverse proxy, below a path, whether the proxy takes the path off or not', async () => {
  for (const takesOff of [true, false]) {
    let target = 0
    // What nginx does with proxy_pass: another connection, the name of the visitor, nothing kept back.
    const proxy = createServer((incoming, answer) => {
      const path = takesOff ? incoming.url!.replace(/^\/music/, '') : incoming.url!
      const headers = { ...incoming.headers, 'x-forwarded-for': '203.0.113.9' }
      const outgoing = request(
        { port: target, host: '127.0.0.1', method: incoming.method, path, headers },
        (response) => {
          answer.writeHead(response.statusCode!, response.headers)
          response.pipe(answer)
        },
      )
      outgoing.on('error', () => answer.destroy())
      answer.on('close', () => outgoing.destroy())
      incoming.pipe(outgoing)
    })
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const publicUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/music`
    const server = await world.open({ publicUrl, trustProxy: '127.0.0.1' })
    try {
      const place = await server.listen()
      target = (server.app.server.address() as AddressInfo).port
      assert.equal(place.url, `${publicUrl}/`)

      const html = await fetch(`${publicUrl}/matches/anything`, { headers: { accept: 'text/html' } })
      assert.equal(html.status, 200)
      assert.match(html.headers.get('content-security-policy') ?? '', /default-src 'none'/)
      const page = new Page(place.url!)
      const { job } = await page.ask('jobs', { from: 'text', text: world.link(4) })
      await page.follow(job.id, () => 2)
      page.assertComplete()
      assert.equal(page.heard.at(-1)!.event, 'done')
      assert.ok((await page.ask(`jobs/${job.id}/answer`)).matches.length > 0)
      const signIn = await fetch(`${publicUrl}/v1/sign-in/spotify`, { redirect: 'manual' })
      const back = new URL(signIn.headers.get('location')!).searchParams.get('redirect_uri')
      assert.equal(back, `${publicUrl}/v1/sign-in/spotify/callback`)
      assert.match(signIn.headers.get('set-cookie') ?? '', /Path=\/music\//)
      const direct = await fetch(`http://127.0.0.1:${target}/v1/health`)
      assert.equal(direct.status, 421, 'only by the public name')
    } finally {
      await server.close()
      proxy.close()
      proxy.closeAllConnections()
    }
  }
})

test('answers are sent compressed to whoever takes that, events as they are', async () => {
  const server = await world.open()
  const page = new Page((await server.listen()).url!)
  const { job } = await page.ask('jobs', { from: 'text', text: world.link(1) })
  const asked = (path: string, encoding: string) =>
    fetch(new URL(`v1/${path}`, page.base), { headers: { cookie: page.cookie, 'accept-encoding': encoding } })
  const events = await asked(`jobs/${job.id}/events`, 'br, gzip')
  assert.equal(events.headers.get('content-encoding'), null)
  assert.match(await events.text(), /^event: done$/m)
  const answer = `jobs/${job.id}/answer`
  const plain = await asked(answer, 'identity')
  assert.equal(plain.headers.get('content-encoding'), null)
  const whole = await plain.text()
  for (const encoding of ['br', 'gzip']) {
    const packed = await asked(answer, encoding)
    assert.equal(packed.headers.get('content-encoding'), encoding)
    assert.ok(Number(packed.headers.get('content-length')) < whole.length / 2)
    assert.equal(await packed.text(), whole)
  }
  await server.close()
})

test('two servers do not work on one folder', async () => {
  const server = await world.open()
  await assert.rejects(world.open(), { name: 'Problem', message: /another server works on/ })
  await server.close()
})
