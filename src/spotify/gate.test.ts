import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type ErrorKind, SpotifyError } from './errors.ts'
import { Gate, type GateLimits } from './gate.ts'
import { filePersistence, memoryPersistence, type Persistence } from './persistence.ts'
import { VirtualEnvironment } from './virtual-environment.ts'

const open: GateLimits = { perSecond: 1000, burst: 1000, concurrency: 100, perDay: Number.POSITIVE_INFINITY }

async function newGate(limits: Partial<GateLimits>, persistence: Persistence = memoryPersistence()) {
  const environment = new VirtualEnvironment(async () => new Response())
  const gate = await Gate.open({ limits: { ...open, ...limits }, environment, persistence })
  const start = environment.now()
  const sentAt: number[] = []
  const send = (signal?: AbortSignal) =>
    gate.run({ group: 'playlists', subject: 'playlists', signal }, async () => {
      sentAt.push(environment.now() - start)
    })
  return { environment, gate, send, sentAt }
}

const isKind = (kind: ErrorKind) => (error: unknown) => error instanceof SpotifyError && error.kind === kind

test('keeps the rate, after a burst', async () => {
  const { send, sentAt } = await newGate({ perSecond: 2, burst: 3 })
  await Promise.all(Array.from({ length: 7 }, () => send()))
  assert.deepEqual(sentAt, [0, 0, 0, 500, 1000, 1500, 2000])
})

test('an endless rate and burst never wait', async () => {
  const { send, sentAt } = await newGate({ perSecond: Number.POSITIVE_INFINITY, burst: 1 })
  for (let at = 0; at < 100; at++) await send()
  assert.ok(sentAt.every((at) => at === 0))
})

test('keeps the concurrency', async () => {
  const { gate } = await newGate({ concurrency: 2 })
  let underWay = 0
  let most = 0
  const work = async () => {
    underWay++
    most = Math.max(most, underWay)
    await new Promise((resolve) => setImmediate(resolve))
    underWay--
  }
  await Promise.all(Array.from({ length: 20 }, () => gate.run({ group: 'x', subject: 'x' }, work)))
  assert.equal(most, 2)
})

test('a failed request frees its place', async () => {
  const { gate, send, sentAt } = await newGate({ concurrency: 1 })
  const broken = gate.run({ group: 'x', subject: 'x' }, () => Promise.reject(new Error('broken')))
  await assert.rejects(broken, /broken/)
  await send()
  assert.equal(sentAt.length, 1)
})

test('a short pause stops everybody until it is over', async () => {
  const { gate, send, sentAt } = await newGate({ concurrency: 5 })
  await send()
  assert.equal((await gate.pause(5_000, 'rate-limited')).isLong, false)
  await Promise.all([send(), send(), send()])
  assert.deepEqual(sentAt, [0, 5000, 5000, 5000])
})

test('a pause stated while others wait for their turn stops them, too', async () => {
  const { gate, send, sentAt } = await newGate({ perSecond: 1, burst: 1 })
  const waiting = [send(), send(), send()]
  await waiting[0]
  await gate.pause(30_000, 'rate-limited')
  await Promise.all(waiting)
  assert.deepEqual(sentAt, [0, 30_000, 31_000])
})

test('a shorter pause does not end a longer one', async () => {
  const { gate, send, sentAt } = await newGate({})
  await gate.pause(50_000, 'rate-limited')
  await gate.pause(1_000, 'rate-limited')
  await send()
  assert.deepEqual(sentAt, [50_000])
})

test('a long pause shuts the gate: everybody is told at once, until when', async () => {
  const { environment, gate, send, sentAt } = await newGate({ perSecond: 1, burst: 1 })
  const waiting = [send(), send(), send()]
  await waiting[0]
  const { until, isLong } = await gate.pause(13 * 3600_000, 'quota-closed')
  assert.equal(isLong, true)
  assert.equal(until, environment.now() + 13 * 3600_000)
  for (const outcome of await Promise.allSettled(waiting.slice(1))) {
    assert.ok(outcome.status === 'rejected' && isKind('quota-closed')(outcome.reason))
    assert.equal(outcome.reason.retryAt, until)
  }
  await assert.rejects(send(), isKind('quota-closed'))
  assert.equal(gate.usage().shutUntil, until)
  assert.equal(environment.now() < until, true)
  environment.advance(13 * 3600_000)
  await send()
  assert.equal(sentAt.length, 2)
})

test('stays shut over a restart', async () => {
  const persistence = memoryPersistence()
  const first = await newGate({}, persistence)
  await first.gate.pause(3600_000, 'quota-closed')
  const second = await newGate({}, persistence)
  await assert.rejects(second.send(), isKind('quota-closed'))
})

test('stops at its own ceiling for the day, and says when it goes on', async () => {
  const { environment, gate, send } = await newGate({ perDay: 10 })
  const start = environment.now()
  for (let at = 0; at < 10; at++) {
    await send()
    environment.advance(3600_000)
  }
  await assert.rejects(send(), (error) => {
    assert.ok(isKind('own-ceiling')(error))
    assert.ok((error as SpotifyError).retryAt! >= start + 24 * 3600_000)
    environment.advance((error as SpotifyError).retryAt! - environment.now())
    return true
  })
  await send()
  assert.equal(gate.usage().used, 10)
  await assert.rejects(send(), isKind('own-ceiling'))
})

test('never counts less after a crash, and exactly after a close', async () => {
  const persistence = memoryPersistence()
  const first = await newGate({ perDay: 800 }, persistence)
  for (let at = 0; at < 100; at++) await first.send()
  const crashed = await newGate({ perDay: 800 }, persistence)
  const { used } = crashed.gate.usage()
  assert.ok(used >= 100 && used <= 108, `${used}`)
  await first.gate.close()
  assert.equal((await newGate({}, persistence)).gate.usage().used, 100)
  assert.deepEqual((await newGate({}, persistence)).gate.usage().usedByGroup, { playlists: 100 })
})

test('two processes on one folder: neither forgets what the other counted, nor sends while it may not', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'consonance-gate-'))
  t.after(() => rm(folder, { recursive: true }))
  const gates = await Promise.all([0, 1, 2].map(() => newGate({ perDay: 400 }, filePersistence(folder))))
  await Promise.all(
    gates.map(async ({ send, gate }, nth) => {
      for (let at = 0; at < 40 + nth; at++) await send()
      await gate.close()
    }),
  )
  const { gate } = await newGate({ perDay: 400 }, filePersistence(folder))
  assert.deepEqual(gate.usage().usedByGroup, { playlists: 123 })

  const [one, other] = gates as [(typeof gates)[0], (typeof gates)[0]]
  const both = async ({ send, gate: mine }: typeof one) => {
    let sent = 0
    while (
      await send().then(
        () => ++sent,
        () => 0,
      )
    );
    await mine.close()
    return sent
  }
  const [ofOne, ofOther] = await Promise.all([both(one), both(other)])
  assert.ok(ofOne + ofOther >= 400 - 123 - 8 && ofOne + ofOther <= 400 - 123 + 8, `${ofOne} and ${ofOther}`)
  await one.gate.pause(3600_000, 'quota-closed')
  await other.gate.close()
  await assert.rejects(other.send(), isKind('quota-closed'))
  assert.deepEqual(await readdir(folder), ['gate-default.json'])
})

test('starts afresh when what was saved makes no sense', async () => {
  for (const saved of [
    null,
    3,
    'x',
    { slots: 'x' },
    { slots: [[1], [Number.NaN, {}], [5, { a: -1, b: 'x' }]], shut: 1 },
  ]) {
    const persistence: Persistence = { load: async () => saved, update: async (_, change) => change(saved) }
    const { gate, send } = await newGate({}, persistence)
    await send()
    assert.equal(gate.usage().used, 1)
  }
})

test('whoever gives up leaves the queue at once, and does not stop the others', async () => {
  const { send, sentAt } = await newGate({ perSecond: 1, burst: 1 })
  const controller = new AbortController()
  const waiting = [send(), send(controller.signal), send(controller.signal), send()]
  await waiting[0]
  controller.abort(new Error('enough'))
  await assert.rejects(waiting[1]!, /enough/)
  await assert.rejects(waiting[2]!, /enough/)
  await waiting[3]
  assert.deepEqual(sentAt, [0, 1000])
})

test('whoever gives up while all places are taken leaves at once', async () => {
  const { gate, send } = await newGate({ concurrency: 1 })
  const { promise, resolve } = Promise.withResolvers<void>()
  const long = gate.run({ group: 'x', subject: 'x' }, () => promise)
  await assert.rejects(send(AbortSignal.timeout(5)), /aborted due to timeout/)
  resolve()
  await long
  await send()
})

test('requests to the sign-in host wait for the end of a pause', async () => {
  const { environment, gate } = await newGate({})
  const start = environment.now()
  await gate.pause(20_000, 'rate-limited')
  await gate.opened('access token')
  assert.equal(environment.now() - start, 20_000)
  await gate.pause(3600_000, 'quota-closed')
  await assert.rejects(gate.opened('access token'), isKind('quota-closed'))
})
