import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { simulatedProfile } from '../simulator/profiles.ts'
import { LastfmHost, simulatedKey } from '../simulator/services/lastfm-host.ts'
import { simulatedToken } from '../simulator/services/listenbrainz-host.ts'
import { listensOf, type Played, playedBy } from '../simulator/services/listening.ts'
import { NameIndex } from '../simulator/services/names.ts'
import { ServiceSimulator } from '../simulator/services/service-simulator.ts'
import { createWorld, type World } from '../simulator/world/world.ts'
import { ingestNames } from '../src/pipelines/ingest-names.ts'
import { noProgress } from '../src/pipelines/progress.ts'
import { lastfmLimits } from '../src/services/lastfm.ts'
import { listenbrainzLimits } from '../src/services/listenbrainz.ts'
import { Lastfm } from '../src/sources/lastfm/lastfm.ts'
import { ListenBrainz } from '../src/sources/listenbrainz/listenbrainz.ts'
import type { NamedReading, NameReader } from '../src/sources/names/name-reader.ts'
import { parseNamed } from '../src/sources/names/name-reader.ts'
import { folderPlace } from '../src/store/sqlite/folder-place.ts'
import type { Item } from '../src/taste/item.ts'
import { assertDone, assertRefused, command } from './command-line.ts'
import { temporaryFolder } from './fixtures.ts'
import { type SimulatedServices, simulateServices } from './simulated-services.ts'

const start = 1_795_000_000
const noKeys = { LASTFM_API_KEY: '', LISTENBRAINZ_TOKEN: '', SPOTIFY_CLIENT_ID: '' }

async function readAll(reader: NameReader, name: string, notes?: string): Promise<readonly NamedReading[]> {
  const readings: NamedReading[] = []
  for await (const reading of reader.read(name, { notes })) readings.push(reading)
  return readings
}

function whole(readings: readonly NamedReading[]) {
  const last = readings.at(-1)!
  assert.equal(last.state, 'whole')
  return last.state === 'whole' ? last : assert.fail()
}

/** Plays by main artist and title; a listen that nobody mapped names all its artists in one text. */
function playsOf(items: readonly Item[]): ReadonlyMap<string, number> {
  const plays = new Map<string, number>()
  for (const { artists, track, plays: times = 0 } of items) {
    if (!track) continue
    const key = `${artists[0]!.replace(/ feat\. .*/, '')} ${track}`
    plays.set(key, (plays.get(key) ?? 0) + times)
  }
  return plays
}

function truth(world: World, i: number, of: readonly Played[] = playedBy(world, i)): ReadonlyMap<string, number> {
  return playsOf(of.map(({ track, plays }) => ({ artists: [track.artists[0]!.name], track: track.title, plays })))
}

/** A listener with so many listens. */
function listenerWith(world: World, fits: (listens: number, i: number) => boolean): number {
  for (let i = 0; i < world.listeners; i++) if (fits(listensOf(world, i).length, i)) return i
  return assert.fail('nobody fits')
}

test('names are told from everything else', () => {
  assert.deepEqual(parseNamed(' listenbrainz:Anna B '), { service: 'listenbrainz', name: 'Anna B' })
  assert.deepEqual(parseNamed('lastfm:rj'), { service: 'lastfm', name: 'rj' })
  for (const text of [
    'lastfm-2k:2',
    'spotify:anna',
    'lastfm:',
    'listenbrainz:a/b',
    'anna',
    'https://last.fm/user/rj',
    `lastfm:${'x'.repeat(65)}`,
  ])
    assert.equal(parseNamed(text), undefined, text)
})

test('ListenBrainz: every listen once, whatever shares a second with the end of a page; ids and times too', async () => {
  const services = await simulateServices({ listeners: 12 })
  const { world, simulator } = services
  const i = listenerWith(world, (listens) => listens > 1500)
  const reader = new ListenBrainz(await services.options('listenbrainz'))
  const { name } = world.listener(i)
  const readings = await readAll(reader, name)
  const { reading, person } = whole(readings)
  assert.equal(person.name, name)
  assert.deepEqual(new Map([...playsOf(reading.items)].sort()), new Map([...truth(world, i)].sort()))
  assert.equal(reading.report.listens, listensOf(world, i).length)
  const [newest] = listensOf(world, i)
  assert.equal(Date.parse(reading.report.last!), newest!.at * 1000)
  assert.ok(reading.items.some(({ ids }) => ids?.mbid) && reading.items.some(({ ids }) => ids?.spotify))
  assert.ok(reading.items.every(({ lastPlayedAt }) => lastPlayedAt))
  // One for the newest, one for the count, two for a fast start, and a page of a thousand each.
  const pages = simulator.log.count('listenbrainz listens')
  assert.ok(pages <= 3 + Math.ceil(listensOf(world, i).length / 1000), `${pages}`)

  const again = await readAll(reader, name, whole(readings).notes)
  assert.deepEqual(
    again.map(({ state }) => state),
    ['unchanged'],
  )
  assert.equal(simulator.log.count('listenbrainz listens'), pages + 1)
})

test('ListenBrainz: a fast start from the statistics, where there are some', async () => {
  const services = await simulateServices({ listeners: 30 })
  const reader = new ListenBrainz(await services.options('listenbrainz'))
  const states = new Set<string>()
  for (let i = 0; i < 30 && states.size < 2; i++) {
    if (listensOf(services.world, i).length <= 1000) continue
    const before = services.simulator.log.requests.length
    const readings = await readAll(reader, services.world.listener(i).name)
    states.add(readings.map(({ state }) => state).join())
    const [first] = readings
    if (first!.state !== 'beginning') continue
    assert.ok(first.reading.items.length > 50)
    assert.ok(services.simulator.log.requests.length > before + 4)
  }
  assert.deepEqual([...states].sort(), ['beginning,whole', 'whole'])
})

test('ListenBrainz: of a long history the statistics and the newest listens', async () => {
  const services = await simulateServices({ listeners: 12 })
  const { world } = services
  const i = listenerWith(world, (listens, i) => listens > 1200 && playedBy(world, i).length > 120)
  const reader = new ListenBrainz(await services.options('listenbrainz'), { limits: { listens: 300, recordings: 200 } })
  const { reading } = whole(await readAll(reader, world.listener(i).name))
  const top = playedBy(world, i).slice(0, 200)
  const plays = playsOf(reading.items)
  for (const [key, times] of truth(world, i, top)) assert.ok(plays.get(key)! >= times, key)
  assert.ok(reading.items.some(({ lastPlayedAt }) => lastPlayedAt) && reading.items.some((item) => !item.lastPlayedAt))
  assert.match(reading.report.advice.join(' '), /your newest 300 listens/)
})

test('ListenBrainz: within its windows, with a token or without, through faults; a wrong token is said', async () => {
  const faults = { pauses: 50, serverErrors: 50, resets: 30, truncated: 30, hanging: 0, lostTokens: 0 }
  const services = await simulateServices({ listeners: 6, counts: true, faults })
  for (const token of [undefined, simulatedToken]) {
    const reader = new ListenBrainz(
      await services.options('listenbrainz', { ...listenbrainzLimits, perSecond: 50, burst: 50 }),
      { token },
    )
    for (let i = 0; i < 6; i++) {
      const { reading } = whole(await readAll(reader, services.world.listener(i).name))
      assert.equal(reading.report.listens, listensOf(services.world, i).length)
    }
  }
  const own = services.simulator.log.requests.filter(({ fault }) => !fault)
  assert.deepEqual(
    own.filter(({ status, inPause }) => status === 429 || inPause),
    [],
  )
  const wrong = new ListenBrainz(await services.options('listenbrainz'), { token: 'somebody-elses-token' })
  const error = await readAll(wrong, 'x').catch((thrown: Error) => thrown)
  assert.match(`${error}`, /key or token is not accepted/)
  assert.doesNotMatch(`${(error as Error).stack}`, /somebody-elses/)
})

test('Last.fm: plays, loved tracks and last plays, also in its odd forms', async () => {
  const services = await simulateServices({ listeners: 40 })
  const { world, simulator } = services
  const reader = new Lastfm(simulatedKey, await services.options('lastfm'))
  const hides = new LastfmHost(world, new NameIndex(world), false)
  for (const hidden of [false, true]) {
    const i = listenerWith(world, (_, i) => hides.isHidden(i) === hidden)
    const readings = await readAll(reader, world.listener(i).name)
    assert.deepEqual(
      readings.map(({ state }) => state),
      ['beginning', 'whole'],
    )
    const { reading, person, notes } = whole(readings)
    assert.equal(person.url, `https://www.last.fm/user/${world.listener(i).name}`)
    const played = playedBy(world, i)
    assert.deepEqual(
      new Map([...playsOf(reading.items.filter(({ playlist }) => !playlist))].sort()),
      new Map([...truth(world, i)].sort()),
    )
    const loved = reading.items.filter(({ playlist }) => playlist === 'Loved tracks')
    assert.deepEqual(
      loved.map(({ track }) => track).sort(),
      played
        .filter((one) => one.loved)
        .map(({ track }) => track.title)
        .sort(),
    )
    assert.equal(
      reading.items.some(({ lastPlayedAt }) => lastPlayedAt),
      !hidden,
    )
    assert.equal(/recent plays private/.test(reading.report.advice.join()), hidden)
    const before = simulator.log.requests.length
    assert.equal((await readAll(reader, person.name, notes))[0]!.state, 'unchanged')
    assert.equal(simulator.log.requests.length, before + 1)
  }
  for (const { path } of simulator.log.requests) assert.doesNotMatch(path, /simulated-key/)
})

const named = (services: SimulatedServices) =>
  Promise.all([
    services.options('listenbrainz').then((options) => new ListenBrainz(options)),
    services.options('lastfm', lastfmLimits).then((options) => new Lastfm(simulatedKey, options)),
  ])

test('names come into the store with origin and consent; who is gone is removed; a closed service leaves the rest', async (t: TestContext) => {
  const services = await simulateServices({ listeners: 6 })
  const place = await folderPlace()
  t.after(() => place.remove())
  const { store } = await place.open()
  const [a, b] = [services.world.listener(0).name, services.world.listener(1).name]
  const readers = await named(services)
  const run = (texts: readonly string[]) =>
    ingestNames(texts, { store, readers, progress: noProgress, now: () => start })
  const { names } = await run([`listenbrainz:${a}`, `lastfm:${b}`, 'lastfm:no-such-listener', 'anna'])
  assert.deepEqual(
    names.map(({ outcome }) => outcome),
    ['read', 'read', 'not-found', 'refused'],
  )
  for (const [id, url] of [
    [`listenbrainz:${a}`, 'https://listenbrainz.org/'],
    [`lastfm:${b}`, 'https://www.last.fm/'],
  ] as const) {
    const listener = await store.listener(id)
    assert.equal(listener?.provenance.origin, 'simulated')
    assert.ok(listener?.url?.value.startsWith(url) && listener.consent.findable)
  }
  assert.deepEqual(
    (await run([`listenbrainz:${a}`, `lastfm:${b}`])).names.map(({ outcome }) => outcome),
    ['unchanged', 'unchanged'],
  )

  const gone = { status: 404, json: { code: 404, error: `Cannot find user: ${a}` } }
  services.simulator.scripted.add(/listenbrainz/, 1, { kind: 'answer', name: 'gone', answer: gone })
  assert.match(
    (await run([`listenbrainz:${a}`])).names[0]!.sentences[0]!,
    /knows nobody called .* What was stored of them is removed/,
  )
  assert.equal(await store.listener(`listenbrainz:${a}`), undefined)

  const pause = { status: 429, json: {}, headers: { 'x-ratelimit-reset-in': '7200', 'retry-after': '7200' } }
  services.simulator.scripted.add(/listenbrainz/, 1, { kind: 'answer', name: 'pause', answer: pause })
  const { names: rest, stopped } = await run([`listenbrainz:${a}`, `lastfm:${a}`, `listenbrainz:${b}`])
  assert.deepEqual(
    rest.map(({ outcome }) => outcome),
    ['waiting', 'read', 'waiting'],
  )
  assert.ok(stopped[0]!.continueAt! > services.environment.now())
})

test('not marked as simulated, it counts as the real service: its terms hold', async (t: TestContext) => {
  const services = await simulateServices({ listeners: 3, marked: false })
  const place = await folderPlace()
  t.after(() => place.remove())
  const { store } = await place.open({ clock: () => start })
  const readers = await named(services)
  const texts = [0, 1].map((i) => `${['listenbrainz', 'lastfm'][i]}:${services.world.listener(i).name}`)
  await ingestNames(texts, { store, readers, progress: noProgress, now: () => start })
  const ids = async (purpose: 'match' | 'train') =>
    (await store.profiles(purpose)).rows.map(({ listener }) => listener.id)
  assert.deepEqual([(await ids('match')).length, await ids('train')], [2, [texts[0]]])
  assert.equal(await store.purgeExpired(start + 30 * 86_400), 1)
})

test('on the command line: ingest and match by name, keys named when they are missing', async (t: TestContext) => {
  const world = createWorld({ seed: 7, listeners: 12 })
  const simulator = await new ServiceSimulator({ world }).listen()
  t.after(() => simulator.close())
  const folder = await temporaryFolder(t)
  const data = ['--data', folder]
  const name = (i: number) => world.listener(i).name
  assertRefused(
    await command(['ingest', 'lastfm:anna', '--data', join(folder, 'none')], { env: noKeys }),
    1,
    /no API key.*LASTFM_API_KEY/,
  )
  const settings = { 'listenbrainz.api': simulator.addresses.listenbrainz, 'lastfm.api': simulator.addresses.lastfm }
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings))
  const env = { ...noKeys, LASTFM_API_KEY: simulatedKey }
  const names = Array.from({ length: 10 }, (_, i) => `${i % 2 ? 'lastfm' : 'listenbrainz'}:${name(i)}`)
  const said = assertDone(await command(['ingest', ...names, ...data], { env }))
  assert.match(said, new RegExp(`listenbrainz:${name(0)}: read, [\\d,]+ entries\\. We read [\\d,]+ listens`))
  assertDone(await command(['train', '--kind', 'linear', '--preset', 'quick', ...data]))
  const matched = assertDone(await command(['match', `listenbrainz:${name(11)}`, ...data], { env }))
  assert.match(matched, /read just now/)
  // Whom ListenBrainz itself finds similar, beside the model.
  const lines = Array.from({ length: 10 }, (_, i) => ({
    listener: `listenbrainz:${name(i)}`,
    query: true,
    friends: [`listenbrainz:${name((i + 1) % 10)}`],
    items: simulatedProfile(world, i, start).items,
  }))
  const file = join(folder, 'f.friends.jsonl')
  await writeFile(file, lines.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const evaluated = await command(['evaluate', '--friends', file, '--similar-users', '--json', ...data], { env })
  const { baselines, notes } = JSON.parse(assertDone(evaluated))
  assert.ok(baselines['listenbrainz-similar'].auc >= 0 && baselines['artist-cosine'])
  assert.match(notes.join(), /listenbrainz-similar knows 10 of the 10 query listeners/)
  assert.equal(simulator.log.count('listenbrainz similar-users'), 10)

  const nobody = await command(['match', 'listenbrainz:no-such-listener', ...data], { env })
  assertRefused(nobody, 1, /ListenBrainz knows nobody called "no-such-listener"/)
})
