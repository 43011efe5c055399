import assert from 'node:assert/strict'
import type { Embedding } from '../feature-store.ts'
import { scan } from '../scan.ts'
import { type NewPlace, openToAll, profileOf, storeTest } from './place.ts'

const low = [{ artists: ['Low'] }]

export function relationsConformance(newPlace: NewPlace): void {
  storeTest('friends: each pair once, unknown listeners left out', newPlace, async (store) => {
    await store.putProfiles(['a:1', 'a:2', 'a:3', 'a:4'].map((id) => profileOf(id, low)))
    const links = [
      ['a:2', 'a:1'],
      ['a:1', 'a:2'],
      ['a:3', 'a:1'],
      ['a:3', 'a:3'],
      ['a:1', 'a:9'],
      ['a:4', 'a:3'],
    ] as const
    assert.equal(await store.putFriends(links), 3)
    assert.equal(await store.putFriends(links), 0)
    const pairs = [
      ['a:1', 'a:2'],
      ['a:1', 'a:3'],
      ['a:3', 'a:4'],
    ]
    for (const limit of [1, 2, 3, 100]) {
      const all: (readonly [string, string])[] = []
      for await (const pair of scan((query) => store.friends('keep', query), limit)) all.push(pair)
      assert.deepEqual(all, pairs)
    }
    // A profile that changes keeps its friends.
    await store.putProfiles([profileOf('a:1', [{ artists: ['Can'] }])])
    assert.deepEqual((await store.friends('match')).rows, pairs)
    await store.erase('a:1')
    assert.deepEqual((await store.friends('keep')).rows, [['a:3', 'a:4']])
  })

  storeTest('candidates: new once, and what has become of them', newPlace, async (store) => {
    const candidate = (id: string, state: 'waiting' | 'read' | 'failed' = 'waiting') => ({
      id: `spotify:${id}`,
      foundIn: `search:${id}`,
      foundAt: 12.5,
      state,
    })
    assert.equal(await store.putCandidates([candidate('b'), candidate('a'), candidate('c'), candidate('b')]), 3)
    assert.equal(await store.putCandidates([candidate('a', 'read'), candidate('c', 'failed')]), 0)
    // Found again: it has been read all the same.
    assert.equal(await store.putCandidates([candidate('a'), candidate('b')]), 0)
    assert.deepEqual((await store.candidates('waiting')).rows, [candidate('b')])
    assert.deepEqual((await store.candidates('read')).rows, [candidate('a', 'read')])
    assert.equal(await store.putCandidates([candidate('d'), candidate('e')]), 2)
    const all: string[] = []
    for await (const { id } of scan((query) => store.candidates('waiting', query), 1)) all.push(id)
    assert.deepEqual(all, ['spotify:b', 'spotify:d', 'spotify:e'])
    const { candidates, candidatesWaiting } = await store.counts()
    assert.deepEqual([candidates, candidatesWaiting], [5, 3])
  })

  storeTest('embeddings: one for each listener and model', newPlace, async (store) => {
    await store.putProfiles(['a:2', 'a:1', 'a:3'].map((id) => profileOf(id, low)))
    const key = async (id: string) => (await store.listener(id))?.key as string
    const vector = (...values: number[]) => Float32Array.from(values)
    await store.putEmbeddings(1, [
      { key: await key('a:2'), vector: vector(0.6, 0.8) },
      { key: await key('a:1'), vector: vector(1, 0) },
      { key: 'nobody', vector: vector(0, 1) },
    ])
    await store.putEmbeddings(2, [{ key: await key('a:1'), vector: vector(0, 0, 1).subarray(0, 3) }])
    const one = { key: await key('a:1'), listener: 'a:1', vector: vector(1, 0), consent: openToAll }
    const two = { key: await key('a:2'), listener: 'a:2', vector: vector(0.6, 0.8), consent: openToAll }
    const all = async (model: number, limit?: number) => {
      const rows: Embedding[] = []
      for await (const row of scan((query) => store.embeddings(model, query), limit)) rows.push(row)
      return rows.sort((a, b) => (a.listener < b.listener ? -1 : 1))
    }
    for (const limit of [1, 2, 3, 100]) assert.deepEqual(await all(1, limit), [one, two])
    await store.putEmbeddings(1, [{ key: one.key, vector: vector(0, -1) }])
    assert.deepEqual((await all(1))[0]?.vector, vector(0, -1))
    assert.deepEqual((await all(2))[0]?.vector, vector(0, 0, 1))
    await store.erase('a:1')
    assert.deepEqual(await all(1), [two])
    assert.deepEqual(await all(2), [])
  })

  storeTest('embeddings of some, as they are now', newPlace, async (store, place) => {
    await store.putProfiles(['a:1', 'a:2', 'a:3'].map((id) => profileOf(id, low)))
    const keys: string[] = []
    for (const id of ['a:1', 'a:2', 'a:3']) keys.push((await store.listener(id))?.key as string)
    const vector = Float32Array.of(0, 1)
    await store.putEmbeddings(
      1,
      keys.slice(0, 2).map((key) => ({ key, vector })),
    )
    const { store: elsewhere } = await place.open()
    const found = async () =>
      (await elsewhere.embeddingsOf(1, [...keys, 'nobody'])).map((row) => row && { ...row, key: keys.indexOf(row.key) })
    const one = { key: 0, listener: 'a:1', vector, consent: openToAll }
    const two = { key: 1, listener: 'a:2', vector, consent: openToAll }
    assert.deepEqual(await found(), [one, two, undefined, undefined])
    assert.deepEqual(await elsewhere.embeddingsOf(2, keys), [undefined, undefined, undefined])
    const shy = { ...openToAll, showName: false, train: false }
    await store.setConsent('a:1', shy)
    await store.setConsent('a:2', { ...openToAll, findable: false })
    assert.deepEqual(await found(), [{ ...one, consent: shy }, undefined, undefined, undefined])
    await store.erase('a:1')
    assert.deepEqual(await found(), [undefined, undefined, undefined, undefined])
  })

  storeTest('the change sequence is followed from another process', newPlace, async (store, place) => {
    const { store: follower } = await place.open()
    await store.putProfiles([profileOf('a:1', low), profileOf('a:2', low)])
    const [one, two] = [await store.listener('a:1'), await store.listener('a:2')].map((found) => found?.key as string)
    const seen = await follower.changes(0)
    assert.deepEqual(
      seen.map(({ kind, key }) => [kind, key]),
      [
        ['profile', one],
        ['profile', two],
      ],
    )
    assert.ok(seen.every(({ seq }, i) => seq > (seen[i - 1]?.seq ?? 0)))
    const last = await follower.lastChange()
    assert.equal(last, seen.at(-1)?.seq)
    await follower.putEmbeddings(1, [{ key: one as string, vector: Float32Array.of(1) }])
    await store.putProfiles([profileOf('a:1', [{ artists: ['Can'] }])])
    await store.erase('a:2')
    assert.deepEqual(
      (await follower.changes(last)).map(({ kind, key }) => [kind, key]),
      [
        ['embedding', one],
        ['profile', one],
        ['erased', two],
      ],
    )
    assert.deepEqual(
      (await follower.changes(last, 1)).map(({ kind }) => kind),
      ['embedding'],
    )
    // Nothing but random keys: no id, and nothing of what the erased listener did.
    assert.equal((await follower.changes(0)).filter(({ key }) => key === two).length, 1)
    assert.ok(!JSON.stringify(await follower.changes(0)).includes('a:'))
    // Numbers are not used twice, whatever is erased.
    const end = await store.lastChange()
    await store.erase('a:1')
    await store.putProfiles([profileOf('a:1', low)])
    const fresh = await follower.changes(end)
    assert.deepEqual(
      fresh.map(({ kind }) => kind),
      ['erased', 'profile'],
    )
    assert.notEqual(fresh[1]?.key, one)
  })

  storeTest('counts say what is stored', newPlace, async (store) => {
    await store.putProfiles([
      profileOf('a:1', [{ artists: ['Low', 'Can'], track: 'A', playlist: 'p' }, { artists: ['Low'] }]),
      profileOf('b:1', low, { provenance: { origin: 'own-export', source: 'exportify', readAt: 1 } }),
    ])
    assert.deepEqual(await store.counts(), {
      listeners: 2,
      playlists: 3,
      entries: 3,
      tracks: 1,
      tracksWithAudio: 0,
      artists: 2,
      artistsWithGenres: 0,
      candidates: 0,
      candidatesWaiting: 0,
      bySource: [
        { origin: 'own-export', source: 'exportify', listeners: 1 },
        { origin: 'research', source: 'lastfm-2k', listeners: 1 },
      ],
    })
  })
}
