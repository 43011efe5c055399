import assert from 'node:assert/strict'
import type { FeatureStore } from '../feature-store.ts'
import { type NewPlace, profileOf, storeTest } from './place.ts'

export function eraseConformance(newPlace: NewPlace): void {
  storeTest('who was erased is not stored again by whoever read them before', newPlace, async (store) => {
    const [first, second] = [profileOf('a:1', [{ artists: ['Low'] }]), profileOf('a:2', [{ artists: ['Can'] }])]
    await store.putProfiles([first])
    const newer = profileOf('a:1', [{ artists: ['Can'] }])
    assert.deepEqual(await store.putProfiles([newer, second], undefined, new Set(['a:1'])), ['changed', 'added'])
    await store.erase('a:1')
    assert.deepEqual(await store.putProfiles([first, second], undefined, new Set(['a:1', 'a:2'])), [
      'gone',
      'unchanged',
    ])
    assert.equal(await store.listener('a:1'), undefined)
    assert.deepEqual(await store.putProfiles([first]), ['added'])
  })

  storeTest('an erased listener is gone from everywhere', newPlace, async (store, _, { registry }) => {
    await store.putProfiles([
      profileOf(
        'a:1',
        [
          { artists: ['Low', 'Rare'], track: 'Rarest' },
          { artists: ['Low'], track: 'Known' },
        ],
        {
          tagged: [{ artist: 'Only Tagged', tags: ['x'] }],
        },
      ),
      profileOf('a:2', [{ artists: ['Low'], track: 'Known' }]),
    ])
    await store.putArtistGenres([
      { name: 'Rare', genres: ['drone'], provenance: { origin: 'research', source: 'x', readAt: 1 } },
    ])
    await store.putCandidates([{ id: 'a:1', foundIn: 'x', foundAt: 1, state: 'read' }])
    const card = { kind: 'linear', trainedAt: 1, hash: 'h', metrics: {}, marks: [], configuration: {} }
    const version = await registry.register(
      card,
      new Map(),
      new Map([
        ['a:1', 'train'],
        ['a:2', 'test'],
      ]),
    )
    const key = (await store.listener('a:1'))?.key as string

    assert.equal(await store.erase('a:1'), true)
    assert.equal(await store.erase('a:1'), false)
    assert.equal(await store.listener('a:1'), undefined)
    assert.equal(await store.listenerByKey(key), undefined)
    assert.equal(await store.profile('a:1', 'keep'), undefined)
    assert.deepEqual((await store.candidates('read')).rows, [])
    assert.deepEqual(await registry.split(version), new Map([['a:2', 'test']]))
    // Only the erased listener had these; what a table told of stays.
    assert.deepEqual(await store.artists(['name:only tagged']), [undefined])
    assert.deepEqual(await store.tracks(['name:low\u0001rarest']), [undefined])
    const [rare, low] = await store.artists(['name:rare', 'name:low'])
    assert.deepEqual([rare?.listeners, low?.listeners], [0, 1])
    assert.equal((await store.tracks(['name:low\u0001known']))[0]?.title, 'Known')
  })

  storeTest('a candidate nobody has read can be erased, too', newPlace, async (store) => {
    await store.putCandidates([
      { id: 'spotify:ann', foundIn: 'search:x', foundAt: 1, state: 'waiting' },
      { id: 'spotify:bob', foundIn: 'followers of spotify:ann', foundAt: 1, state: 'waiting' },
    ])
    assert.equal(await store.erase('spotify:ann'), false)
    assert.deepEqual((await store.candidates('waiting')).rows, [])
  })

  storeTest(
    'who was erased for good is neither stored nor a candidate, until they say so',
    newPlace,
    async (store, place) => {
      const ann = profileOf('spotify:ann', [{ artists: ['Low'] }])
      const candidate = { id: 'spotify:ann', foundIn: 'search:x', foundAt: 1, state: 'waiting' } as const
      await store.putProfiles([ann, profileOf('spotify:bob', [])])
      await store.erase('spotify:bob')
      assert.deepEqual([await store.isBarred('spotify:ann'), await store.isBarred('spotify:bob')], [false, false])
      assert.equal(await store.erase('spotify:ann', { forGood: true }), true)
      assert.equal(await store.isBarred('spotify:Ann'), true)
      assert.equal(await store.isBarred('spotify:bob'), false)
      const others = [profileOf('spotify:ANN', []), profileOf('spotify:bob', [])]
      assert.deepEqual(await store.putProfiles([ann, ...others]), ['gone', 'gone', 'added'])
      assert.equal(await store.putCandidates([candidate, { ...candidate, id: 'spotify:eve' }]), 1)
      assert.deepEqual(
        (await store.candidates('waiting')).rows.map(({ id }) => id),
        ['spotify:eve'],
      )
      if (place.bytes)
        assert.ok(!/ann/i.test((await place.bytes()).toString('latin1').replaceAll(/PLANNER|channel/gi, '')))

      assert.equal(await store.readmit('spotify:ann'), true)
      assert.equal(await store.readmit('spotify:ann'), false)
      assert.deepEqual(await store.putProfiles([ann]), ['added'])
      assert.equal(await store.putCandidates([{ ...candidate, state: 'read' }]), 1)
    },
  )

  storeTest('a person on Spotify is erased however their id is written', newPlace, async (store) => {
    const written = ['spotify:ann', 'spotify:Zoë', 'a:ann']
    await store.putProfiles(written.map((id) => profileOf(id, [{ artists: ['Low'] }])))
    await store.putCandidates(
      [
        { id: 'spotify:ANN', foundIn: 'search:x' },
        { id: 'spotify:eve', foundIn: 'followers of spotify:aNN' },
        { id: 'spotify:bob', foundIn: 'search:x' },
      ].map((candidate) => ({ ...candidate, foundAt: 1, state: 'waiting' })),
    )
    assert.equal(await store.erase('spotify:Ann', { forGood: true }), true)
    assert.equal(await store.erase('spotify:zOË'), true)
    assert.equal(await store.erase('A:ann'), false)
    const left = await Promise.all(written.map((id) => store.listener(id)))
    assert.deepEqual(
      left.map((listener) => listener?.id),
      [undefined, undefined, 'a:ann'],
    )
    assert.deepEqual(
      (await store.candidates('waiting')).rows.map(({ id }) => id),
      ['spotify:bob'],
    )
    assert.deepEqual(await store.putProfiles([profileOf('spotify:ann', [])]), ['gone'])
  })

  storeTest('who was never stored can be kept out as well', newPlace, async (store) => {
    assert.equal(await store.erase('spotify:ann', { forGood: true }), false)
    assert.deepEqual(await store.putProfiles([profileOf('spotify:ann', [])]), ['gone'])
  })

  storeTest('no byte of id or name is left, while others have the store open', newPlace, async (store, place) => {
    if (!place.bytes) return
    const others = [await place.open(), await place.open()]
    // In an order that makes pages of the database split and merge.
    const ids = Array.from({ length: 1500 }, (_, i) => `user:${((i * 7919) % 1500).toString(36).padStart(3, '0')}-wren`)
    const nameOf = (id: string) => `Name of ${id.slice(5)} Zaunkönig`
    for (const changed of [false, true])
      await store.putProfiles(
        ids.map((id) =>
          profileOf(id, [{ artists: [changed ? 'Low' : 'Can'], playlist: `list ${id}` }], { name: nameOf(id) }),
        ),
      )
    const erased = ids.filter((_, i) => i % 300 === 7)
    let done = false
    const polling = others.map(({ store }) => readUntil(store, () => done))
    for (const id of erased) {
      assert.equal(await store.erase(id), true)
      const bytes = (await place.bytes()).toString('latin1')
      for (const text of [id, id.slice(5), nameOf(id), nameOf(id).toLowerCase()])
        assert.ok(!bytes.includes(Buffer.from(text).toString('latin1')), `traces of ${text}`)
    }
    done = true
    await Promise.all(polling)
    assert.equal((await store.counts()).listeners, ids.length - erased.length)
  })
}

async function readUntil(store: FeatureStore, done: () => boolean): Promise<void> {
  while (!done()) {
    await store.profiles('keep', { limit: 50 })
    await store.lastChange()
  }
}
