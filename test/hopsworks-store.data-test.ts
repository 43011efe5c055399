/** Five hundred simulated listeners and the network, from profiles to matches, on both stores. In `test:data` for its length. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { simulatedId, simulatedProfile } from '../simulator/profiles.ts'
import { createWorld } from '../simulator/world/world.ts'
import { openSmallStore } from '../src/pipelines/small-store.ts'
import { projectPlace } from '../src/store/hopsworks/test-project-place.ts'
import { twoTowerKind } from '../src/training/network/two-tower-kind.ts'
import { takePath } from './both-stores.ts'
import { startLocalHopsworks } from './hopsworks/fast/start.ts'

const local = await startLocalHopsworks()
after(() => local.close())

test('500 simulated listeners are matched the same on Hopsworks as on SQLite', async () => {
  const world = createWorld({ seed: 7, listeners: 500 })
  const profiles = Array.from({ length: 500 }, (_, i) => simulatedProfile(world, i, 1_700_000_000))
  const path = { kind: twoTowerKind, asking: [3, 77, 401].map((i) => simulatedId(world, i)) }
  await using here = await openSmallStore()
  const expected = await takePath(here, profiles, path)
  const place = await projectPlace(local)
  try {
    assert.deepEqual(await takePath(await place.open(), profiles, path), expected)
  } finally {
    await place.remove()
  }
})
