import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quotaExceeded } from './faults.ts'
import { noFaults } from './settings.ts'
import { start } from './started-simulator.ts'

test('goes wrong on demand and by chance, each time the same way', async () => {
  const { simulator, token, get } = await start()
  const bearer = token('extended')
  const path = '/search?q=a&type=playlist'
  simulator.scripted.add(/search/, 2, { kind: 'answer', answer: quotaExceeded(48925), name: 'quota' })
  simulator.scripted.add(/search/, 3, { kind: 'truncated' })
  simulator.scripted.add(/search/, 4, { kind: 'reset' })
  assert.equal((await get(bearer, path)).status, 200)
  assert.equal((await get(bearer, path)).headers.get('retry-after'), '48925')
  const cut = await get(bearer, path)
  assert.ok(cut.status === 200 && cut.json === undefined && cut.text.startsWith('{'))
  await assert.rejects(get(bearer, path))
  assert.equal((await get(bearer, path)).status, 200)
  const faults = { ...noFaults, pauses: 300, serverErrors: 300, lostTokens: 200 }
  const statuses = async () => {
    const faulty = await start({ faults })
    const bearer = faulty.token('extended')
    const seen: number[] = []
    for (let at = 0; at < 40; at++) seen.push((await faulty.get(bearer, path)).status)
    return seen
  }
  const seen = await statuses()
  assert.deepEqual(seen, await statuses())
  for (const status of [200, 401, 429, 502]) assert.ok(seen.includes(status), `${status}`)
})

test('logs what was asked, by route, and no secret', async () => {
  const { simulator, token, get, post } = await start()
  const bearer = token('extended')
  await get(bearer, '/users/nobody?x=1')
  await post({ grant_type: 'refresh_token', refresh_token: 'a-secret', client_id: 'simulated-extended' })
  assert.deepEqual(
    simulator.log.requests.map(({ at: _, ...request }) => request),
    [
      { host: 'api', app: 'simulated-extended', route: 'GET /users/{id}', path: '/v1/users/nobody?x=1', status: 404 },
      { host: 'accounts', route: 'POST /api/token', path: '/api/token', status: 400 },
    ],
  )
  assert.deepEqual([simulator.log.count(), simulator.log.count('POST /api/token')], [1, 1])
})

test('tells the links of its listeners', async () => {
  const { simulator } = await start()
  const text = await (await fetch(`${new URL(simulator.hosts.api).origin}/simulator/links?from=118&count=10`)).text()
  const ids = text
    .trim()
    .split('\n')
    .map((link) => decodeURIComponent(new URL(link).pathname.slice('/user/'.length)))
  assert.deepEqual(ids, [simulator.people.idOf(118), simulator.people.idOf(119)])
})
