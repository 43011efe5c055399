import assert from 'node:assert/strict'
import { test } from 'node:test'
import { start, world } from './started-simulator.ts'

test('leaves out what new apps are no longer told', async () => {
  const { simulator, token, get } = await start()
  const id = simulator.library.own(0)[0]!.entries.find(({ kind }) => kind === 'track')!.id
  const artist = world.track(id)!.artists[0]!.id
  const [old, fresh] = [token('extended'), token('dev_new')]
  assert.ok(
    'popularity' in (await get(old, `/tracks/${id}`)).json && 'genres' in (await get(old, `/artists/${artist}`)).json,
  )
  const track = (await get(fresh, `/tracks/${id}`)).json
  assert.ok(!('popularity' in track) && !('available_markets' in track) && track.external_ids.isrc)
  assert.deepEqual(Object.keys((await get(fresh, `/artists/${artist}`)).json).sort(), [
    ...['external_urls', 'href', 'id', 'images', 'name', 'type', 'uri'],
  ])
})

test('answers several ids in their order, with null for what nobody has', async () => {
  const { simulator, token, get } = await start()
  const bearer = token('extended_pre2024')
  const { id } = simulator.library.own(0)[0]!.entries.find(({ kind }) => kind === 'track')!
  const none = '0'.repeat(22)
  const { tracks } = (await get(bearer, `/tracks?ids=${id},${none},${id}`)).json
  assert.deepEqual(
    tracks.map((track: { id: string } | null) => track?.id),
    [id, undefined, id],
  )
  for (const [path, most] of [
    ['tracks', 50],
    ['artists', 50],
    ['audio-features', 100],
  ] as const) {
    const ids = (count: number) => Array.from({ length: count }, () => none).join(',')
    assert.equal((await get(bearer, `/${path}?ids=${ids(most)}`)).status, 200)
    assert.equal((await get(bearer, `/${path}?ids=${ids(most + 1)}`)).status, 400)
  }
})

test('finds playlists by genre, the same ones each time, 1,000 at most', async () => {
  const { simulator, token, get } = await start()
  const bearer = token('extended')
  const { communities } = world.listener(0)
  const path = `/search?type=playlist,artist,track&limit=50&q=${encodeURIComponent(communities[0]!.genre)}`
  const { playlists, artists, tracks } = (await get(bearer, path)).json
  assert.ok(playlists.items.length > 0 && artists.items[0].type === 'artist' && tracks.items[0].type === 'track')
  const owners = new Set(playlists.items.map(({ owner }: { owner: { id: string } }) => owner.id))
  assert.equal(owners.size, playlists.items.length)
  for (const { id, owner } of playlists.items) {
    const own = simulator.library.own(simulator.people.find(owner.id)!.listener!)
    assert.equal(id, own.find(({ isPublic }) => isPublic)?.id)
  }
  assert.equal((await get(token('dev_new'), path)).status, 400)
  assert.equal((await get(bearer, '/search?q=&type=playlist')).status, 400)
})
