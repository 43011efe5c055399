import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Visitor } from '../server-fixture.ts'
import { server, world } from './one-server.ts'

test('somebody names a profile and sees its taste, its matches and each of them, but may not change it', async () => {
  const visitor = new Visitor(server)
  const about = await visitor.get('/v1/about')
  assert.equal(about.simulated, true)
  assert.equal(about.ready, true)
  assert.ok(about.listeners > 30)

  const job = await visitor.job({ from: 'text', text: world.link(1) })
  assert.equal(job.state, 'done', JSON.stringify(job))
  assert.equal(job.owner, undefined)
  assert.ok(job.steps.some(({ id, done, total }: never) => id === 'reading-playlists' && done === total))
  const profile = `/v1/profiles/${job.profile}`

  const { you, matches, revision } = await visitor.get(`/v1/jobs/${job.id}/answer`)
  assert.equal(revision, job.answers)
  assert.equal(matches.length, 10)
  assert.equal(you.profile, job.profile)
  assert.ok(you.genres.length > 0 && you.topArtists.length > 0 && you.sound.length > 0 && you.decades.length > 0)
  assert.ok(matches.every(({ listener }: never) => (listener as { simulated: boolean }).simulated))

  const again = await visitor.get(`${profile}/matches`, { body: { k: 3, you: true } })
  assert.deepEqual(again.matches, matches.slice(0, 3))
  const [closest] = matches
  const pair = await visitor.get(`${profile}/matches/${closest.listener.key}`, { body: {} })
  assert.equal(pair.match.reason, closest.reason)
  assert.ok(pair.artists.length >= closest.artists.length)
  assert.equal(pair.artists.length, closest.sharedArtists)
  assert.ok(pair.borrow.them.length > 0)
  const card = await visitor.get(`${profile}/matches/${closest.listener.key}/card`, { body: {} })
  assert.equal(card.other, closest.listener.name)
  assert.match(card.alt, /simulated/)
  const playlist = await visitor.get(`${profile}/matches/${closest.listener.key}/playlist`, { body: { length: 8 } })
  assert.equal(playlist.tracks.length, 8)
  assert.ok(
    playlist.tracks.every((track: { url?: string }) => track.url === undefined),
    'simulated tracks have no page',
  )

  assert.equal((await visitor.get(profile)).role, 'viewer')
  const flags = { findable: false, showName: false, showTracks: false, train: false }
  assert.equal(await visitor.problem(`${profile}/consent`, { method: 'PUT', body: flags }), 'not-owner')
  assert.equal(await visitor.problem(`${profile}/export`), 'not-owner')
  assert.equal(await visitor.problem(profile, { method: 'DELETE' }), 'not-owner')
})

test('what is left out changes the answer at once, and only that answer', async () => {
  const visitor = new Visitor(server)
  const { profile: key } = await visitor.job({ from: 'text', text: world.link(1) })
  const profile = `/v1/profiles/${key}`
  const choices = await visitor.get(`${profile}/hygiene`)
  assert.ok(choices.playlists.length > 0)
  const [{ name }] = choices.artists
  const hygiene = { artists: [name] }
  const without = await visitor.get(`${profile}/taste`, { body: { hygiene } })
  assert.ok(!without.topArtists.some((artist: { name: string }) => artist.name === name))
  const answer = await visitor.get(`${profile}/matches`, { body: { hygiene } })
  for (const { artists } of answer.matches) assert.ok(!artists.some((artist: { name: string }) => artist.name === name))
  const whole = await visitor.get(`${profile}/taste`, { body: {} })
  assert.ok(whole.topArtists.some((artist: { name: string }) => artist.name === name))
  const recent = await visitor.get(`${profile}/taste`, {
    body: { hygiene: { recency: 1, from: choices.from, to: choices.from } },
  })
  assert.ok(recent.artists <= whole.artists)
  assert.equal(
    await visitor.problem(`${profile}/matches`, {
      body: { hygiene: { playlists: choices.playlists.map((one: never) => (one as { name: string }).name) } },
    }),
    'cannot-match',
  )
})

test('every wrong input has its own problem', async () => {
  const visitor = new Visitor(server)
  const problemOf = (text: string) => visitor.problem('/v1/jobs', { body: { from: 'text', text } })
  const someId = '37i9dQZF1DXcBWIGoYBM5M'
  assert.equal(await problemOf('https://evil.example/user/x'), 'link-other-host')
  assert.equal(await problemOf(`https://open.spotify.com/playlist/${someId}`), 'link-is-playlist')
  assert.equal(await problemOf(`https://open.spotify.com/track/${someId}`), 'link-is-other')
  assert.equal(await problemOf(someId), 'link-ambiguous')
  assert.equal(await problemOf('https://spotify.link/abc'), 'link-short')
  assert.equal(await problemOf('two words'), 'link-not-readable')
  assert.equal(await problemOf('listenbrainz:rob'), 'way-closed')
  assert.equal(await problemOf('lastfm:../x'), 'way-closed')
  assert.equal(await visitor.problem('/v1/jobs', { body: { from: 'me' } }), 'sign-in-needed')
  assert.equal(await visitor.problem('/v1/jobs', { body: { from: 'nowhere' } }), 'invalid-request')
  const gone = await visitor.job({ from: 'text', text: 'nobody-by-this-name' })
  assert.deepEqual([gone.state, gone.problem.code], ['failed', 'person-not-found'])
  assert.ok(gone.problem.detail.length > 20)
  const strange = await visitor.job({
    from: 'items',
    items: [{ artists: ['Nobody Here 1'] }, { artists: ['Nobody Here 2'] }],
  })
  assert.equal(strange.problem.code, 'cannot-match')
  assert.match(strange.problem.detail, /any of the 2 artists of what you brought/)
})
