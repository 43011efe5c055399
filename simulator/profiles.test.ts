import assert from 'node:assert/strict'
import { test } from 'node:test'
import { worldEvents } from './profiles.ts'
import { createWorld } from './world/world.ts'

const now = 1_790_000_000

test('a world is told as profiles with their catalogue', () => {
  const world = createWorld({ seed: 3, listeners: 230 })
  const events = [...worldEvents(world, now)]
  const profiles = events.flatMap((event) => (event.kind === 'profile' ? [event.profile] : []))
  assert.equal(profiles.length, 230)
  assert.equal(profiles[0]!.id, 'simulated:morning-owl')
  const provenance = { origin: 'simulated', source: 'simulated', readAt: now }
  for (const profile of profiles) {
    assert.deepEqual(profile.provenance, provenance)
    assert.deepEqual(profile.consent, { findable: true, showName: true, showTracks: true, train: true })
    assert.ok(profile.items.every((item) => item.plays === undefined && item.playlist && item.year && item.addedAt))
  }

  const tracks = new Set(profiles.flatMap((profile) => profile.items.map((item) => item.ids!.spotify!)))
  const audio = events.flatMap((event) => (event.kind === 'audio' ? event.rows : []))
  const measured = new Set(audio.map((row) => row.ids.spotify))
  assert.equal(measured.size, audio.length, 'each track is told once')
  assert.deepEqual(measured, new Set([...tracks].filter((id) => world.audio(id))))

  const genres = events.flatMap((event) => (event.kind === 'genres' ? event.rows : []))
  assert.equal(new Set(genres.map((row) => row.ids.spotify)).size, genres.length, 'each artist is told once')
  for (const row of genres) assert.deepEqual(row.genres, world.genres(row.ids.spotify))

  const stored = new Set<string>()
  for (const event of events) {
    if (event.kind === 'profile') stored.add(event.profile.id)
    if (event.kind === 'friends') assert.ok(event.links.flat().every((id) => stored.has(id)))
  }
})
