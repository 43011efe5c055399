import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quotaExceeded } from '../../simulator/spotify/faults.ts'
import { operatorToken, Visitor } from '../server-fixture.ts'
import { itemsFrom, server, simulator, world } from './one-server.ts'

test('the operator sees how it stands, and nobody else does', async () => {
  const visitor = new Visitor(server)
  assert.equal(await visitor.problem('/v1/operator/status'), 'operator-only')
  assert.equal(await visitor.problem('/metrics'), 'operator-only')
  assert.equal(
    await visitor.problem('/v1/session/operator', { body: { token: 'wrong-wrong-wrong-wrong' } }),
    'operator-token-wrong',
  )
  assert.equal((await visitor.ask('/v1/session/operator', { body: { token: operatorToken } })).status, 204)
  const status = await visitor.get('/v1/operator/status')
  assert.ok(status.population.listeners > 30)
  assert.equal(status.schedule.refresh, '0 4 * * *')
  assert.equal(status.index.upToChange <= status.index.lastChange, true)
  assert.ok(
    status.policy.some(
      ({ origin, matching }: { origin: string; matching: boolean }) => origin === 'spotify' && !matching,
    ),
  )
  const [model] = await visitor.get('/v1/operator/models')
  assert.equal(model.promoted, true)
  const report = await visitor.ask(`/v1/operator/models/${model.version}/report`)
  assert.match(report.text, /<html/)
  assert.match(`${report.headers['content-security-policy']}`, /sandbox/)
  assert.equal(await visitor.problem('/v1/operator/models/99/promote', { method: 'POST' }), 'model-not-found')
  assert.equal(await visitor.problem('/v1/operator/models/rollback', { method: 'POST' }), 'model-not-found')
  assert.deepEqual(await visitor.get(`/v1/operator/models/${model.version}/promote`, { method: 'POST' }), {
    promoted: model.version,
  })
  const refreshed = await visitor.get('/v1/operator/refresh', { method: 'POST' })
  assert.equal((await visitor.ended(refreshed.job.id)).state, 'done')
  assert.ok((await visitor.get('/v1/operator/jobs')).length > 3)
  assert.deepEqual(await visitor.get('/v1/operator/candidates'), [])

  const reporter = new Visitor(server)
  const { profile } = await reporter.job({ from: 'items', items: itemsFrom(9) })
  const [closest] = (await reporter.get(`/v1/profiles/${profile}/matches`, { body: {} })).matches
  const complaint = { reason: 'name', text: 'The name is rude.' }
  const path = `/v1/profiles/${profile}/matches/${closest.listener.key}/report`
  assert.equal((await reporter.ask(path, { body: complaint })).status, 204)
  const shown = (await reporter.get(`/v1/profiles/${profile}/matches`, { body: {} })).matches
  assert.ok(!shown.some(({ listener }: { listener: { key: string } }) => listener.key === closest.listener.key))
  const [reported] = await visitor.get('/v1/operator/reports')
  assert.deepEqual([reported.listener, reported.text], [closest.listener.key, complaint.text])
  assert.equal((await visitor.ask(`/v1/operator/reports/${reported.id}`, { method: 'DELETE' })).status, 204)
  assert.equal((await visitor.ask(`/v1/operator/listeners/${closest.listener.key}`, { method: 'DELETE' })).status, 204)
  assert.equal(
    await visitor.problem(`/v1/operator/listeners/${closest.listener.key}`, { method: 'DELETE' }),
    'profile-not-found',
  )

  const script = { headers: { authorization: `Bearer ${operatorToken}` } }
  const metrics = await new Visitor(server).ask('/metrics', script)
  assert.match(metrics.text, /consonance_http_request_seconds_bucket\{.*route="\/v1\/profiles\/:profile\/matches"/)
  assert.doesNotMatch(metrics.text, new RegExp(profile))
})

// The last one: the service stays closed.
test('a profile that shows no playlists, and a service that wants a pause, say so with problems of their own', async () => {
  const visitor = new Visitor(server)
  const read = (listener: number) => visitor.job({ from: 'text', text: world.link(listener) })
  const empty = { href: '', items: [], limit: 50, offset: 0, next: null, previous: null, total: 0 }
  const nothing = { kind: 'answer', answer: { status: 200, json: empty }, name: 'no playlists' } as const
  simulator.scripted.add(/users\/[^/]+\/playlists/, 1, nothing)
  assert.equal((await read(31)).problem.code, 'profile-private')

  simulator.scripted.add(/users/, 1, { kind: 'answer', answer: quotaExceeded(3600), name: 'quota' })
  const { state, problem } = await read(32)
  assert.deepEqual([state, problem.code], ['failed', 'quota-closed'])
  assert.ok(problem.retryAfter > 3000 && problem.retryAfter <= 3700)
  const script = { headers: { authorization: `Bearer ${operatorToken}` } }
  const { quota } = await visitor.get('/v1/operator/status', script)
  assert.ok(Date.parse(quota.closedUntil) > Date.now())
})
