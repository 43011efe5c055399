import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { quotaExceeded } from '../simulator/spotify/faults.ts'
import { defaultSwitches, type Mode, noQuirks, someQuirks } from '../simulator/spotify/settings.ts'
import { dot, embedByArtists } from '../src/pipelines/enough.ts'
import { exportProfile } from '../src/pipelines/export.ts'
import { ingestSpotify, type SpotifyIngestOptions, type SpotifyIngestReport } from '../src/pipelines/ingest-spotify.ts'
import { noProgress } from '../src/pipelines/progress.ts'
import { memoryPersistence, type Persistence } from '../src/spotify/index.ts'
import type { FeatureStore } from '../src/store/feature-store.ts'
import { openStore } from '../src/store/open.ts'
import type { PolicySettings } from '../src/store/policy.ts'
import { temporaryFolder } from './fixtures.ts'
import { budgetOf, itemsOf, type Simulated, simulate } from './simulated-spotify.ts'
import { contentOf } from './store-content.ts'

const listeners = 16
const everybody = Array.from({ length: listeners }, (_, i) => i)
const day = 24 * 3600

/** A data folder, and runs over it with the real client. */
async function ingester(t: TestContext, simulated: Simulated, mode: Mode = 'extended_pre2024') {
  const folder = await temporaryFolder(t)
  const { simulator, environment, client: newClient } = simulated
  const persistence: Persistence = memoryPersistence()
  const now = () => Math.floor(environment.now() / 1000)
  const opened = async (settings: PolicySettings = {}) => {
    const { store, close } = await openStore(undefined, folder, settings, { create: true, clock: now })
    t.after(close)
    return store
  }
  const store = await opened()
  const links = (numbers: readonly number[]) =>
    numbers.map((i) => `https://open.spotify.com/user/${encodeURIComponent(simulator.people.idOf(i))}`)
  const run = async (
    of: readonly string[],
    options: Partial<Pick<SpotifyIngestOptions, 'publicProfiles' | 'signal' | 'byWorth' | 'whole'>> = {},
  ): Promise<SpotifyIngestReport> => {
    simulator.log.clear()
    const client = await newClient(mode, { persistence })
    return ingestSpotify(of, { client, store, progress: noProgress, now, ...options })
  }
  return { folder, store, opened, links, run, listener: (i: number) => `spotify:${simulator.people.idOf(i)}` }
}

/** What somebody's public profile shows to an app that sees everything: items by the name of their playlist. */
function truth({ world, simulator }: Simulated, i: number) {
  const items = simulator.library
    .shown(i)
    .filter(({ isPublic }) => isPublic)
    .flatMap((playlist) => itemsOf(world, playlist))
  const names = [...new Set(items.map(({ playlist }) => playlist))]
  return names
    .flatMap((name) => items.filter(({ playlist }) => playlist === name))
    .map(({ durationMs: _, ...item }) => item)
}

async function assertStored(store: FeatureStore, simulated: Simulated, listener: string, i: number) {
  const { items } = await exportProfile(listener, { store })
  const comparable = items.map(({ ids, ...item }) => ({ ...item, ids: { spotify: ids?.spotify } }))
  assert.deepEqual(comparable.map(ordered), truth(simulated, i).map(ordered), listener)
}

function ordered(item: object): object {
  return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function publicPlaylists({ simulator }: Simulated, i: number) {
  return simulator.library.shown(i).filter(({ isPublic }) => isPublic)
}

/** Ids that were asked for at a route of several, request by request. */
function batches({ simulator }: Simulated, route: string): string[][] {
  return simulator.log.requests
    .filter((request) => request.route === route)
    .map(({ path }) => new URL(path, 'http://x').searchParams.get('ids')!.split(','))
}

test('every public profile arrives as the world tells it, within its budget; again, one request for 50 playlists', async (t) => {
  const simulated = await simulate({ listeners, quirks: { ...someQuirks, hiddenProfiles: 120 } })
  const { world, simulator } = simulated
  const { store, run, links, listener } = await ingester(t, simulated)
  const shown = everybody.map((i) => publicPlaylists(simulated, i))
  const visible = everybody.filter((i) => shown[i]!.length > 0)
  const report = await run(links(everybody))
  assert.ok(visible.length < listeners && visible.length > 9)
  assert.deepEqual(report.outcomes, { read: visible.length, private: listeners - visible.length })
  for (const i of visible) await assertStored(store, simulated, listener(i), i)
  for (const i of everybody) assert.equal((await store.listener(listener(i))) !== undefined, visible.includes(i))
  const { bySource } = await store.counts()
  assert.deepEqual(bySource, [{ origin: 'simulated', source: 'spotify', listeners: visible.length }])

  // Each artist and track was asked for once, in full batches, and what the world knows of them has arrived.
  const budget = shown.reduce((sum, playlists) => sum + budgetOf(playlists), 0)
  for (const [route, size] of [
    ['GET /artists', 50],
    ['GET /audio-features', 100],
  ] as const) {
    const asked = batches(simulated, route)
    assert.ok(asked.length > 3, route)
    assert.ok(
      asked.slice(0, -1).every((ids) => ids.length === size),
      route,
    )
    assert.equal(new Set(asked.flat()).size, asked.flat().length, route)
  }
  assert.ok(
    simulator.log.count() <=
      budget + batches(simulated, 'GET /artists').length + batches(simulated, 'GET /audio-features').length,
  )
  assert.equal(simulator.log.count(), report.requests)
  const items = visible.flatMap((i) => truth(simulated, i))
  const trackIds = [...new Set(items.map(({ ids }) => ids!.spotify!))]
  const tracks = await store.tracks(trackIds.map((id) => `spotify:${id}`))
  assert.deepEqual(
    tracks.map((track) => track?.audio !== undefined),
    trackIds.map((id) => world.audio(id) !== undefined),
  )
  const artistIds = [...new Set(items.flatMap(({ artistIds }) => artistIds!.map((ids) => ids!.spotify!)))]
  const artists = await store.artists(artistIds.map((id) => `spotify:${id}`))
  assert.deepEqual(
    artists.map((artist) => artist?.genres?.value),
    artistIds.map((id) => (world.genres(id)?.length ? world.genres(id) : undefined)),
  )

  // Nothing has changed.
  const before = await store.lastChange()
  const again = await run(links(visible))
  assert.deepEqual(again.outcomes, { unchanged: visible.length })
  assert.equal(
    again.requests,
    visible.reduce((sum, i) => sum + Math.ceil(shown[i]!.length / 50), 0),
  )
  assert.equal(await store.lastChange(), before)

  // One playlist has: its pages are read, and nothing else.
  const i = visible.find((one) => new Set(shown[one]!.map(({ name }) => name)).size > 2)!
  const edited = shown[i]!.find(({ owner }) => owner.id === simulator.people.idOf(i))!
  const followers = visible.filter((one) => shown[one]!.some(({ id }) => id === edited.id))
  simulator.library.edit(edited.id, { add: [world.playlists(15)[0]!.tracks[0]!.id], remove: 2 })
  const changed = await run(links(visible))
  assert.deepEqual(changed.outcomes, { read: followers.length, unchanged: visible.length - followers.length })
  const pages = Math.ceil((edited.entries.length - 1) / 50)
  assert.ok(simulator.log.requests.every(({ path }) => !path.includes('/playlists/') || path.includes(edited.id)))
  assert.equal(
    simulator.log.requests.filter(({ path }) => path.includes('/playlists/')).length,
    pages * followers.length,
  )
  for (const one of visible) await assertStored(store, simulated, listener(one), one)
})

test('by worth: a part of each profile, most of its taste, and the rest when asked for', async (t) => {
  const simulated = await simulate({ listeners, quirks: noQuirks })
  const { store, run, links, listener } = await ingester(t, simulated)
  const byWorth = { embed: embedByArtists, limits: { most: 6, still: 0.2, pages: 1 } }
  const first = await run(links(everybody), { byWorth })
  assert.ok(first.outcomes.partly! > listeners / 2, JSON.stringify(first.outcomes))
  const besides = (report: SpotifyIngestReport) =>
    report.requests - batches(simulated, 'GET /artists').length - batches(simulated, 'GET /audio-features').length
  assert.ok(besides(first) <= 6 * listeners)
  for (const { outcome, sentences } of first.profiles)
    assert.equal(outcome === 'partly', /left \d+ playlists? for another time/.test(sentences.join()))
  for (const i of everybody) {
    const { items } = await exportProfile(listener(i), { store })
    const whole = truth(simulated, i)
    const [some, all] = await Promise.all([items, whole].map(embedByArtists))
    assert.ok(dot(some!, all!) > 0.6, listener(i))
  }
  // What was left stays so, and costs nothing; then the rest is read.
  const again = await run(links(everybody), { byWorth })
  assert.deepEqual(again.outcomes, { unchanged: listeners })
  assert.equal(besides(again), listeners)
  const whole = await run(links(everybody), { byWorth, whole: true })
  assert.equal(whole.outcomes.partly, undefined)
  for (const i of everybody) await assertStored(store, simulated, listener(i), i)
})

test('links: each person once, each mistake with its reason, the others all the same', async (t) => {
  const simulated = await simulate({ listeners })
  const { run, links, listener } = await ingester(t, simulated)
  const [link] = links([1]) as [string]
  const playlist = 'https://open.spotify.com/playlist/37i9dQZF1DX0XUsuxWHRQd'
  const report = await run([
    link,
    listener(1).replace('spotify:', 'spotify:user:'),
    playlist,
    'nobody-of-that-name',
    playlist,
  ])
  assert.deepEqual(
    report.profiles.map(({ outcome, listener }) => [outcome, listener]),
    [
      ['read', listener(1)],
      ['refused', undefined],
      ['not-found', 'spotify:nobody-of-that-name'],
    ],
  )
  assert.match(report.profiles[1]!.sentences.join(), /is a playlist, not a profile/)
})

for (const mode of ['dev_legacy', 'dev_new'] as const)
  test(`${mode}: what this tier can give`, async (t) => {
    const simulated = await simulate({
      listeners,
      quirks: { ...someQuirks, followsSpotify: 0 },
      switches: { itemsOfOthers: 403 },
    })
    const { store, run, links, listener } = await ingester(t, simulated, mode)
    const visible = everybody.filter((i) => publicPlaylists(simulated, i).length > 0)
    const { outcomes, tracks, requests } = await run(links(visible))
    if (mode === 'dev_legacy') {
      assert.deepEqual(outcomes, { read: visible.length })
      for (const i of visible) await assertStored(store, simulated, listener(i), i)
      assert.match(tracks.closed!, /not told audio features/)
      assert.equal(simulated.simulator.log.count('GET /audio-features'), 1)
    } else {
      assert.deepEqual(outcomes, { 'not-permitted': visible.length })
      assert.ok(requests <= 6, 'one of those that were under way together is enough to know')
      assert.equal((await store.counts()).listeners, 0)
    }
  })

test('a quota that closes for 13 hours stops the run at once, says when to continue, and loses nothing', async (t) => {
  const simulated = await simulate({ listeners })
  const { simulator, environment } = simulated
  const { store, run, links } = await ingester(t, simulated)
  const started = environment.now()
  simulator.scripted.add(/playlists/, 40, { kind: 'answer', name: 'quota', answer: quotaExceeded(13 * 3600) })
  const stopped = await run(links(everybody))
  assert.equal(stopped.stopped?.kind, 'quota-closed')
  assert.match(stopped.stopped!.reason, /daily quota.*try again at 2026-11-2\d \d\d:\d\d UTC/)
  assert.ok(stopped.stopped!.continueAt! >= started + 13 * 3600_000)
  assert.ok(environment.now() - started < 1000)
  assert.ok(stopped.outcomes.waiting! > 3 && stopped.outcomes.read! > 2)
  assert.equal((await store.counts()).listeners, stopped.outcomes.read)

  const tooEarly = await run(links(everybody))
  assert.deepEqual([tooEarly.requests, tooEarly.stopped?.kind], [0, 'quota-closed'])
  environment.advance(13 * 3600_000 + 60_000)
  const rest = await run(links(everybody))
  assert.equal(rest.stopped, undefined)
  assert.equal(rest.outcomes.unchanged, stopped.outcomes.read)
  const whole = await ingester(t, await simulate({ listeners }))
  await whole.run(whole.links(everybody))
  assert.deepEqual(await contentOf(store), await contentOf(whole.store))
})

test('faults of all kinds, and stops at many moments: in the end it is the same store', async (t) => {
  const whole = await ingester(t, await simulate({ listeners }))
  const { requests } = await whole.run(whole.links(everybody))
  const expected = await contentOf(whole.store)

  const faults = { pauses: 40, serverErrors: 30, resets: 15, truncated: 10, hanging: 2, lostTokens: 10 }
  const faulty = await simulate({ listeners, faults })
  const troubled = await ingester(t, faulty)
  const { outcomes, stopped } = await troubled.run(troubled.links(everybody))
  assert.deepEqual([outcomes.failed, outcomes.waiting, stopped], [undefined, undefined, undefined])
  assert.ok(faulty.simulator.log.requests.filter(({ fault }) => fault).length > requests / 20)
  assert.deepEqual(await contentOf(troubled.store), expected)

  const simulated = await simulate({ listeners })
  const often = await ingester(t, simulated)
  let runs = 0
  for (let ended = false; !ended; runs++) {
    assert.ok(runs < 20)
    const controller = new AbortController()
    simulated.simulator.scripted.add(/^\/v1/, 30 + ((runs * 37) % 23), () => controller.abort())
    try {
      await often.run(often.links(everybody), { signal: controller.signal })
      ended = true
    } catch (error) {
      assert.equal((error as Error).name, 'AbortError')
    }
  }
  assert.ok(runs > 3)
  assert.deepEqual(await contentOf(often.store), expected)
})

test("Spotify's content: kept 24 hours, matched and trained on only as permitted", async (t) => {
  const simulated = await simulate({ listeners, switches: { ...defaultSwitches, marked: false } })
  const { environment } = simulated
  const { store, opened, run, links, listener } = await ingester(t, simulated)
  const [i] = everybody.filter((one) => publicPlaylists(simulated, one).length > 0) as [number]
  assert.equal((await run(links([i]))).simulated, false)
  const { provenance, consent } = (await store.listener(listener(i)))!
  assert.equal(provenance.origin, 'spotify')
  assert.equal(provenance.expiresAt, provenance.readAt + day)
  assert.deepEqual(consent, { findable: true, showName: false, showTracks: false, train: true })
  for (const [settings, match, train] of [
    [{}, 0, 0],
    [{ 'spotify.matching': 'off', 'spotify.training': 'off' }, 0, 0],
    [{ 'spotify.matching': 'permitted' }, 1, 0],
    [{ 'spotify.training': 'permitted' }, 0, 1],
  ] as const) {
    const reader = await opened(settings)
    assert.equal((await reader.profiles('match')).rows.length, match, JSON.stringify(settings))
    assert.equal((await reader.profiles('train')).rows.length, train, JSON.stringify(settings))
    assert.equal((await reader.profile(listener(i), 'match')) !== undefined, match === 1)
  }
  // Read again, it may be kept for another day; and then it goes.
  environment.advance(20 * 3600_000)
  assert.deepEqual((await run(links([i]))).outcomes, { unchanged: 1 })
  environment.advance(20 * 3600_000)
  const permitted = await opened({ 'spotify.matching': 'permitted' })
  assert.equal((await permitted.profiles('match')).rows.length, 1)
  environment.advance(5 * 3600_000)
  assert.equal((await permitted.profiles('match')).rows.length, 0)
  await run(['nobody-of-that-name'])
  assert.deepEqual((await store.profile(listener(i), 'keep'))!.playlists, [])
  assert.deepEqual((await run(links([i]))).outcomes, { read: 1 })
})

test('public profiles appear as the operator says', async (t) => {
  const simulated = await simulate({ listeners })
  const { store, run, links, listener } = await ingester(t, simulated)
  for (const [publicProfiles, i, findable, showName] of [
    ['named', 1, true, true],
    ['pseudonymous', 2, true, false],
    ['hidden', 3, false, false],
  ] as const) {
    await run(links([i]), { publicProfiles })
    const { consent } = (await store.listener(listener(i)))!
    assert.deepEqual([consent.findable, consent.showName, consent.showTracks], [findable, showName, false])
  }
})

test('a profile from another Spotify under the same id is another person', async (t) => {
  const simulated = await simulate({ listeners })
  const { store, run, links, listener } = await ingester(t, simulated)
  await run(links([2]))
  const simulatedKey = (await store.listener(listener(2)))!.key
  const unmarked = await simulate({ listeners, switches: { ...defaultSwitches, marked: false } })
  const client = await unmarked.client('extended')
  const now = () => Math.floor(unmarked.environment.now() / 1000)
  await ingestSpotify(links([2]), { client, store, progress: noProgress, now })
  const real = (await store.listener(listener(2)))!
  assert.equal(real.provenance.origin, 'spotify')
  assert.notEqual(real.key, simulatedKey)
  assert.equal(real.consent.showTracks, false, 'what a simulated listener allows is nothing that a person said')
})

test('whoever is erased while being read again stays erased', async (t) => {
  const simulated = await simulate({ listeners })
  const { store, run, links, listener } = await ingester(t, simulated)
  await run(links([3]))
  simulated.simulator.scripted.add(/playlists/, 1, () => void store.erase(listener(3)))
  const [profile] = (await run(links([3]))).profiles
  assert.deepEqual([profile!.outcome, profile!.stored], ['failed', undefined])
  assert.equal(await store.listener(listener(3)), undefined)
})

test('what somebody no longer shows is gone after the next reading', async (t) => {
  const simulated = await simulate({ listeners })
  const { store, run, links, listener } = await ingester(t, simulated)
  await run(links([3]))
  const hidden = await simulate({ listeners, quirks: { ...someQuirks, hiddenProfiles: 1000 } })
  const client = await hidden.client('extended')
  const now = () => Math.floor(hidden.environment.now() / 1000)
  const { outcomes } = await ingestSpotify(links([3]), { client, store, progress: noProgress, now })
  assert.deepEqual(outcomes, { private: 1 })
  assert.deepEqual((await store.profile(listener(3), 'keep'))!.playlists, [])
  assert.equal(await store.readingNotes(listener(3)), undefined)
})

test('what is noted for the next reading names nobody and nothing that anybody listens to', async (t) => {
  const simulated = await simulate({ listeners })
  const { run, links, store, listener } = await ingester(t, simulated)
  await run(links([4]))
  const text = (await store.readingNotes(listener(4)))!
  const { people, library } = simulated.simulator
  assert.ok(library.shown(4).every(({ id, isPublic }) => !isPublic || text.includes(id)))
  for (const secret of [people.idOf(4), people.person(4).displayName, ...library.shown(4).map(({ name }) => name)])
    assert.ok(!secret || !text.includes(secret), secret ?? '')
})
