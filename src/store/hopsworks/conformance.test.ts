import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import type { LocalHopsworks } from '../../../test/hopsworks/fast/local-hopsworks.ts'
import { startLocalHopsworks } from '../../../test/hopsworks/fast/start.ts'
import { profileOf, storeTest } from '../conformance/place.ts'
import { featureStoreConformance, modelRegistryConformance } from '../conformance.ts'
import { projectPlace } from './test-project-place.ts'

describe('on a local Hopsworks', { concurrency: 3 }, () => {
  let local: LocalHopsworks
  before(async () => {
    local = await startLocalHopsworks()
  })
  after(() => local.close())

  featureStoreConformance('Hopsworks', () => projectPlace(local))
  modelRegistryConformance('Hopsworks', () => projectPlace(local))
  storeTest(
    'another machine has it all by SQL',
    () => projectPlace(local, { reads: 'sql' }),
    async (store, place) => {
      const ids = ['a', 'b', 'c']
      const item = (id: string) => ({ artists: [`Band ${id}`, 'Zoë'], track: id })
      await store.putProfiles(ids.map((id) => profileOf(id, [item(id)])))
      await store.erase('b')
      const { store: other } = await place.open()
      for (const id of ids) assert.deepEqual(await other.profile(id, 'keep'), await store.profile(id, 'keep'))
      assert.ok(local.requests.some(({ path }) => path.endsWith('/onlinefeaturestore')))
    },
  )
})
