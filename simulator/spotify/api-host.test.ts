import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type App, defaultApp } from './settings.ts'
import { find, start, world } from './started-simulator.ts'

test('answers what each mode may ask, and refuses the rest with 403', async () => {
  const { simulator, token, get } = await start()
  const { id } = find(simulator, ({ isPublic }) => isPublic)
  const track = simulator.library.own(0)[0]!.entries.find(({ kind }) => kind === 'track')!.id
  const artist = world.track(track)!.artists[0]!.id
  const matrix: readonly (readonly [path: string, ...statuses: readonly number[]])[] = [
    // extended, extended_pre2024, dev_legacy, dev_new
    [`/users/${encodeURIComponent(simulator.people.idOf(0))}`, 200, 200, 200, 403],
    [`/users/${encodeURIComponent(simulator.people.idOf(0))}/playlists`, 200, 200, 200, 403],
    [`/playlists/${id}`, 200, 200, 200, 200],
    [`/playlists/${id}/tracks`, 200, 200, 200, 403],
    [`/playlists/${id}/items`, 200, 200, 200, 403],
    [`/audio-features/${world.audio(track) ? track : ''}`, 403, 200, 403, 403],
    [`/audio-features?ids=${track}`, 403, 200, 403, 403],
    [`/artists/${artist}`, 200, 200, 200, 200],
    [`/artists?ids=${artist}`, 200, 200, 200, 403],
    [`/tracks/${track}`, 200, 200, 200, 200],
    [`/tracks?ids=${track}`, 200, 200, 200, 403],
    ['/search?q=jazz&type=playlist', 200, 200, 200, 200],
    [`/artists/${artist}/related-artists`, 403, 403, 403, 403],
    ['/me', 401, 401, 401, 401],
    ['/nowhere', 404, 404, 404, 404],
  ]
  for (const [path, ...statuses] of matrix) {
    if (path.endsWith('/')) continue
    for (const [at, mode] of (['extended', 'extended_pre2024', 'dev_legacy', 'dev_new'] as const).entries())
      assert.equal((await get(token(mode), path)).status, statuses[at], `${mode} ${path}`)
  }
  assert.deepEqual((await get(token('dev_new'), matrix[0]![0])).json, { error: { status: 403, message: 'Forbidden' } })
})

test('knows ids in every form, decoded once, and says which kind of wrong an id is', async () => {
  const { simulator, token, get } = await start()
  const bearer = token('extended')
  const ids = Array.from({ length: 120 }, (_, i) => simulator.people.idOf(i))
  for (const sign of ['_', '.', '+', '#', 'ñ', ' '])
    assert.ok(
      ids.some((id) => id.includes(sign)),
      sign,
    )
  assert.ok(ids.some((id) => /^\d+$/.test(id)) && ids.some((id) => id.length === 28))
  for (const id of ids) assert.equal((await get(bearer, `/users/${encodeURIComponent(id)}`)).json.id, id)
  const odd = ids.find((id) => id.includes('#'))!
  assert.equal((await get(bearer, `/users/${odd.replace('#', '%2523')}`)).status, 404)
  assert.equal((await get(bearer, '/users/%E0%A4%A')).status, 400)
  assert.equal((await get(bearer, '/users/nobody')).json.error.message, 'No such user')
  assert.deepEqual((await get(bearer, '/users/nobody/playlists')).json.items, [])
  assert.equal((await get(bearer, '/playlists/short')).json.error.message, 'Invalid base62 id')
  assert.equal((await get(bearer, `/playlists/${'0'.repeat(22)}`)).status, 404)
})

test('refuses tokens that are missing, garbled, unknown or expired', async () => {
  const { simulator, token, get, advance } = await start()
  const bare = async (headers: Record<string, string>) =>
    (await fetch(`${simulator.hosts.api}/search`, { headers })).status
  assert.equal(await bare({}), 401)
  assert.equal(await bare({ authorization: 'Basic abc' }), 400)
  assert.equal((await get('unknown', '/search')).json.error.message, 'Invalid access token')
  const bearer = token('extended')
  advance(3600_000)
  assert.equal((await get(bearer, '/search')).json.error.message, 'The access token expired')
})

test('development apps need Premium, and know their five users', async () => {
  const person = 3
  const without = (change: Partial<App>) => ({ apps: [{ ...defaultApp('dev_new'), ...change }] })
  const unpaid = await start(without({ premium: false }))
  assert.match(
    (await unpaid.get(unpaid.token('dev_new'), '/search?q=a&type=playlist')).json.error.message,
    /^Active premium/,
  )
  const closed = await start(without({ users: ['somebody'] }))
  const answer = await closed.get(closed.token('dev_new', person), '/me')
  assert.deepEqual([answer.status, answer.text], [403, 'User not registered in the Developer Dashboard'])
  assert.match(answer.headers.get('content-type')!, /^text\/plain/)
})

test('counts requests in 30 seconds by app, and in 24 hours by developer account', async () => {
  const { token, get, advance, simulator } = await start({ limits: { per30Seconds: 3, perDay: 7 } })
  const [one, other] = [token('dev_new'), token('dev_legacy')]
  const path = '/search?q=a&type=playlist'
  const ask = async (bearer: string) => (await get(bearer, path)).status
  for (let at = 0; at < 3; at++) assert.equal(await ask(one), 200)
  advance(10_000)
  const refused = await get(one, path)
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '20'])
  assert.equal(await ask(other), 200)
  advance(20_000)
  for (let at = 0; at < 3; at++) assert.equal(await ask(one), 200)
  const closed = await get(other, path)
  assert.equal(closed.json.error.reason, 'QUOTA_EXCEEDED')
  assert.equal(closed.headers.get('retry-after'), `${24 * 3600 - 30}`)
  assert.equal((await get(token('extended'), path)).status, 200)
  assert.equal(simulator.log.requests.filter(({ inPause }) => inPause).length, 0)
  assert.equal((await get(other, path)).status, 429)
  assert.equal(simulator.log.requests.filter(({ inPause }) => inPause).length, 1)
  advance(24 * 3600_000 - 30_000)
  assert.equal(await ask(token('dev_legacy')), 200)
})

test('answers 304 to whom it has told the same, when it can', async () => {
  const { token, get, simulator } = await start({ switches: { etags: true } })
  const bearer = token('extended')
  const { id } = find(simulator, ({ isPublic }) => isPublic)
  const path = `/playlists/${id}/tracks`
  const etag = (await get(bearer, path)).headers.get('etag')!
  const same = await get(bearer, path, { 'if-none-match': etag })
  assert.deepEqual([same.status, same.text], [304, ''])
  simulator.library.edit(id, { remove: 1 })
  assert.equal((await get(bearer, path, { 'if-none-match': etag })).status, 200)
  assert.equal((await get(bearer, path)).headers.get('cache-control'), 'private, max-age=0')
})
