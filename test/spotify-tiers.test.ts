import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spotifyItself } from '../simulator/spotify/people.ts'
import { type Mode, someQuirks } from '../simulator/spotify/settings.ts'
import {
  collectProfile,
  memoryPersistence,
  ProfileReading,
  readArtists,
  readAudioFeatures,
} from '../src/spotify/index.ts'
import { assertTrue, budgetOf, simulate } from './simulated-spotify.ts'

const listeners = Array.from({ length: 25 }, (_, i) => i)
/** More than usual, so that a few listeners show them all. */
const quirks = { ...someQuirks, hiddenProfiles: 120, oddItems: 250, followsDeleted: 200 }

for (const [mode, itemsOfOthers] of [
  ['extended', 200],
  ['extended_pre2024', 403],
  ['dev_legacy', 403],
] as const)
  test(`${mode}: every public profile arrives as it is, within its budget (items of others: ${itemsOfOthers})`, async () => {
    const { world, simulator, client: newClient } = await simulate({ quirks, switches: { itemsOfOthers } })
    const client = await newClient(mode)
    const outcomes = new Map<string, number>()
    for (const i of listeners) {
      const shown = simulator.library.shown(i).filter(({ isPublic }) => isPublic)
      const isHidden = (owner: object) => owner === spotifyItself && mode.startsWith('dev')
      const readable = shown.filter(({ owner }) => !isHidden(owner))
      simulator.log.clear()
      const profile = await collectProfile(new ProfileReading(client, simulator.people.idOf(i)))
      assert.equal(profile.simulated, true)
      assert.equal(profile.person?.id, simulator.people.idOf(i))
      assertTrue(world, profile, readable)
      const budget = budgetOf(readable, shown.length - readable.length)
      assert.equal(profile.report.requests, simulator.log.count())
      assert.ok(simulator.log.count() <= budget, `${simulator.log.count()} requests of ${budget}`)
      const { outcome } = profile.report
      assert.equal(outcome, readable.length === 0 ? 'private' : readable.length < shown.length ? 'partly' : 'read')
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    assert.ok(outcomes.get('private')! > 0 && outcomes.get('read')! > 5)
    assert.equal(client.access.tier, mode.startsWith('dev') ? 'legacy' : 'extended')
  })

test('development: no profile of others, known after one request, and for a day', async () => {
  const { simulator, client: newClient, environment } = await simulate()
  const persistence = memoryPersistence()
  for (const requests of [1, 0]) {
    simulator.log.clear()
    const client = await newClient('dev_new', { persistence })
    for (const i of listeners.slice(0, 10)) {
      const { report } = await collectProfile(new ProfileReading(client, simulator.people.idOf(i)))
      assert.equal(report.outcome, 'not-permitted')
    }
    assert.equal(simulator.log.count(), requests)
    assert.equal(client.access.tier, 'development')
  }
  environment.advance(24 * 3600_000)
  const client = await newClient('dev_new', { persistence })
  await collectProfile(new ProfileReading(client, simulator.people.idOf(0)))
  assert.equal(simulator.log.count(), 1)
})

test('unchanged profiles cost one request for 50 playlists; a change, the pages of what changed', async () => {
  const { simulator, client: newClient } = await simulate()
  const client = await newClient('extended')
  for (const i of listeners.slice(0, 8)) {
    const id = simulator.people.idOf(i)
    const { person, playlists } = await collectProfile(new ProfileReading(client, id))
    const snapshots = new Map(playlists.map(({ playlist }) => [playlist.id, playlist.snapshotId!]))
    const known = { ...person!, snapshots }
    simulator.log.clear()
    const again = await collectProfile(new ProfileReading(client, id, { known }))
    const first = playlists[0]
    assert.equal(again.report.outcome, first ? 'unchanged' : 'private')
    // Somebody who shows nothing any more may have left.
    assert.equal(simulator.log.count(), first ? 1 : 2)
    if (!first) continue
    simulator.library.edit(first.playlist.id, { add: [simulator.library.own(i)[0]!.entries[0]!.id], remove: 1 })
    simulator.log.clear()
    const changed = await collectProfile(new ProfileReading(client, id, { known }))
    assert.deepEqual(
      changed.playlists.map(({ state }) => state),
      playlists.map((_, at) => (at === 0 ? 'complete' : 'unchanged')),
    )
    assert.equal(simulator.log.count(), 1 + Math.ceil(first.playlist.total! / 50))
  }
})

test('nobody of that name is told apart from nobody who shows anything', async () => {
  const { client: newClient } = await simulate()
  const { report } = await collectProfile(new ProfileReading(await newClient('extended'), 'nobody-at-all'))
  assert.equal(report.outcome, 'not-found')
})

const tellsGenres: Readonly<Record<Mode, boolean>> = {
  extended: true,
  extended_pre2024: true,
  dev_legacy: true,
  dev_new: false,
}

for (const [mode, genres] of Object.entries(tellsGenres) as [Mode, boolean][])
  test(`${mode}: artists and audio features as far as this app is told`, async () => {
    const { world, simulator, client: newClient } = await simulate()
    const client = await newClient(mode)
    const tracks = simulator.library.own(3).flatMap(({ entries }) => entries.map(({ id }) => id))
    const artists = [...new Set(tracks.flatMap((id) => world.track(id)!.artists.map((artist) => artist.id)))]
    for await (const batch of readArtists(client, [...artists, ...artists]))
      for (const { id, name, genres: told } of batch) {
        assert.equal(name, world.artist(id)!.name)
        assert.deepEqual(told, genres ? (world.genres(id) ?? []) : undefined)
      }
    const requests = genres ? Math.ceil(artists.length / 50) : 1 + artists.length
    assert.equal(simulator.log.count(), requests)
    simulator.log.clear()
    const reading = readAudioFeatures(client, [...tracks, ...tracks])
    if (mode !== 'extended_pre2024') return assert.rejects(reading.next(), { kind: 'forbidden' })
    for await (const batch of reading)
      for (const { id, audio } of batch) {
        const known = world.audio(id)
        assert.equal(audio?.energy, known?.energy)
        assert.equal(audio?.tempo, known?.tempo)
      }
    assert.equal(simulator.log.count(), Math.ceil(new Set(tracks).size / 100))
  })
