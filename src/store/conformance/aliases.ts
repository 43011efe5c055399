import assert from 'node:assert/strict'
import type { Item } from '../../taste/item.ts'
import type { FeatureStore } from '../feature-store.ts'
import { keysOf, type NewPlace, profileOf, research, storeTest } from './place.ts'

export function aliasConformance(newPlace: NewPlace): void {
  storeTest('names meet in their normalised form, in all scripts', newPlace, async (store) => {
    const spellings = ['Sigur Rós', 'SIGUR ROS', 'sigur rós.']
    for (const [i, name] of spellings.entries())
      assert.deepEqual(await artistsOf(store, `a:${i}`, { artists: [name] }), ['name:sigur ros'])
    assert.deepEqual(await artistsOf(store, 'a:hi', { artists: ['लता', 'แมว', 'தமிழ்'] }), [
      'name:लता',
      'name:แมว',
      'name:தமிழ்',
    ])
    assert.deepEqual(await store.artists(['name:sigur ros']), [
      { key: 'name:sigur ros', name: 'Sigur Rós', listeners: 3 },
    ])
  })

  storeTest('an artist known by name adopts the first id of each source', newPlace, async (store) => {
    await artistsOf(store, 'a:1', { artists: ['Low'] })
    assert.deepEqual(await artistsOf(store, 'a:2', item('LOW', { spotify: 's1' })), ['name:low'])
    assert.deepEqual(await artistsOf(store, 'a:3', item('Low', { mbid: 'm1' })), ['name:low'])
    // From then on the ids alone suffice, under whatever name.
    assert.deepEqual(await artistsOf(store, 'a:4', item('Low (US)', { spotify: 's1' })), ['name:low'])
    assert.deepEqual(await artistsOf(store, 'a:5', item('L.', { mbid: 'm1' })), ['name:low'])
    assert.deepEqual(await artistsOf(store, 'a:6', { artists: ['low us'] }), ['name:low'])
    assert.equal((await store.counts()).artists, 1)
  })

  storeTest('two ids of one source never merge; the name goes to the more frequent', newPlace, async (store) => {
    await artistsOf(store, 'a:1', item('Nirvana', { spotify: 'us' }))
    assert.deepEqual(await artistsOf(store, 'a:2', item('Nirvana', { spotify: 'uk' })), ['spotify:uk'])
    // One listener each: the key that comes first.
    assert.deepEqual(await artistsOf(store, 'a:3', { artists: ['nirvana'] }), ['spotify:uk'])
    await artistsOf(store, 'a:4', item('Nirvana', { spotify: 'us' }))
    await artistsOf(store, 'a:5', item('Nirvana', { spotify: 'us' }))
    assert.deepEqual(await artistsOf(store, 'a:6', { artists: ['Nirvana'] }), ['spotify:us'])
    const [us, uk] = await store.artists(['spotify:us', 'spotify:uk'])
    assert.deepEqual([us?.listeners, uk?.listeners], [4, 2])
  })

  storeTest('a weaker id does not bring two stronger ones together', newPlace, async (store) => {
    await artistsOf(store, 'a:1', item('Air', { spotify: 's1', mbid: 'm' }))
    assert.deepEqual(await artistsOf(store, 'a:2', item('Air', { spotify: 's2', mbid: 'm' })), ['spotify:s2'])
    assert.deepEqual(await artistsOf(store, 'a:3', item('Other', { mbid: 'm' })), ['spotify:s1'])
    assert.deepEqual(await artistsOf(store, 'a:4', item('Air', { mbid: 'n' })), ['spotify:s2'])
    assert.deepEqual(await artistsOf(store, 'a:5', item('x', { mbid: 'n' })), ['spotify:s2'])
  })

  storeTest(
    'a new id does not adopt the artist of another id, but may adopt an id-less one of the name',
    newPlace,
    async (store) => {
      await artistsOf(store, 'a:1', item('Twin', { spotify: 's1' }))
      await artistsOf(store, 'a:2', item('Twin', { spotify: 's2' }))
      assert.deepEqual(await artistsOf(store, 'a:3', item('Twin', { mbid: 'm1' })), ['spotify:s1'])
      assert.deepEqual(await artistsOf(store, 'a:4', item('Twin', { mbid: 'm2' })), ['spotify:s2'])
      assert.deepEqual(await artistsOf(store, 'a:5', item('Twin', { mbid: 'm3' })), ['mbid:m3'])
    },
  )

  storeTest('tracks: ids win, then artist and title; takes of a song stay apart', newPlace, async (store) => {
    const track = async (id: string, rest: Omit<Item, 'artists'>) => {
      await store.putProfiles([profileOf(id, [{ artists: ['Low'], ...rest }])])
      return (await keysOf(store, id)).track
    }
    assert.equal(await track('a:1', { track: 'Sunflower' }), 'name:low\u0001sunflower')
    assert.equal(await track('a:2', { track: 'SUNFLOWER', ids: { isrc: 'US1' } }), 'name:low\u0001sunflower')
    assert.equal(await track('a:3', { track: 'x', ids: { isrc: 'US1' } }), 'name:low\u0001sunflower')
    assert.equal(await track('a:4', { track: 'Sunflower', ids: { spotify: 's1' } }), 'name:low\u0001sunflower')
    assert.equal(await track('a:5', { track: 'Sunflower', ids: { spotify: 's2', isrc: 'US1' } }), 'spotify:s2')
    assert.equal(await track('a:6', { track: 'Sunflower - Live' }), 'name:low\u0001sunflower live')
    assert.equal(await track('a:7', { ids: { mbid: 'm' } }), 'mbid:m')
    assert.equal(await track('a:8', {}), undefined)
    assert.deepEqual((await store.tracks(['name:low\u0001sunflower']))[0]?.ids, { isrc: 'US1', spotify: 's1' })
  })

  storeTest('a track learns what later items know of it', newPlace, async (store) => {
    const ids = { spotify: 't' }
    await store.putProfiles([profileOf('a:1', [{ artists: ['Low'], ids }])])
    await store.putProfiles([
      profileOf('a:2', [{ artists: ['Low', 'Can'], track: 'One', album: 'A', year: 1999, ids }]),
    ])
    await store.putProfiles([profileOf('a:3', [{ artists: ['Low'], track: 'Two', album: 'B', year: 2000, ids }])])
    assert.deepEqual(await store.tracks(['spotify:t']), [
      { key: 'spotify:t', title: 'One', artists: ['name:low', 'name:can'], album: 'A', year: 1999, ids },
    ])
    // What an item said of the artists stays with its listener.
    assert.deepEqual(await keysOf(store, 'a:1'), { artists: ['name:low'], track: 'spotify:t' })
  })

  storeTest('names that are unfit for files and queries come through', newPlace, async (store) => {
    const names = ["'; DROP TABLE artists; --", 'a\u0000b', '%', '\\', '"', 'x'.repeat(5000), '🦉', '\ud800']
    await store.putProfiles([
      profileOf(
        'a:1',
        names.map((name) => ({ artists: [name] })),
      ),
    ])
    const profile = await store.profile('a:1', 'keep')
    const keys = profile?.playlists[0]?.entries.map(({ artists }) => artists[0] as string) ?? []
    assert.equal(new Set(keys).size, names.length)
    assert.equal((await store.artists(keys)).filter(Boolean).length, names.length)
    assert.deepEqual(
      await store.resolve(names.map((name) => ({ artists: [name] }))),
      keys.map((key) => ({ artists: [key] })),
    )
  })

  storeTest('tags count as listening for nobody, but keep their artist', newPlace, async (store) => {
    const tagged = [{ artist: 'Can', tags: ['kraut'] }]
    await store.putProfiles([profileOf('a:1', [{ artists: ['Low'] }], { tagged })])
    assert.equal((await store.artists(['name:can']))[0]?.listeners, 0)
    await store.putProfiles([profileOf('a:1', [{ artists: ['Can'] }], { tagged: [], provenance: research })])
    assert.equal((await store.artists(['name:can']))[0]?.listeners, 1)
    assert.deepEqual(await store.artists(['name:low']), [undefined])
  })
}

function item(name: string, ids: { spotify?: string; mbid?: string }): Item {
  return { artists: [name], artistIds: [ids] }
}

async function artistsOf(store: FeatureStore, id: string, only: Item) {
  await store.putProfiles([profileOf(id, [only])])
  return (await keysOf(store, id)).artists
}
