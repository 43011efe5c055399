import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simulatedProfile } from '../simulator/profiles.ts'
import { simulatedKey } from '../simulator/services/lastfm-host.ts'
import { NameIndex } from '../simulator/services/names.ts'
import { isrcOf, mbidOf } from '../simulator/world/foreign-ids.ts'
import { numberOf } from '../simulator/world/ids.ts'
import { LastfmTags } from '../src/catalogue/lastfm-tags.ts'
import { MusicBrainz, musicbrainzLimits } from '../src/catalogue/musicbrainz.ts'
import { ReccoBeats, reccobeatsLimits } from '../src/catalogue/reccobeats.ts'
import { SpotifyFeatures, SpotifyGenres } from '../src/catalogue/spotify.ts'
import { type EnrichOptions, enrich } from '../src/pipelines/enrich.ts'
import { noProgress } from '../src/pipelines/progress.ts'
import { lastfmLimits } from '../src/services/lastfm.ts'
import { folderPlace } from '../src/store/sqlite/folder-place.ts'
import type { Item } from '../src/taste/item.ts'
import { normaliseName } from '../src/taste/name.ts'
import { type SimulatedServices, simulateServices } from './simulated-services.ts'
import { simulate } from './simulated-spotify.ts'

const start = 1_795_000_000
const day = 86_400
const all = (rows: readonly unknown[]) => rows.length

/** A store with the world's first listeners, whose items are changed on their way. */
async function stored(
  t: { after: (end: () => Promise<void>) => void },
  { world }: Pick<SimulatedServices, 'world'>,
  listeners: number,
  change = (item: Item) => item,
) {
  const place = await folderPlace()
  t.after(() => place.remove())
  const { store } = await place.open()
  const profiles = Array.from({ length: listeners }, (_, i) => simulatedProfile(world, i, start))
  await store.putProfiles(profiles.map((profile) => ({ ...profile, items: profile.items.map(change) })))
  let now = start
  const run = (options: Partial<EnrichOptions>) =>
    enrich({ store, features: [], genres: [], progress: noProgress, now: () => now, ...options })
  const gaps = async (...sources: string[]) => {
    const query = { sources, now, limit: 100_000 }
    return { artists: (await store.artistGaps(query)).rows, tracks: (await store.trackGaps(query)).rows }
  }
  return {
    place,
    store,
    run,
    gaps,
    items: profiles.flatMap(({ items }) => items),
    pass: (seconds: number) => {
      now += seconds
    },
  }
}

test('ReccoBeats: features by Spotify id or ISRC, in full batches, each id once within its age', async (t) => {
  const services = await simulateServices()
  const { world, simulator } = services
  // Of every other track the ISRC alone is known.
  const isrc = (item: Item): Item => {
    const number = numberOf(world.seed, 'track', item.ids!.spotify!)!
    return number % 2 === 0 ? item : { ...item, ids: { isrc: isrcOf(number) } }
  }
  const { store, run, gaps, items, pass } = await stored(t, services, 4, isrc)
  const provider = new ReccoBeats(await services.options('reccobeats'))
  const wanted = (await gaps('simulated-reccobeats')).tracks
  const { features } = await run({ features: [provider] })
  const requests = simulator.log.count('reccobeats /audio-features')
  assert.equal(requests, Math.ceil(wanted.length / 40))
  const [report] = features.providers
  assert.deepEqual([report!.asked, features.gaps, report!.requests], [wanted.length, wanted.length, requests])
  assert.equal(features.filled + features.unknown, wanted.length)
  assert.ok(features.filled > 0.6 * wanted.length && features.unknown > 0)
  for (const item of items) {
    const truth = world.audio(item.ids!.spotify!)
    const [entry] = await store.resolve([isrc(item)])
    const [track] = await store.tracks([entry!.track!])
    if (!track?.audio) continue
    const { durationMs, timeSignature, ...features } = truth!
    assert.deepEqual(track.audio, {
      value: features,
      provenance: { origin: 'simulated', source: 'simulated-reccobeats', readAt: start },
    })
  }
  // In the order of how many have them.
  const [first] = simulator.log.requests
  const ids = new URLSearchParams(first!.path.split('?')[1]).get('ids')!.split(',')
  assert.deepEqual(
    ids,
    wanted.slice(0, 40).map((gap) => gap.ids.spotify ?? gap.ids.isrc),
  )

  await run({ features: [provider] })
  assert.equal(simulator.log.count('reccobeats /audio-features'), requests)
  pass(30 * day)
  const again = await run({ features: [provider] })
  assert.equal(again.features.gaps, wanted.length)
})

test('MusicBrainz: by its id, by links to Spotify, by name where only one has it; genres only', async (t) => {
  const services = await simulateServices()
  const { world, simulator } = services
  const way = (id: string) => numberOf(world.seed, 'artist', id)! % 3
  const { store, run, items } = await stored(t, services, 2, (item) => ({
    ...item,
    artistIds: item.artistIds!.map((ids) => {
      const number = numberOf(world.seed, 'artist', ids!.spotify!)!
      return [{ mbid: mbidOf(world.seed, 'artist', number) }, ids, null][way(ids!.spotify!)]!
    }),
  }))
  const provider = new MusicBrainz('anna@example.org', await services.options('musicbrainz'))
  const { genres } = await run({ genres: [provider] })
  assert.ok(genres.filled > 0.5 * genres.gaps, JSON.stringify(genres))
  const artists = new Map(
    items.flatMap((item) => item.artists.map((name, at) => [item.artistIds![at]!.spotify!, name])),
  )
  const names = Map.groupBy(artists, ([, name]) => normaliseName(name))
  const told = [0, 0, 0]
  for (const [id, name] of artists) {
    const [found] = await store.artists([
      [
        `mbid:${mbidOf(world.seed, 'artist', numberOf(world.seed, 'artist', id)!)}`,
        `spotify:${id}`,
        `name:${normaliseName(name)}`,
      ][way(id)]!,
    ])
    if (!found?.genres || names.get(normaliseName(name))!.length > 1) continue
    told[way(id)]!++
    assert.deepEqual([...found.genres.value].sort(), [...new Set(world.genres(id))].sort(), name)
    assert.equal(found.genres.provenance.origin, 'simulated')
  }
  assert.ok(
    told.every((count) => count > 0),
    `${told}`,
  )
  assert.equal(simulator.log.count('musicbrainz /genre/all'), 1)
  // Ids are asked about many at a time.
  assert.ok(simulator.log.count('musicbrainz /url') <= Math.ceil(genres.gaps / 50))
})

test('MusicBrainz: who shares a name is told by a recording, or not at all', async (t) => {
  const services = await simulateServices({ listeners: 30 })
  const { world } = services
  const names = new NameIndex(world)
  const tracks = Array.from({ length: 30 }, (_, i) => world.playlists(i))
    .flat()
    .flatMap((playlist) => playlist.tracks.map(({ id }) => world.track(id)!))
  const homonyms = tracks.filter(
    ({ artists: [main] }) => names.artists(main!.name).length > 1 && world.genres(main!.id),
  )
  const provider = new MusicBrainz('anna@example.org', await services.options('musicbrainz'))
  const told = async (name: string, rest: Partial<Item>) => {
    const { store, run } = await stored(t, services, 0)
    await store.putProfiles([{ ...simulatedProfile(world, 0, start), items: [{ artists: [name], ...rest }] }])
    await run({ genres: [provider] })
    return (await store.artists([`name:${normaliseName(name)}`]))[0]?.genres?.value
  }
  const ways = { isrc: 0, mbid: 0 }
  const byName = new Map(homonyms.map((track) => [track.artists[0]!.name, track]))
  for (const [name, track] of byName) {
    if (ways.isrc > 0 && ways.mbid > 0) break
    assert.equal(await told(name, {}), undefined, name)
    const number = numberOf(world.seed, 'track', track.id)!
    const ids = { isrc: isrcOf(number), mbid: mbidOf(world.seed, 'track', number) }
    for (const way of ['isrc', 'mbid'] as const) {
      const genres = await told(name, { track: track.title, ids: { [way]: ids[way] } })
      // Some artists have no tags.
      if (!genres) continue
      ways[way]++
      assert.deepEqual([...genres].sort(), [...new Set(world.genres(track.artists[0]!.id))].sort())
    }
  }
  assert.ok(ways.isrc > 0 && ways.mbid > 0, JSON.stringify(ways))
})

test('Last.fm: tags by name, what is no genre left out; then nobody is asked twice', async (t) => {
  for (const errorsAs200 of [false, true]) {
    const services = await simulateServices({ errorsAs200 })
    const { store, run, gaps } = await stored(t, services, 1, ({ artistIds: _, ...item }) => item)
    await store.putProfiles([
      { ...simulatedProfile(services.world, 1, start), id: 'x:1', items: [{ artists: ['Nobody Known'] }] },
    ])
    const provider = new LastfmTags(simulatedKey, await services.options('lastfm'))
    const { genres } = await run({ genres: [provider] })
    assert.ok(genres.filled > 0.5 * genres.gaps)
    assert.ok(genres.unknown > 0)
    const [artist] = await store.artists([(await gaps()).artists[0]?.key ?? 'name:none'])
    assert.equal(artist?.genres, undefined)
    for (const { path } of services.simulator.log.requests) assert.doesNotMatch(path, /simulated-key/)
    const { rows } = await store.artistGaps({ sources: ['simulated-lastfm'], now: start })
    assert.equal(all(rows), 0)
    const requests = services.simulator.log.requests.length
    await run({ genres: [provider] })
    assert.equal(services.simulator.log.requests.length, requests)
  }
})

test('the next one is asked about what the one before did not know', async (t) => {
  const services = await simulateServices()
  const { run, gaps, pass } = await stored(t, services, 2)
  const musicbrainz = new MusicBrainz('https://example.org', await services.options('musicbrainz'))
  const lastfm = new LastfmTags(simulatedKey, await services.options('lastfm'))
  const { genres } = await run({ genres: [musicbrainz, lastfm] })
  const [first, second] = genres.providers
  assert.equal(second!.asked, first!.asked - first!.found)
  assert.ok(second!.found > 0)
  assert.equal(genres.filled, first!.found + second!.found)
  assert.equal((await gaps('simulated-musicbrainz', 'simulated-lastfm')).artists.length, 0)
  assert.equal((await gaps('another')).artists.length, genres.unknown)
  // Grown old, each value is renewed by whoever told it, whoever else is asked before.
  pass(181 * day)
  const [lastfmAgain, musicbrainzAgain] = (await run({ genres: [lastfm, musicbrainz] })).genres.providers
  assert.equal(lastfmAgain!.asked, second!.asked)
  assert.equal(musicbrainzAgain!.asked, first!.found + genres.unknown)
})

test('Spotify: features where the app may, genres in batches; who is not told is not asked on', async (t) => {
  const spotify = await simulate({ listeners: 8 })
  const { run } = await stored(t, spotify, 3)
  const old = await spotify.client('extended_pre2024')
  const report = await run({ features: [new SpotifyFeatures(old)], genres: [new SpotifyGenres(old)] })
  assert.ok(report.features.filled > 0 && report.genres.filled > 0)
  assert.equal(spotify.simulator.log.count('GET /audio-features'), Math.ceil(report.features.gaps / 100))
  assert.equal(spotify.simulator.log.count('GET /artists'), Math.ceil(report.genres.gaps / 50))

  const other = await stored(t, spotify, 3)
  const development = await spotify.client('dev_new')
  const closed = await other.run({
    features: [new SpotifyFeatures(development)],
    genres: [new SpotifyGenres(development)],
  })
  assert.match(closed.features.providers[0]!.closed!.reason, /not told audio features/)
  assert.match(closed.genres.providers[0]!.closed!.reason, /not told genres/)
  assert.deepEqual([closed.features.filled, closed.genres.filled], [0, 0])
  // Nothing was learned about tracks and artists: somebody else may be asked about them.
  assert.equal((await other.gaps('spotify')).tracks.length, closed.features.gaps)
})

test('each within its rate, pauses kept, faults survived: nobody counts one request too many', async (t) => {
  const faults = { pauses: 60, serverErrors: 60, resets: 30, truncated: 30, hanging: 0, lostTokens: 0 }
  const services = await simulateServices({ counts: true, faults })
  const { run, gaps } = await stored(t, services, 2)
  const providers = [
    new MusicBrainz('anna@example.org', await services.options('musicbrainz', musicbrainzLimits)),
    new LastfmTags(simulatedKey, await services.options('lastfm', lastfmLimits)),
  ]
  const features = [new ReccoBeats(await services.options('reccobeats', reccobeatsLimits))]
  for (let round = 0; round < 4; round++) await run({ genres: providers, features })
  assert.equal((await gaps('simulated-musicbrainz', 'simulated-lastfm')).artists.length, 0)
  assert.equal((await gaps('simulated-reccobeats')).tracks.length, 0)
  const own = services.simulator.log.requests.filter(({ fault }) => !fault)
  assert.deepEqual(
    own.filter(({ status }) => status === 429 || status === 503),
    [],
  )
  assert.deepEqual(
    own.filter(({ inPause }) => inPause),
    [],
  )
})

test('who closes for hours is left, the others go on, and the report says when to continue', async (t) => {
  const services = await simulateServices()
  const { run, gaps } = await stored(t, services, 2)
  const pause = { status: 429, text: 'later', headers: { 'retry-after': '7200' } }
  services.simulator.scripted.add(/musicbrainz\/ws\/2\/artist/, 2, {
    kind: 'answer',
    name: 'long pause',
    answer: pause,
  })
  const providers = [
    new MusicBrainz('anna@example.org', await services.options('musicbrainz')),
    new LastfmTags(simulatedKey, await services.options('lastfm')),
  ]
  const { genres } = await run({ genres: providers })
  const [closed, open] = genres.providers
  assert.ok(closed!.closed!.continueAt! >= services.environment.now())
  assert.ok(open!.asked > 0 && open!.closed === undefined)
  assert.equal((await gaps('simulated-lastfm')).artists.length, 0)
  const wrong = new LastfmTags('another key of thirty-two letters', await services.options('lastfm'))
  const refused = await (await stored(t, services, 1)).run({ genres: [wrong] })
  assert.match(refused.genres.providers[0]!.closed!.reason, /the key or token is not accepted/)
  assert.doesNotMatch(JSON.stringify(refused), /another key/)
  assert.equal(refused.genres.providers[0]!.requests, 1)
})

test('only some, at most so many; stopped in the middle it keeps what was answered', async (t) => {
  const services = await simulateServices()
  const { store, run, gaps } = await stored(t, services, 3)
  const { tracks } = await gaps('simulated-reccobeats')
  const provider = new ReccoBeats(await services.options('reccobeats'))
  const only = { artists: [], tracks: tracks.slice(5, 15).map(({ key }) => key) }
  assert.equal((await run({ features: [provider], only })).features.providers[0]!.asked, 10)
  assert.equal((await run({ features: [provider], limit: 30 })).features.providers[0]!.asked, 30)
  const controller = new AbortController()
  const before = (await gaps('simulated-reccobeats')).tracks.length
  services.simulator.scripted.add(/reccobeats/, 2, () => controller.abort(new Error('enough')))
  await assert.rejects(run({ features: [provider], signal: controller.signal }), /enough/)
  const after = (await gaps('simulated-reccobeats')).tracks.length
  assert.equal(before - after, 40)
  await run({ features: [provider] })
  assert.equal((await gaps('simulated-reccobeats')).tracks.length, 0)
  assert.ok((await store.counts()).tracksWithAudio > 0)
})
