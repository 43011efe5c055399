import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { quotaExceeded } from '../simulator/spotify/faults.ts'
import { noQuirks } from '../simulator/spotify/settings.ts'
import { genreTable } from '../simulator/world/genres.ts'
import { type DiscoverReport, discover, type Places } from '../src/pipelines/discover.ts'
import { ingestSpotify } from '../src/pipelines/ingest-spotify.ts'
import { noProgress } from '../src/pipelines/progress.ts'
import { filePersistence, memoryPersistence } from '../src/spotify/index.ts'
import type { Candidate, FeatureStore } from '../src/store/feature-store.ts'
import { openStore } from '../src/store/open.ts'
import { scan } from '../src/store/scan.ts'
import { temporaryFolder } from './fixtures.ts'
import { type Simulated, simulate } from './simulated-spotify.ts'

async function discoverer(t: TestContext, simulated: Simulated) {
  const folder = await temporaryFolder(t)
  const { store, close } = await openStore(undefined, folder, {}, { create: true })
  t.after(close)
  const now = () => Math.floor(simulated.environment.now() / 1000)
  const limits = memoryPersistence()
  const client = (mode: 'extended' | 'dev_new' = 'extended') => simulated.client(mode, { persistence: limits })
  const run = async (
    places: Places,
    options: { readonly limit?: number; readonly signal?: AbortSignal; readonly mode?: 'extended' | 'dev_new' } = {},
  ): Promise<DiscoverReport> => {
    const { mode, ...rest } = options
    const persistence = filePersistence(join(folder, 'spotify'))
    return discover(places, { client: await client(mode), store, persistence, progress: noProgress, now, ...rest })
  }
  return { folder, store, run, client, now }
}

async function candidatesOf(store: FeatureStore, state: Candidate['state'] = 'waiting'): Promise<Candidate[]> {
  const found: Candidate[] = []
  for await (const candidate of scan((query) => store.candidates(state, query))) found.push(candidate)
  return found
}

test('20 searches in a world of 20,000: 5,000 profiles at five a request, in parts as in one go', async (t) => {
  const simulated = await simulate({ listeners: 20_000, quirks: noQuirks })
  const { run, store } = await discoverer(t, simulated)
  const searches = genreTable
    .filter((_, at) => at % 3 === 0)
    .slice(0, 20)
    .map(({ name }) => name)
  const first = await run({ searches }, { limit: 2000 })
  assert.ok(first.added >= 2000 && first.added < 2050, `${first.added}`)
  const report = await run({ searches })
  const requests = first.requests + report.requests
  const found = await candidatesOf(store)
  assert.equal(found.length, first.added + report.added)
  assert.ok(found.length >= 5000, `${found.length} profiles`)
  assert.ok(requests * 5 <= found.length, `${requests} requests for ${found.length} profiles`)
  assert.equal(simulated.simulator.log.count('GET /search'), requests)
  const paths = simulated.simulator.log.requests.flatMap(({ host, path }) => (host === 'api' ? path : []))
  assert.equal(new Set(paths).size, paths.length, 'nothing is asked for twice')
  assert.ok(found.every(({ foundIn }) => searches.some((text) => foundIn === `search:${text}`)))
  const again = await run({ searches })
  assert.deepEqual([again.requests, again.added], [0, 0])
})

test('playlists: their owner and whoever put tracks into them; searches with a development app', async (t) => {
  const simulated = await simulate({ listeners: 60 })
  const { simulator, environment } = simulated
  const { run, store } = await discoverer(t, simulated)
  const playlist = simulator.library.own(4).find(({ isPublic }) => isPublic)!
  const link = `https://open.spotify.com/playlist/${playlist.id}`
  const nowhere = 'https://open.spotify.com/playlist/37i9dQZF1DX0XUsuxWHRQd'
  const { places, added } = await run({ playlists: [link, nowhere, link] })
  assert.deepEqual(
    places.map(({ state, found }) => [state, found]),
    [
      ['searched', 1],
      ['failed', 0],
    ],
  )
  assert.equal(added, 1)
  assert.deepEqual(
    (await candidatesOf(store)).map(({ id, foundIn }) => [id, foundIn]),
    [[`spotify:${playlist.owner.id}`, `playlist:${playlist.id}`]],
  )
  await assert.rejects(run({ playlists: ['https://open.spotify.com/user/anna'] }), /is not a playlist/)

  const [search] = simulated.world.listener(7).communities.map(({ genre }) => genre)
  const small = await run({ searches: [search!] }, { mode: 'dev_new' })
  assert.ok(small.added > 1)
  const limits = simulator.log.requests.flatMap(({ path }) => /limit=(\d+)/.exec(path)?.[1] ?? [])
  assert.ok(limits.includes('10') && Number(limits.at(-1)) === 10)
  environment.advance(8 * 24 * 3600_000)
  assert.ok((await run({ searches: [search!] })).requests > 0, 'after a week there may be others')
})

test('lists in files: one a line, a column, JSON; each once, mistakes told', async (t) => {
  const simulated = await simulate({ listeners: 5 })
  const { folder, run, store } = await discoverer(t, simulated)
  const file = async (name: string, text: string) => {
    await writeFile(join(folder, name), text)
    return join(folder, name)
  }
  const files = [
    await file(
      'lines.txt',
      '\ufeffanna\r\nspotify:user:ben\n\nhttps://open.spotify.com/playlist/37i9dQZF1DX0XUsuxWHRQd\nanna\n',
    ),
    await file('table.csv', 'name;Owner\n"Carla; the first";https://open.spotify.com/user/carla?si=1\nBen;ben\n'),
    await file('list.json', '{"people":[{"name":"x","user":{"id":"dora"}},{"user":"emil"}],"more":["fritz"]}'),
    await file('lines.jsonl', '{"url":"https://open.spotify.com/user/gerda"}\n{"url":"spotify:user:heinz"}\n'),
  ]
  const { places, found, added, requests } = await run({ files })
  assert.deepEqual([found, added, requests], [8, 8, 0])
  assert.deepEqual(
    (await candidatesOf(store)).map(({ id }) => id),
    ['anna', 'ben', 'carla', 'dora', 'emil', 'fritz', 'gerda', 'heinz'].map((id) => `spotify:${id}`),
  )
  assert.match(places[0]!.note!, /passed over 1: .*is a playlist, not a profile/)
  const named = await run({ files: [await file('other.csv', 'a,b\nx,ida\n')], column: 'B' })
  assert.equal(named.added, 1)
  await assert.rejects(run({ files: [files[1]!], column: 'who' }), /has no column "who"; there are name, owner/)
  await assert.rejects(run({ files: [join(folder, 'none')] }), /can't be read \(ENOENT\)/)
})

test('a quota that closes, and a stop, lose nothing; what is found is read, and is a candidate no more', async (t) => {
  const simulated = await simulate({ listeners: 400, quirks: { ...noQuirks, hiddenProfiles: 100 } })
  const { simulator, environment } = simulated
  const { run, store, client, now, folder } = await discoverer(t, simulated)
  const searches = simulated.world.listener(0).communities.map(({ genre }) => genre)
  simulator.scripted.add(/search/, 2, { kind: 'answer', name: 'quota', answer: quotaExceeded(13 * 3600) })
  const closed = await run({ searches })
  assert.equal(closed.stopped?.kind, 'quota-closed')
  assert.ok(closed.stopped.continueAt! >= environment.now() + 12 * 3600_000)
  assert.equal(closed.places.at(-1)!.state, 'waiting')
  environment.advance(14 * 3600_000)
  const controller = new AbortController()
  simulator.scripted.add(/search/, 1, () => controller.abort())
  await assert.rejects(run({ searches }, { signal: controller.signal }), { name: 'AbortError' })
  const rest = await run({ searches })
  assert.equal(rest.stopped, undefined)
  const candidates = await candidatesOf(store)
  const whole = await discoverer(t, simulated)
  await whole.run({ searches })
  const ids = (rows: readonly Candidate[]) => rows.map(({ id }) => id)
  assert.deepEqual(ids(candidates), ids(await candidatesOf(whole.store)))
  const text = await readFile(join(folder, 'spotify/discover.json'), 'utf8')
  for (const { id } of candidates) assert.ok(!text.includes(id.slice('spotify:'.length)))

  await store.putCandidates([{ id: 'spotify:nobody', foundIn: 'x', foundAt: 1, state: 'waiting' }])
  const taken = [...ids(candidates).slice(0, 5), 'spotify:nobody']
  const { outcomes } = await ingestSpotify(
    taken.map((id) => `spotify:user:${encodeURIComponent(id.slice('spotify:'.length))}`),
    { client: await client(), store, candidates: new Set(taken), progress: noProgress, now },
  )
  assert.equal(outcomes['not-found'], 1)
  assert.deepEqual(ids(await candidatesOf(store, 'failed')), ['spotify:nobody'])
  assert.deepEqual(ids(await candidatesOf(store, 'read')), ids(candidates).slice(0, 5).sort())
  assert.equal((await store.counts()).candidatesWaiting, candidates.length - 5)
})
