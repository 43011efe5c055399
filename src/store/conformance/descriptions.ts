import assert from 'node:assert/strict'
import type { Described, DescriptionRow, FeatureStore } from '../feature-store.ts'
import { scan } from '../scan.ts'
import { type NewPlace, openToAll, profileOf, readAt, storeTest } from './place.ts'

const low = [{ artists: ['Low'] }]
const bytes = (...values: number[]) => Uint8Array.from(values)

async function keysOf(store: FeatureStore, ids: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(ids.map((id) => store.listener(id)))
  return found.map((listener) => listener!.key)
}

async function all(store: FeatureStore, model: number, limit?: number): Promise<readonly Described[]> {
  const rows: Described[] = []
  for await (const row of scan((query) => store.descriptions(model, query), limit)) rows.push(row)
  return rows.sort((a, b) => (a.listener < b.listener ? -1 : 1))
}

export function descriptionConformance(newPlace: NewPlace): void {
  storeTest('descriptions come back as they were put, with the embedding', newPlace, async (store, place) => {
    const ids = ['a:1', 'a:2', 'a:3']
    await store.putProfiles(ids.map((id) => profileOf(id, low)))
    const keys = await keysOf(store, ids)
    const row = (i: number): DescriptionRow => ({
      key: keys[i]!,
      vector: Float32Array.of(0, i),
      terms: bytes(...Array.from({ length: 7 + i }, (_, at) => at)),
      details: new Uint8Array(9000).fill(i),
      madeAt: 10 + i,
    })
    await store.putDescriptions(1, [row(0), row(1), { ...row(2), key: 'nobody' }])
    await store.putDescriptions(2, [row(2)])
    const { store: elsewhere } = await place.open()
    const described = (i: number) => {
      const { details: _, ...rest } = row(i)
      return { ...rest, listener: ids[i], consent: openToAll }
    }
    for (const limit of [1, 2, 100]) assert.deepEqual(await all(elsewhere, 1, limit), [described(0), described(1)])
    assert.deepEqual(await elsewhere.descriptionsOf(1, keys), [described(0), described(1), undefined])
    for (const [i, shown] of (await elsewhere.shownOf(1, keys)).entries()) {
      const { key: _, ...rest } = row(i)
      const expected = { ...rest, listener: await store.listener(ids[i]!) }
      const copies = shown && { terms: Uint8Array.from(shown.terms), details: Uint8Array.from(shown.details) }
      assert.deepEqual(shown && { ...shown, ...copies }, i < 2 ? expected : undefined)
    }
    assert.deepEqual((await elsewhere.embeddingsOf(2, keys))[2]?.vector, row(2).vector)
    // Only what is different is a change, and an older description does not take the place of a newer one's date.
    const before = await store.lastChange()
    await store.putDescriptions(1, [{ ...row(0), madeAt: 20 }])
    await store.putDescriptions(1, [{ ...row(0), madeAt: 5 }])
    assert.equal(await store.lastChange(), before)
    assert.equal((await store.descriptionsOf(1, keys))[0]?.madeAt, 20)
    await store.putDescriptions(1, [{ ...row(0), details: bytes(1) }])
    const news = await store.changes(before)
    assert.deepEqual(
      news.map(({ kind, key }) => [kind, key]),
      [['embedding', keys[0]]],
    )
    assert.equal(await store.dropDescriptions(1), 2)
    assert.deepEqual(await all(elsewhere, 1), [])
    assert.equal((await all(elsewhere, 2)).length, 1)
  })

  storeTest('a description goes with the listener, and is not read when it may not be', newPlace, async (_, place) => {
    let now = readAt
    const { store } = await place.open({ settings: { 'spotify.matching': 'permitted' }, clock: () => now })
    const spotify = { provenance: { origin: 'spotify', source: 'web-api', readAt } } as const
    const ids = ['a:1', 'a:2', 'a:3', 'spotify:ann']
    await store.putProfiles(ids.map((id) => profileOf(id, low, id.startsWith('spotify') ? spotify : {})))
    const keys = await keysOf(store, ids)
    const description = { vector: Float32Array.of(1), terms: bytes(1), details: bytes(2), madeAt: 9 }
    await store.putDescriptions(
      1,
      keys.map((key) => ({ key, ...description })),
    )
    await store.erase('a:1')
    await store.setConsent('a:2', { ...openToAll, findable: false })
    const readable = async () => [
      (await all(store, 1)).map(({ listener }) => listener),
      (await store.descriptionsOf(1, keys)).map((row) => row?.listener),
      (await store.shownOf(1, keys)).map((row) => row !== undefined),
    ]
    assert.deepEqual(await readable(), [
      ['a:3', 'spotify:ann'],
      [undefined, undefined, 'a:3', 'spotify:ann'],
      [false, false, true, true],
    ])
    now += 25 * 3600
    assert.deepEqual(await readable(), [['a:3'], [undefined, undefined, 'a:3', undefined], [false, false, true, false]])
    await store.purgeExpired(now)
    await store.setConsent('a:2', openToAll)
    assert.deepEqual(await store.staleness(1), { described: 2, missing: 0, outdated: 0, beforeCatalogue: 0 })
    const { store: strict } = await place.open({ clock: () => now })
    assert.deepEqual((await all(strict, 1)).length, 2)
  })

  storeTest('who is described no more as they are is named', newPlace, async (store) => {
    const ids = ['a:1', 'a:2', 'a:3', 'a:4']
    await store.putProfiles(ids.map((id) => profileOf(id, low)))
    const keys = await keysOf(store, ids)
    await store.setConsent('a:4', { ...openToAll, findable: false })
    const stale = async (catalogue = false, limit = 100) => {
      const found: string[] = []
      for await (const key of scan((query) => store.stale(1, { ...query, catalogue }), limit)) found.push(key)
      assert.deepEqual(found, found.toSorted())
      return found.map((key) => ids[keys.indexOf(key)]).sort()
    }
    assert.deepEqual(await stale(), ['a:1', 'a:2', 'a:3'])
    assert.deepEqual(await stale(false, 1), ['a:1', 'a:2', 'a:3'])
    const put = async (i: number) => {
      const madeAt = await store.lastChange()
      const row = { key: keys[i]!, vector: Float32Array.of(1), terms: bytes(1), details: bytes(2), madeAt }
      await store.putDescriptions(1, [row])
    }
    await put(0)
    await put(1)
    assert.deepEqual(await stale(), ['a:3'])
    await store.putProfiles([profileOf('a:2', [{ artists: ['Can'] }])])
    assert.deepEqual(await stale(), ['a:2', 'a:3'])
    await store.setConsent('a:1', { ...openToAll, showName: false })
    assert.deepEqual(await stale(true), ['a:2', 'a:3'])
    const provenance = { origin: 'research', source: 'x', readAt } as const
    await store.putArtistGenres([{ name: 'Low', genres: ['slowcore'], provenance }])
    assert.deepEqual(await stale(), ['a:2', 'a:3'])
    assert.deepEqual(await stale(true), ['a:1', 'a:2', 'a:3'])
    assert.deepEqual(await store.staleness(1), { described: 2, missing: 1, outdated: 1, beforeCatalogue: 2 })
    for (const i of [0, 1, 2]) await put(i)
    assert.deepEqual(await stale(true), [])
    assert.deepEqual(await store.refreshes(), [])
    await store.noteRefresh({ model: 1, at: 5, described: 7 })
    await store.noteRefresh({ model: 1, at: 6, described: 0 })
    assert.deepEqual(await store.refreshes(), [{ model: 1, at: 6, described: 0 }])
    await store.dropDescriptions(1)
    assert.deepEqual(await store.refreshes(), [])
  })

  storeTest('listeners without what they listen to', newPlace, async (store) => {
    const ids = ['a:1', 'a:2', 'a:3']
    await store.putProfiles(ids.map((id) => profileOf(id, low)))
    await store.setConsent('a:2', { ...openToAll, train: false })
    for (const limit of [1, 2, 100]) {
      const found: string[] = []
      for await (const { id } of scan((query) => store.listeners('train', query), limit)) found.push(id)
      assert.deepEqual(found, ['a:1', 'a:3'])
    }
    assert.deepEqual((await store.listeners('keep')).rows[1], await store.listener('a:2'))
  })
}
