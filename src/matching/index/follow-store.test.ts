import assert from 'node:assert/strict'
import { test } from 'node:test'
import { profileOf, readAt } from '../../store/conformance/place.ts'
import type { FeatureStore } from '../../store/feature-store.ts'
import { type FolderPlace, folderPlace } from '../../store/sqlite/folder-place.ts'
import { consentFlags, StoreFollower } from './follow-store.ts'
import { ReferenceIndex } from './reference-index.ts'

const all = consentFlags.findable | consentFlags.showName | consentFlags.showTracks | consentFlags.train

async function inPlace(run: (place: FolderPlace) => Promise<void>): Promise<void> {
  const place = await folderPlace()
  try {
    await run(place)
  } finally {
    await place.remove()
  }
}

function unit(dimension: number): Float32Array {
  return Float32Array.from({ length: 16 }, (_, d) => (d === dimension ? 1 : 0))
}

async function fill(store: FeatureStore, ids: readonly string[]): Promise<Map<string, string>> {
  await store.putProfiles(ids.map((id) => profileOf(id, [{ artists: ['Low'] }])))
  const keys = new Map<string, string>()
  for (const id of ids) keys.set(id, (await store.listener(id))!.key)
  await store.putEmbeddings(
    1,
    ids.map((id, i) => ({ key: keys.get(id)!, vector: unit(i) })),
  )
  return keys
}

test('what other processes write is in the next query', () =>
  inPlace(async (place) => {
    const { store } = await place.open()
    const { store: elsewhere } = await place.open()
    const keys = await fill(store, ['a:1', 'a:2', 'a:3'])
    const follower = await StoreFollower.start(elsewhere, 1, new ReferenceIndex(16))
    const found = async () => {
      await follower.sync()
      return follower.index.nearest(unit(0), { k: 9 }).map(({ listener, similarity }) => [listener, similarity])
    }
    assert.deepEqual(await found(), [
      ['a:1', 1],
      ['a:2', 0],
      ['a:3', 0],
    ])
    assert.equal(await follower.sync(), 0)

    await store.putEmbeddings(1, [{ key: keys.get('a:3')!, vector: unit(0) }])
    await store.erase('a:2')
    assert.deepEqual(await found(), [
      ['a:1', 1],
      ['a:3', 1],
    ])

    // A profile without an embedding is not there yet; another model's embeddings don't count.
    await store.putProfiles([profileOf('a:4', [{ artists: ['Low'] }])])
    const key = (await store.listener('a:4'))!.key
    await store.putEmbeddings(2, [{ key, vector: unit(0) }])
    assert.equal((await found()).length, 2)
    await store.putEmbeddings(1, [{ key, vector: unit(0) }])
    assert.deepEqual((await found()).at(-1), ['a:4', 1])
  }))

test('consent is flags, the other bits stay, and who is not findable is not there', () =>
  inPlace(async (place) => {
    const { store } = await place.open()
    const keys = await fill(store, ['a:1', 'a:2'])
    const { index, ...follower } = await start(store)
    const key = keys.get('a:1')!
    assert.equal(index.flags(key), all)
    index.setFlags(key, all | 32)
    await store.setConsent('a:1', { findable: true, showName: false, showTracks: true, train: false })
    await follower.sync()
    assert.equal(index.flags(key), consentFlags.findable | consentFlags.showTracks | 32)
    await store.setConsent('a:1', { findable: false, showName: false, showTracks: true, train: false })
    await follower.sync()
    assert.deepEqual([...index.keys()], [keys.get('a:2')])
  }))

test('content that expires is gone at that time, before anything is purged', () =>
  inPlace(async (place) => {
    let now = readAt
    const clock = () => now
    const { store } = await place.open({ settings: { 'spotify.matching': 'permitted' }, clock })
    await store.putProfiles([
      profileOf('spotify:ann', [{ artists: ['Low'] }], {
        provenance: { origin: 'spotify', source: 'web-api', readAt },
      }),
    ])
    const { key } = (await store.listener('spotify:ann'))!
    await store.setConsent('spotify:ann', { findable: true, showName: false, showTracks: false, train: true })
    await store.putEmbeddings(1, [{ key, vector: unit(0) }])
    const follower = await StoreFollower.start(store, 1, new ReferenceIndex(16), { clock })
    assert.equal(follower.index.size, 1)
    now += 24 * 3600
    await follower.sync()
    assert.equal(follower.index.size, 0)
  }))

test('calls at once are answered in turn, each with everything before it', () =>
  inPlace(async (place) => {
    const { store } = await place.open()
    const keys = await fill(store, ['a:1', 'a:2', 'a:3'])
    const { index, ...follower } = await start(store)
    const written: Promise<void>[] = []
    for (const [i, key] of [...keys.values()].entries()) {
      written.push(
        store.putEmbeddings(1, [{ key, vector: unit(i + 5) }]).then(async () => {
          await follower.sync()
          assert.deepEqual(index.get(key)?.vector, unit(i + 5))
        }),
      )
    }
    await Promise.all(written)
  }))

async function start(store: FeatureStore) {
  const follower = await StoreFollower.start(store, 1, new ReferenceIndex(16))
  return { index: follower.index, sync: () => follower.sync() }
}
