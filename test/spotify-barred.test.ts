import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noQuirks } from '../simulator/spotify/settings.ts'
import { discover } from '../src/pipelines/discover.ts'
import { ingestSpotify, type SpotifyIngestOptions } from '../src/pipelines/ingest-spotify.ts'
import { noProgress } from '../src/pipelines/progress.ts'
import { memoryPersistence, memoryTokenStore, readingScopes } from '../src/spotify/index.ts'
import { openStore } from '../src/store/open.ts'
import { temporaryFolder } from './fixtures.ts'
import { signIn } from './simulated-sign-in.ts'
import { simulate } from './simulated-spotify.ts'

test('who was erased for good is not read and not collected, until they sign in or give their word', async (t) => {
  const simulated = await simulate({ listeners: 6, quirks: noQuirks })
  const { simulator, environment } = simulated
  const { store, close } = await openStore(undefined, await temporaryFolder(t), {}, { create: true })
  t.after(close)
  const now = () => Math.floor(environment.now() / 1000)
  const people = [1, 2].map((i) => simulator.people.idOf(i))
  const listeners = people.map((id) => `spotify:${id}`)
  const [ann] = listeners as [string]
  const client = await simulated.client('extended', { persistence: memoryPersistence() })
  const ingest = async (options: Partial<SpotifyIngestOptions> = {}) => {
    simulator.log.clear()
    const links = people.map((id) => `https://open.spotify.com/user/${encodeURIComponent(id)}`)
    const { profiles } = await ingestSpotify(links, { client, store, progress: noProgress, now, ...options })
    return profiles.map(({ outcome }) => outcome)
  }
  const askedFor = (id: string) =>
    simulator.log.requests.filter(({ path }) => path.startsWith(`/v1/users/${encodeURIComponent(id)}`)).length

  assert.deepEqual(await ingest(), ['read', 'read'])
  await store.erase(ann, { forGood: true })
  assert.deepEqual(await ingest(), ['barred', 'unchanged'])
  assert.deepEqual([askedFor(people[0]!), askedFor(people[1]!)], [0, 1])
  assert.equal(await store.listener(ann), undefined)

  const playlists = simulator.library.own(1).map(({ id }) => `https://open.spotify.com/playlist/${id}`)
  const options = { client, store, persistence: memoryPersistence(), progress: noProgress, now }
  assert.equal((await discover({ playlists }, options)).added, 0)
  assert.deepEqual((await store.candidates('waiting')).rows, [])

  // A candidate is nobody's word.
  assert.deepEqual(await ingest({ readmit: true, candidates: new Set(listeners) }), ['barred', 'unchanged'])
  const signedIn = (i: number) => signIn(simulated, i, readingScopes, 'extended').then(memoryTokenStore)
  const as = async (i: number) => ({
    client: await simulated.client('extended', { signIn: await signedIn(i) }),
    signedIn: people[i - 1]!,
  })
  assert.equal((await ingest(await as(2)))[0], 'barred')
  assert.equal((await ingest(await as(1)))[0], 'read')
  assert.equal(await store.isBarred(ann), false)

  await store.erase(ann, { forGood: true })
  assert.deepEqual(await ingest({ readmit: true }), ['read', 'unchanged'])
  assert.deepEqual(await ingest(), ['unchanged', 'unchanged'])
})
