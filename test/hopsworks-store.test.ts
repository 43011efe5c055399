import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { listedTracks, openSmallStore, playedArtists } from '../src/pipelines/small-store.ts'
import { projectPlace } from '../src/store/hopsworks/test-project-place.ts'
import { linearKind } from '../src/training/linear-kind.ts'
import { takePath } from './both-stores.ts'
import { startLocalHopsworks } from './hopsworks/fast/start.ts'

const local = await startLocalHopsworks()
after(() => local.close())

test('training, embedding, matching and erasing give the same on Hopsworks as on SQLite, bit for bit', async () => {
  const profiles = [...playedArtists(40), ...listedTracks(30)]
  const path = { kind: linearKind, asking: ['plays:0003', 'songs:0007'] }
  await using world = await openSmallStore()
  const expected = await takePath(world, profiles, path)
  assert.equal(expected.answers.length, 4)
  assert.ok(expected.answers[0]!.includes('"rank":10'))
  for (const search of ['memory', 'opensearch']) {
    const place = await projectPlace(local, { search })
    try {
      const opened = await place.open()
      assert.equal(opened.nearest !== undefined, search === 'opensearch')
      assert.deepEqual(await takePath(opened, profiles, path), expected, search)
      // Another machine, which has nothing but the project.
      const other = await place.open()
      assert.equal((await other.registry.promoted())?.hash, expected.hash)
      assert.deepEqual(await other.registry.files(1), await opened.registry.files(1))
    } finally {
      await place.remove()
    }
  }
})
