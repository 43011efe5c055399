import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isrcOf } from '../world/foreign-ids.ts'
import { numberOf } from '../world/ids.ts'
import { createWorld } from '../world/world.ts'
import { simulatedKey } from './lastfm-host.ts'
import { simulatedToken } from './listenbrainz-host.ts'
import { listensOf } from './listening.ts'
import { ServiceSimulator, type SimulatedService } from './service-simulator.ts'

const world = createWorld({ seed: 5, listeners: 6 })
let now = Date.UTC(2026, 10, 23, 12)
const simulator = await new ServiceSimulator({ world, counts: true, now: () => now }).listen()
test.after(() => simulator.close())

const contact = { 'user-agent': 'Test/1.0 ( anna@example.org )' }
/** A window later than the last request, so that nothing is refused unless a test wants it. */
const ask = async (service: SimulatedService, path: string, headers: Record<string, string> = {}, wait = 10_000) => {
  now += wait
  const response = await fetch(`${simulator.addresses[service]}${path}`, { headers })
  const text = await response.text()
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {}
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into at many places
  return { status: response.status, headers: response.headers, text, json: json as any }
}

const tracks = world.playlists(0).flatMap((playlist) => playlist.tracks.map(({ id }) => id))
const name = world.listener(0).name

test('ReccoBeats: 1 to 40 ids, by Spotify id or ISRC, mapped by href, unknown ones left out', async () => {
  const isrcs = tracks.slice(0, 20).map((id) => isrcOf(numberOf(world.seed, 'track', id)!))
  const both = [...new Set([...isrcs, ...tracks.slice(20, 39), 'nobody'])]
  const { json } = await ask('reccobeats', `/audio-features?ids=${both.join(',')}`)
  assert.ok(json.content.length > 15 && json.content.length < both.length)
  for (const { href, energy } of json.content)
    assert.equal(energy, world.audio(/track\/(\w{22})$/.exec(href)![1]!)!.energy)
  for (const ids of ['', Array.from({ length: 41 }, (_, i) => `x${i}`).join(',')]) {
    const { status, text } = await ask('reccobeats', `/audio-features?ids=${ids}`)
    assert.equal(status, 400)
    assert.match(text, /size must be between 1 and 40/)
  }
})

test('MusicBrainz: who gives no contact is barred; a second a request, else 503', async () => {
  assert.equal((await ask('musicbrainz', '/genre/all?fmt=txt')).status, 403)
  const { text, status } = await ask('musicbrainz', '/genre/all?fmt=txt', contact)
  assert.equal(status, 200)
  assert.ok(text.split('\n').length > 60)
  const soon = await ask('musicbrainz', '/genre/all?fmt=txt', contact, 500)
  assert.equal(soon.status, 503)
  assert.match(soon.json.error, /exceeding the allowable rate limit/)
  const artist = world.track(tracks[0]!)!.artists[0]!
  const link = await ask(
    'musicbrainz',
    `/url?resource=https://open.spotify.com/artist/${artist.id}&inc=artist-rels&fmt=json`,
    contact,
  )
  assert.ok(link.status === 404 || link.json.relations[0].artist.name === artist.name)
  const found = await ask(
    'musicbrainz',
    `/artist?query=${encodeURIComponent(`artist:"${artist.name}"`)}&fmt=json`,
    contact,
  )
  assert.ok(found.json.artists.some((one: { name: string }) => one.name === artist.name))
})

test('Last.fm: failures by code, numbers as texts, a list of one as the one', async () => {
  const call = (query: string, key = simulatedKey, wait = 10_000) =>
    ask('lastfm', `/?${query}&api_key=${key}&format=json`, {}, wait)
  assert.deepEqual((await call('method=user.getinfo&user=x', 'wrong')).json.error, 10)
  assert.equal((await call('method=user.getinfo&user=nobody')).json.error, 6)
  assert.equal((await call('method=nothing')).json.error, 3)
  const { json } = await call(`method=user.gettoptracks&user=${name}&limit=1`)
  assert.equal(typeof json.toptracks.track.playcount, 'string')
  assert.equal((await call(`method=user.gettoptracks&user=${name}&limit=2`)).json.toptracks.track.length, 2)
  const many = await Promise.all(
    Array.from({ length: 6 }, (_, i) => call(`method=user.getinfo&user=${name}`, simulatedKey, i ? 0 : 10_000)),
  )
  assert.deepEqual(many.map(({ json }) => json.error ?? 0).sort(), [0, 0, 0, 0, 0, 29])
})

test('ListenBrainz: listens before a second, at most 1,000; windows told by headers', async () => {
  const path = `/1/user/${name}/listens`
  const all = listensOf(world, 0)
  const { json, headers } = await ask('listenbrainz', `${path}?count=5000`)
  assert.equal(json.payload.count, Math.min(1000, all.length))
  assert.deepEqual([headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-remaining')], ['30', '29'])
  const before = all[10]!.at
  const earlier = await ask('listenbrainz', `${path}?max_ts=${before}`, { authorization: `Token ${simulatedToken}` })
  assert.ok(earlier.json.payload.listens.every((one: { listened_at: number }) => one.listened_at < before))
  assert.equal(earlier.headers.get('x-ratelimit-limit'), '60')
  assert.equal((await ask('listenbrainz', `${path}?max_ts=1&min_ts=1`)).status, 400)
  assert.equal((await ask('listenbrainz', '/1/user/nobody/listens')).status, 404)
  assert.equal((await ask('listenbrainz', path, { authorization: 'Token wrong' })).status, 401)
  const statuses: number[] = []
  for (let i = 0; i < 31; i++) statuses.push((await ask('listenbrainz', `${path}?count=1`, {}, i ? 0 : 10_000)).status)
  assert.deepEqual([statuses.slice(0, 30).every((status) => status === 200), statuses[30]], [true, 429])
})

test('nothing else is answered, and every answer says who made it', async () => {
  const elsewhere = await fetch(new URL('/elsewhere', simulator.addresses.lastfm))
  assert.deepEqual([elsewhere.status, elsewhere.headers.get('x-simulated-service')], [404, '1'])
})
