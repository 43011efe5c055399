import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { assertDone, consonance } from './command-line.ts'
import { catalogueFolder, lastfmFolder, playlistFolder, temporaryFolder } from './fixtures.ts'
import { contentOf, withStore } from './store-content.ts'

test('processes that import at once into a folder do what they would do one after the other', async (t) => {
  const folder = await temporaryFolder(t)
  const lastfm = await lastfmFolder(join(folder, 'lastfm'), 60)
  const playlists = await playlistFolder(join(folder, 'playlists'), 60, 20)
  const catalogue = await catalogueFolder(join(folder, 'catalogue'), 20)
  const imported = async (data: string, ...inputs: readonly string[]) =>
    JSON.parse(assertDone(await consonance(['import', ...inputs, '--data', join(folder, data), '--json'])))

  for (const input of [lastfm, playlists, catalogue]) await imported('in-turn', input)
  await Promise.all([
    imported('at-once', lastfm),
    imported('at-once', playlists, catalogue),
    imported('at-once', playlists),
  ])
  const inTurn = await withStore(join(folder, 'in-turn'), contentOf)
  const atOnce = await withStore(join(folder, 'at-once'), contentOf)
  assert.equal(inTurn.profiles.size, 120)
  assert.deepEqual(atOnce, inTurn)
})
