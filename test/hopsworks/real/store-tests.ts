import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { listedTracks, openSmallStore, playedArtists } from '../../../src/pipelines/small-store.ts'
import { featureStoreConformance, modelRegistryConformance } from '../../../src/store/conformance.ts'
import { type ProjectPlace, projectPlace } from '../../../src/store/hopsworks/test-project-place.ts'
import type { Profile } from '../../../src/taste/listener.ts'
import { linearKind } from '../../../src/training/linear-kind.ts'
import { takePath } from '../../both-stores.ts'
import { assertDone, consonance, outcome, spawnConsonance } from '../../command-line.ts'
import { lastfmFolder, playlistFolder, temporaryFolder } from '../../fixtures.ts'
import { ServedVisitor, serve } from '../../served-visitor.ts'
import { contentOf, withStore } from '../../store-content.ts'
import type { RealHopsworks } from './real-parts.ts'

/** The store on Apache Kafka and OpenSearch: what it promises, what it finds, and what goes wrong while it is written to. */
export function storeTests(real: () => RealHopsworks): void {
  describe('the store', { concurrency: 3 }, () => {
    featureStoreConformance('real parts', () => projectPlace(real().local))
    modelRegistryConformance('real parts', () => projectPlace(real().local))
  })

  for (const search of ['memory', 'opensearch'])
    test(`training, matching and erasing give the same as on SQLite, with search=${search}`, async () => {
      const profiles = [...playedArtists(40), ...listedTracks(30)]
      const path = { kind: linearKind, asking: ['plays:0003', 'songs:0007'] }
      await using here = await openSmallStore()
      const expected = await takePath(here, profiles, path)
      const place = await projectPlace(real().local, { search })
      try {
        assert.deepEqual(await takePath(await place.open(), profiles, path), expected)
      } finally {
        await place.remove()
      }
    })

  test('a broker that is killed during an import holds it up, and nothing is lost or there twice', async (t) => {
    await importing(t, real(), async () => {
      await real().kafka.kill()
      await sleep(2_000)
      await real().kafka.start()
    })
  })

  test('an OpenSearch that is killed while listeners are described has all of them', async (t) => {
    const { local, search } = real()
    const folder = await temporaryFolder(t)
    const input = await lastfmFolder(join(folder, 'lastfm'), 120)
    const place = await newPlace(t, real())
    const common = ['--data', join(folder, 'machine'), '--store', place.url]
    assertDone(await consonance(['import', input, ...common]))
    const from = local.requests.length
    const training = outcome(spawnConsonance(['train', '--kind', 'linear', '--preset', 'quick', ...common]))
    const isDescribing = ({ body }: { readonly body: unknown }) => JSON.stringify(body ?? '').includes('_embeddings_v1')
    while (!local.requests.slice(from).some(isDescribing)) await sleep(10)
    await search.kill()
    await sleep(1_000)
    await search.start()
    assertDone(await training)
    const { store, nearest } = await place.open()
    const { rows } = await store.embeddings(1, { limit: 1 })
    const found = async () => (await nearest!(1, rows[0]!.vector, 1_000)).length
    while ((await found()) < 120) await sleep(100)
    assert.equal(await found(), 120)
    place.assertRecorded(place.machines[0]!)
  })

  test('an import and a server that lose the network for 30 s go on, and nothing is lost or there twice', async (t) => {
    const { local } = real()
    const place = await newPlace(t, real())
    const others = playedArtists(40)
    const served = ['--data', join(await temporaryFolder(t), 'served'), '--store', place.url]
    await withStore(served[1]!, (store) => store.putProfiles(others), place.url)
    assertDone(await consonance(['train', '--kind', 'linear', '--preset', 'quick', ...served]))
    await using server = await serve(served)
    const visitor = new ServedVisitor(server)
    const { profile } = await visitor.job({ from: 'text', text: others[3]!.id })
    const ask = async () => (await visitor.ask(`/v1/profiles/${profile}/matches`, { body: {} })).status
    assert.equal(await ask(), 200)
    const disturb = async () => {
      local.faults.cut()
      const asked = ask()
      await sleep(30_000)
      local.faults.restore()
      // It was answered late, or with a problem.
      const status = await asked
      assert.ok(status === 200 || status >= 500, `${status}`)
    }
    await importing(t, real(), disturb, { place, others })
    assert.equal(await ask(), 200)
  })
}

async function newPlace(t: TestContext, { local }: RealHopsworks): Promise<ProjectPlace> {
  const place = await projectPlace(local, { search: 'opensearch' })
  t.after(() => place.remove())
  return place
}

/** Imports files as a command does, with something that goes wrong in its middle, and compares with SQLite. */
async function importing(
  t: TestContext,
  real: RealHopsworks,
  disturb: () => Promise<void>,
  { place, others }: { readonly place?: ProjectPlace; readonly others?: readonly Profile[] } = {},
): Promise<void> {
  const { url, assertRecorded } = place ?? (await newPlace(t, real))
  const folder = await temporaryFolder(t)
  const [sqlite, machine] = [join(folder, 'sqlite'), join(folder, 'machine')]
  const inputs = await Promise.all([
    lastfmFolder(join(folder, 'lastfm'), 100),
    playlistFolder(join(folder, 'playlists'), 400),
  ])
  if (others) await withStore(sqlite, (store) => store.putProfiles(others))
  assertDone(await consonance(['import', ...inputs, '--data', sqlite]))
  const before = real.local.messages().length
  const ended = outcome(spawnConsonance(['import', ...inputs, '--data', machine, '--store', url]))
  while (real.local.messages().length < before + 1_000) await sleep(10)
  await disturb()
  assertDone(await ended)
  assert.deepEqual(await withStore(machine, contentOf, url), await withStore(sqlite, contentOf))
  assertRecorded(machine)
}
