import assert from 'node:assert/strict'
import { test } from 'node:test'
import { start } from './started-simulator.ts'

test('reads a signed-in person’s own things', async () => {
  const { token, get } = await start()
  const scopes = ['user-top-read', 'user-library-read', 'user-read-recently-played', 'user-follow-read']
  const bearer = token('dev_new', 0, scopes)
  const saved = (await get(bearer, '/me/tracks?limit=50')).json
  assert.ok(saved.items.length === 50 && saved.total > 50 && saved.items[0].track.id && saved.items[0].added_at)
  assert.ok((await get(bearer, '/me/top/artists?time_range=long_term')).json.items.length === 20)
  assert.deepEqual((await get(bearer, '/me/top/tracks?offset=50')).json.items, [])
  assert.equal((await get(bearer, '/me/top/artists?time_range=ever')).status, 400)
  const played = (await get(bearer, '/me/player/recently-played?limit=10')).json
  const before = (await get(bearer, `/me/player/recently-played?limit=10&before=${played.cursors.before}`)).json
  assert.ok(played.items.length === 10 && before.items[0].played_at < played.items[9].played_at)
  const followed = (await get(bearer, '/me/following?type=artist&limit=5')).json.artists
  const more = (await get(bearer, `/me/following?type=artist&limit=5&after=${followed.cursors.after}`)).json.artists
  assert.ok(followed.items.length === 5 && !more.items.some(({ id }: { id: string }) => id === followed.items[4].id))
  const uris = [saved.items[0].track.uri, `spotify:track:${'0'.repeat(22)}`]
  assert.deepEqual((await get(bearer, `/me/library/contains?uris=${uris}`)).json, [true, false])
  assert.equal((await get(bearer, `/me/library/contains?uris=${Array(41).fill(uris[1])}`)).status, 400)
})
