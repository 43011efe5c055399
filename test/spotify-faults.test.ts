import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quotaExceeded } from '../simulator/spotify/faults.ts'
import type { RandomFaults } from '../simulator/spotify/settings.ts'
import { collectProfile, memoryPersistence, ProfileReading, SpotifyError } from '../src/spotify/index.ts'
import { assertSilent, assertTrue, simulate } from './simulated-spotify.ts'

const faults: RandomFaults = {
  pauses: 100,
  serverErrors: 60,
  resets: 40,
  truncated: 30,
  hanging: 5,
  lostTokens: 40,
}

test('with one request in four going wrong, every profile arrives complete', async () => {
  const simulated = await simulate({ faults })
  const { world, simulator, environment } = simulated
  const client = await simulated.client('extended', { timeout: 1_000 })
  const waiting = Array.from({ length: 25 }, (_, i) => i)
  const read = async () => {
    for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) {
      const profile = await collectProfile(new ProfileReading(client, simulator.people.idOf(i)))
      assertTrue(
        world,
        profile,
        simulator.library.shown(i).filter(({ isPublic }) => isPublic),
      )
    }
  }
  await Promise.all([read(), read(), read(), read()])
  const seen = new Set(simulator.log.requests.flatMap(({ fault }) => fault ?? []))
  assert.ok(seen.size >= 12, [...seen].join(', '))
  assert.ok(environment.pauses.length > 5)
  for (const { url, at } of environment.sent)
    assert.ok(!environment.pauses.some(({ from, until }) => at > from && at < until), `${url} was sent during a pause`)
  assert.deepEqual(
    simulator.log.requests.filter(({ inPause, at }, nth, all) => inPause && all[nth - 1]!.at < at),
    [],
  )
  assertSilent(simulated)
})

test('a quota that closes for 13 hours: stops at once, says until when, and goes on where it was', async () => {
  const simulated = await simulate()
  const { world, simulator, environment } = simulated
  const persistence = memoryPersistence()
  const client = await simulated.client('dev_legacy', { persistence })
  const read = (from = client, i = 0) => collectProfile(new ProfileReading(from, simulator.people.idOf(i)))
  await read()
  simulator.scripted.add(/playlists/, 3, { kind: 'answer', answer: quotaExceeded(13 * 3600), name: 'quota' })
  const start = environment.now()
  const errors: unknown[] = []
  for (let i = 1; i < 6; i++) {
    await assert.rejects(read(client, i), (error) => {
      assert.ok(error instanceof SpotifyError && error.kind === 'quota-closed')
      assert.ok(Math.abs(error.retryAt! - start - 13 * 3600_000) < 2_000)
      assert.match(error.message, /daily quota.*try again at 2026-11-24 01:0\d UTC/)
      errors.push(error)
      return true
    })
  }
  assert.ok(environment.now() - start < 1_000)
  const sent = environment.sent.length
  const restarted = await simulated.client('dev_legacy', { persistence })
  await assert.rejects(read(restarted, 1), { kind: 'quota-closed' })
  // Not even for a token.
  assert.equal(environment.sent.length, sent)
  environment.advance(13 * 3600_000 + 2_000)
  const profile = await read(restarted, 1)
  assertTrue(
    world,
    profile,
    simulator.library.shown(1).filter(({ isPublic, owner }) => isPublic && owner.id !== 'spotify'),
  )
  assertSilent(simulated, errors)
})

test('keeps within limits that nobody published', async () => {
  const { simulator, client: newClient } = await simulate({ limits: { per30Seconds: 20, perDay: 60 } })
  const client = await newClient('dev_legacy')
  let outcome: unknown
  for (let i = 0; i < 25 && outcome === undefined; i++)
    outcome = await collectProfile(new ProfileReading(client, simulator.people.idOf(i))).then(
      () => undefined,
      (error) => error,
    )
  assert.ok(outcome instanceof SpotifyError && outcome.kind === 'quota-closed')
  const refused = simulator.log.requests.filter(({ status }) => status === 429)
  assert.ok(refused.length >= 2 && refused.length <= 6, `${refused.length} refusals`)
  assert.equal(client.access.tier, 'legacy')
})

test('renews the token once, however many requests find it expired', async () => {
  const { simulator, environment, client: newClient } = await simulate()
  const client = await newClient('extended')
  await collectProfile(new ProfileReading(client, simulator.people.idOf(0)))
  environment.advance(3600_000)
  simulator.scripted.add(/users/, 1, {
    kind: 'answer',
    answer: { status: 401, json: { error: { status: 401, message: 'The access token expired' } } },
    name: 'expired',
  })
  await Promise.all([1, 2, 3, 4].map((i) => collectProfile(new ProfileReading(client, simulator.people.idOf(i)))))
  assert.equal(simulator.log.count('POST /api/token'), 3)
})

test('an edit between two pages makes a playlist be read again from the beginning', async () => {
  const { world, simulator, client: newClient } = await simulate()
  const shown = (i: number) => simulator.library.shown(i).filter(({ isPublic }) => isPublic)
  const i = Array.from({ length: 25 }, (_, at) => at).find((at) =>
    shown(at).some(({ entries }) => entries.length > 55),
  )!
  const { id, entries } = shown(i).find((playlist) => playlist.entries.length > 55)!
  simulator.scripted.add(new RegExp(`${id}.*offset=50`), 1, () =>
    simulator.library.edit(id, { add: [simulator.library.own(i + 1)[0]!.entries[0]!.id] }),
  )
  const profile = await collectProfile(new ProfileReading(await newClient('extended'), simulator.people.idOf(i)))
  assertTrue(world, profile, shown(i))
  assert.equal(shown(i).find((playlist) => playlist.id === id)!.entries.length, entries.length + 1)
})

test('refuses a next link to another host, and one that leads in circles', async () => {
  for (const next of ['https://evil.example/v1/users/x/playlists?offset=50', 'SELF']) {
    const simulated = await simulate()
    const { simulator, environment } = simulated
    const client = await simulated.client('extended')
    const link = next === 'SELF' ? `${simulator.hosts.api}/playlists/x/tracks?offset=0&limit=50` : next
    simulator.scripted.add(/tracks/, 1, { kind: 'next-link', next: link })
    const { report } = await collectProfile(new ProfileReading(client, simulator.people.idOf(0)))
    assert.deepEqual(
      report.playlists.notRead.map(({ reason }) => reason),
      ['failed'],
    )
    assert.ok(environment.sent.every(({ url }) => url.startsWith('http://127.0.0.1:')))
  }
})

test('what it can not have, it asks for once', async () => {
  const { simulator, client: newClient } = await simulate()
  for (const [at, status] of [400, 403, 404].entries()) {
    const client = await newClient('extended')
    simulator.log.clear()
    simulator.scripted.add(/users/, 1, { kind: 'answer', answer: { status, text: 'no' }, name: `${status}` })
    await collectProfile(new ProfileReading(client, simulator.people.idOf(at))).catch((error) => {
      assert.equal(error.kind, 'bad-request')
    })
    assert.equal(simulator.log.count(), 1, `${status}`)
  }
})

test('waits for a slow answer, asks again after a reset', async () => {
  const { world, simulator, client: newClient } = await simulate()
  simulator.scripted.add(/tracks/, 1, { kind: 'slow', ms: 30 })
  simulator.scripted.add(/tracks/, 2, { kind: 'reset' })
  const profile = await collectProfile(new ProfileReading(await newClient('extended'), simulator.people.idOf(0)))
  assertTrue(
    world,
    profile,
    simulator.library.shown(0).filter(({ isPublic }) => isPublic),
  )
})
