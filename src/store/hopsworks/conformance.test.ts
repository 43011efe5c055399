import { after, before, describe } from 'node:test'
import type { LocalHopsworks } from '../../../test/hopsworks/fast/local-hopsworks.ts'
import { startLocalHopsworks } from '../../../test/hopsworks/fast/start.ts'
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
})
