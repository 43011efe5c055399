import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Item } from '../../taste/item.ts'
import type { Entry } from '../../taste/playlist.ts'
import type { StoredProfile } from '../feature-store.ts'
import { scan } from '../scan.ts'
import { type NewPlace, openToAll, profileOf, readAt, research, storeTest } from './place.ts'

export function profilesConformance(newPlace: NewPlace): void {
  storeTest('a profile comes back whole', newPlace, async (store) => {
    const consent = { findable: true, showName: false, showTracks: true, train: false }
    const provenance = { origin: 'own-export', source: 'spotify-export', readAt, expiresAt: readAt + 1e9 } as const
    const outcomes = await store.putProfiles([
      {
        id: 'file:ｱ/1',
        name: 'Zoë 🦉',
        url: 'https://example.org/zoë',
        provenance,
        consent,
        items: [
          { artists: ['Björk', 'Arca'], track: 'Utopia', ids: { spotify: 'u1' }, playlist: 'नींद', plays: 3 },
          { artists: ['แมว'], playlist: 'नींद', addedAt: '2021-02-03T04:05:06Z' },
          { artists: ['林檎'], track: '本能', plays: 352_698, lastPlayedAt: '2022-02-03 04:05' },
        ],
        tagged: [{ artist: 'BJORK', tags: ['icelandic', 'weird'] }],
      },
    ])
    assert.deepEqual(outcomes, ['added'])
    const profile = (await store.profile('file:ｱ/1', 'keep')) as StoredProfile
    assert.match(profile.listener.key, /^[\w-]{12,}$/)
    assert.deepEqual(profile, {
      listener: {
        id: 'file:ｱ/1',
        key: profile.listener.key,
        name: { value: 'Zoë 🦉', provenance },
        url: { value: 'https://example.org/zoë', provenance },
        provenance,
        consent,
      },
      playlists: [
        {
          name: 'नींद',
          provenance,
          entries: [
            { artists: ['name:bjork', 'name:arca'], track: 'spotify:u1', plays: 3 },
            { artists: ['name:แมว'], addedAt: 1612325106 },
          ],
        },
        {
          provenance,
          entries: [{ artists: ['name:林檎'], track: 'name:林檎\u0001本能', plays: 352_698, lastPlayedAt: 1643861100 }],
        },
      ],
      tagged: [{ artist: 'name:bjork', tags: ['icelandic', 'weird'] }],
    })
    assert.deepEqual(await store.listener('file:ｱ/1'), profile.listener)
    assert.deepEqual(await store.listenerByKey(profile.listener.key), profile.listener)
    assert.deepEqual((await store.profiles('keep')).rows, [profile])
    assert.deepEqual(await store.tracks(['spotify:u1', 'name:林檎\u0001本能', 'spotify:nobody']), [
      { key: 'spotify:u1', title: 'Utopia', artists: ['name:bjork', 'name:arca'], ids: { spotify: 'u1' } },
      { key: 'name:林檎\u0001本能', title: '本能', artists: ['name:林檎'], ids: {} },
      undefined,
    ])
    assert.deepEqual(await store.artists(['name:nobody', 'name:bjork']), [
      undefined,
      { key: 'name:bjork', name: 'Björk', listeners: 1 },
    ])
  })

  storeTest('what nobody has stored is undefined or empty', newPlace, async (store) => {
    assert.equal(await store.listener('lastfm-2k:1'), undefined)
    assert.equal(await store.listenerByKey('x'), undefined)
    assert.equal(await store.profile('lastfm-2k:1', 'keep'), undefined)
    assert.deepEqual(await store.profiles('keep'), { rows: [] })
    assert.deepEqual(await store.friends('keep'), { rows: [] })
    assert.deepEqual(await store.embeddings(1), { rows: [] })
    assert.deepEqual(await store.candidates('waiting'), { rows: [] })
    assert.deepEqual(await store.changes(0), [])
    assert.equal(await store.lastChange(), 0)
    assert.deepEqual(await store.putProfiles([]), [])
    assert.equal((await store.counts()).listeners, 0)
  })

  storeTest('putting a profile again changes nothing, whenever it was read', newPlace, async (store, place) => {
    const items = [{ artists: ['Low'], track: 'Sunflower', playlist: 'a' }, { artists: ['Low'] }]
    const tagged = [{ artist: 'Low', tags: ['slow'] }]
    await store.putProfiles([profileOf('lastfm-2k:1', items, { tagged }), profileOf('lastfm-2k:2', [])])
    const before = [await store.profile('lastfm-2k:1', 'keep'), await store.lastChange(), await store.counts()]
    const later = { ...research, readAt: readAt + 86_400 }
    const again = [
      profileOf('lastfm-2k:1', items, { tagged, provenance: later }),
      profileOf('lastfm-2k:2', [], { provenance: later }),
    ]
    assert.deepEqual(await store.putProfiles(again), ['unchanged', 'unchanged'])
    const other = await place.open()
    assert.deepEqual(await other.store.putProfiles(again), ['unchanged', 'unchanged'])
    assert.deepEqual(
      [await store.profile('lastfm-2k:1', 'keep'), await store.lastChange(), await store.counts()],
      before,
    )
  })

  storeTest('a changed profile replaces the former one and keeps key and consent', newPlace, async (store) => {
    const consent = { findable: false, showName: false, showTracks: false, train: false }
    await store.putProfiles([profileOf('lastfm-2k:1', [{ artists: ['Low'], playlist: 'a' }], { consent })])
    const key = (await store.listener('lastfm-2k:1'))?.key
    const changed = profileOf('lastfm-2k:1', [{ artists: ['Can'], playlist: 'b' }], { consent: openToAll, name: 'Ann' })
    assert.deepEqual(await store.putProfiles([changed, changed]), ['changed', 'unchanged'])
    const profile = await store.profile('lastfm-2k:1', 'keep')
    assert.equal(profile?.listener.key, key)
    assert.equal(profile?.listener.name?.value, 'Ann')
    assert.deepEqual(profile?.listener.consent, consent)
    assert.deepEqual(
      profile?.playlists.map(({ name, entries }) => [name, entries.map(({ artists }) => artists)]),
      [['b', [['name:can']]]],
    )
    assert.deepEqual(await store.artists(['name:low']), [undefined])
  })

  storeTest('content with a date of expiry that is read again is kept longer', newPlace, async (store) => {
    const put = (at: number) =>
      store.putProfiles([
        profileOf('spotify:ann', [{ artists: ['Low'] }], {
          provenance: { ...research, origin: 'spotify', readAt: at },
        }),
      ])
    await put(readAt)
    assert.equal((await store.listener('spotify:ann'))?.provenance.expiresAt, readAt + 24 * 3600)
    assert.deepEqual(await put(readAt + 3600), ['unchanged'])
    assert.equal((await store.listener('spotify:ann'))?.provenance.expiresAt, readAt + 25 * 3600)
  })

  storeTest('pages come in the byte order of the ids, also from another process', newPlace, async (store, place) => {
    // In UTF-16, the order of JavaScript, the owl would come before the halfwidth letter.
    const ids = ['a:1', 'a:10', 'a:2', 'a:é', 'a:ｱ', 'a:🦉', 'b:0']
    await store.putProfiles(ids.toReversed().map((id) => profileOf(id, [{ artists: ['Low'] }])))
    const first = await store.profiles('keep', { limit: 3 })
    assert.deepEqual(
      first.rows.map(({ listener }) => listener.id),
      ids.slice(0, 3),
    )
    const other = await place.open()
    const rest = await other.store.profiles('keep', {
      limit: 100,
      ...(first.next !== undefined && { after: first.next }),
    })
    assert.deepEqual(
      rest.rows.map(({ listener }) => listener.id),
      ids.slice(3),
    )
    assert.equal(rest.next, undefined)
    for (const limit of [1, 2, 7, 8]) {
      const all: string[] = []
      for await (const { listener } of scan((query) => store.profiles('keep', query), limit)) all.push(listener.id)
      assert.deepEqual(all, ids, `pages of ${limit}`)
    }
  })

  storeTest('many writes at once are all kept', newPlace, async (store) => {
    const ids = Array.from({ length: 300 }, (_, i) => `a:${i}`)
    const outcomes = await Promise.all(ids.map((id) => store.putProfiles([profileOf(id, [{ artists: ['Low'] }])])))
    assert.equal(outcomes.flat().filter((outcome) => outcome === 'added').length, 300)
    const { listeners, entries, artists } = await store.counts()
    assert.deepEqual({ listeners, entries, artists }, { listeners: 300, entries: 300, artists: 1 })
    assert.equal((await store.artists(['name:low']))[0]?.listeners, 300)
  })

  storeTest('items resolve without writing as they do when put', newPlace, async (store) => {
    let n = 0
    const oneOf = (words: readonly string[]) => fc.constantFrom(...words)
    const artist = oneOf(['Low', 'low!', 'Can', 'Zoë', '!!!', 'ライ', ' '])
    const ids = fc.record(
      { spotify: oneOf(['1', '2', '3']), isrc: oneOf(['I', 'J']), mbid: oneOf(['m']) },
      { requiredKeys: [] },
    )
    const artistIds = fc.record({ spotify: oneOf(['x', 'y']), mbid: oneOf(['p', 'q']) }, { requiredKeys: [] })
    const item = fc.record(
      {
        artists: fc.array(artist, { minLength: 1, maxLength: 3 }),
        artistIds: fc.array(fc.option(artistIds), { maxLength: 3 }),
        track: oneOf(['A', 'B (feat. C)', '本能']),
        ids,
        playlist: oneOf(['p', 'q']),
        plays: fc.nat(1000),
        addedAt: fc
          .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
          .map((date) => date.toISOString()),
      },
      { requiredKeys: ['artists'] },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 12 }), async (items) => {
        const before = await store.counts()
        const resolved = await store.resolve(items)
        assert.deepEqual(await store.counts(), before)
        const id = `a:${n++}`
        await store.putProfiles([profileOf(id, items)])
        const stored = (await store.profile(id, 'keep'))?.playlists.map(({ name, entries }) => ({ name, entries }))
        assert.deepEqual(stored, grouped(items, resolved))
        // What is stored resolves to itself, as far as names alone can tell.
        const again = await store.resolve(items.filter(({ ids }) => ids?.spotify))
        assert.deepEqual(
          again.map(({ track }) => track),
          items.flatMap(({ ids }, i) => (ids?.spotify ? [resolved[i]?.track] : [])),
        )
      }),
      { numRuns: 60 },
    )
  })

  storeTest('resolving knows of artists that are met within the same items', newPlace, async (store) => {
    await store.putProfiles([profileOf('a:1', [{ artists: ['Low'], artistIds: [{ spotify: 'L' }] }])])
    const resolved = await store.resolve([
      { artists: ['Can'], artistIds: [{ mbid: 'c' }], track: 'Halleluwah' },
      { artists: ['CAN'], track: 'halleluwah' },
      { artists: ['low'] },
    ])
    assert.deepEqual(resolved, [
      { artists: ['mbid:c'], track: 'name:can\u0001halleluwah' },
      { artists: ['mbid:c'], track: 'name:can\u0001halleluwah' },
      { artists: ['spotify:L'] },
    ])
    assert.deepEqual(
      await store.resolveTagged([
        { artist: 'LOW', tags: ['slow'] },
        { artist: 'New', tags: ['x'] },
      ]),
      [
        { artist: 'spotify:L', tags: ['slow'] },
        { artist: 'name:new', tags: ['x'] },
      ],
    )
    assert.equal((await store.counts()).artists, 1)
  })

  storeTest('notes for the next reading: kept with the content, and gone with it', newPlace, async (store) => {
    const spotify = { origin: 'spotify', source: 'spotify', readAt } as const
    const low = profileOf('a:1', [{ artists: ['Low'] }], { provenance: spotify })
    const can = { ...low, items: [{ artists: ['Can'] }] }
    const notes = (text: string) => new Map([['a:1', text]])
    assert.equal(await store.readingNotes('a:1'), undefined)
    await store.putProfiles([low, profileOf('a:2', [{ artists: ['Low'] }])], notes('one'))
    assert.equal(await store.readingNotes('a:1'), 'one')
    assert.equal(await store.readingNotes('a:2'), undefined)
    // News for the next reading alone change nothing that others follow.
    const before = await store.lastChange()
    assert.deepEqual(await store.putProfiles([low], notes('two')), ['unchanged'])
    assert.equal(await store.readingNotes('a:1'), 'two')
    assert.equal(await store.lastChange(), before)
    assert.deepEqual(await store.putProfiles([low]), ['unchanged'])
    assert.equal(await store.readingNotes('a:1'), 'two')
    assert.deepEqual(await store.putProfiles([can]), ['changed'])
    assert.equal(await store.readingNotes('a:1'), undefined)
    await store.putProfiles([low], notes('three'))
    await store.purgeExpired(readAt + 24 * 3600)
    assert.equal(await store.readingNotes('a:1'), undefined)
    await store.putProfiles([low], notes('four'))
    await store.erase('a:1')
    assert.equal(await store.readingNotes('a:1'), undefined)
  })
}

/** Entries by playlist, in the order in which playlists first appear. */
function grouped(items: readonly Item[], entries: readonly Entry[]) {
  const playlists = new Map<string | undefined, Entry[]>()
  for (const [i, entry] of entries.entries()) {
    if (entry.artists.length === 0) continue
    const name = items[i]?.playlist
    playlists.set(name, [...(playlists.get(name) ?? []), entry])
  }
  return [...playlists].map(([name, list]) => ({ name, entries: list }))
}
