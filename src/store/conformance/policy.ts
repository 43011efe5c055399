import assert from 'node:assert/strict'
import { origins } from '../../taste/provenance.ts'
import { allows, type PolicySettings } from '../policy.ts'
import { type NewPlace, profileOf, readAt, storeTest } from './place.ts'

const settingsToTry: readonly PolicySettings[] = [
  {},
  { 'spotify.matching': 'permitted' },
  { 'spotify.training': 'permitted', 'lastfm.training': 'permitted' },
]

export function policyConformance(newPlace: NewPlace): void {
  storeTest('purpose, consent and origin decide who is read', newPlace, async (_, place) => {
    const listeners = origins.flatMap((origin) =>
      [false, true].flatMap((findable) =>
        [false, true].map((train) => ({ id: `${origin}:${findable}-${train}`, origin, findable, train })),
      ),
    )
    const clock = () => readAt + 60
    const { store } = await place.open({ clock })
    await store.putProfiles(
      listeners.map(({ id, origin, findable, train }) =>
        profileOf(id, [{ artists: ['Low'] }], {
          provenance: { origin, source: 'x', readAt },
          consent: { findable, showName: false, showTracks: false, train },
        }),
      ),
    )
    const ids = listeners.map(({ id }) => id).sort()
    await store.putFriends(ids.slice(1).map((id, i) => [ids[i] as string, id] as const))
    const keys = await Promise.all(ids.map(async (id) => (await store.listener(id))?.key as string))
    await store.putEmbeddings(
      1,
      keys.map((key) => ({ key, vector: Float32Array.of(1, 0) })),
    )
    for (const settings of settingsToTry) {
      const { store: reader } = await place.open({ settings, clock })
      for (const purpose of ['keep', 'match', 'train'] as const) {
        const consents = { keep: () => true, match: findable, train }[purpose]
        const expected = listeners
          .filter((listener) => allows(listener.origin, purpose, settings) && consents(listener))
          .map(({ id }) => id)
          .sort()
        const context = `${purpose} with ${JSON.stringify(settings)}`
        const { rows } = await reader.profiles(purpose)
        assert.deepEqual(
          rows.map(({ listener }) => listener.id),
          expected,
          context,
        )
        for (const id of ids) assert.equal(Boolean(await reader.profile(id, purpose)), expected.includes(id), context)
        const friends = (await reader.friends(purpose)).rows
        const pairs = ids.slice(1).map((id, i) => [ids[i] as string, id] as const)
        assert.deepEqual(
          friends,
          pairs.filter((pair) => pair.every((id) => expected.includes(id))),
          context,
        )
        if (purpose === 'match') {
          const embeddings = await reader.embeddings(1)
          assert.deepEqual(embeddings.rows.map(({ listener }) => listener).sort(), expected, context)
        }
      }
    }
  })

  storeTest('a change of consent counts at once, everywhere', newPlace, async (store, place) => {
    await store.putProfiles([profileOf('a:1', [{ artists: ['Low'] }])])
    const { store: elsewhere } = await place.open()
    assert.equal((await elsewhere.profiles('match')).rows.length, 1)
    const consent = { findable: false, showName: true, showTracks: false, train: true }
    const before = await store.lastChange()
    await store.setConsent('a:1', consent)
    assert.deepEqual((await elsewhere.listener('a:1'))?.consent, consent)
    assert.equal((await elsewhere.profiles('match')).rows.length, 0)
    assert.equal((await elsewhere.profiles('train')).rows.length, 1)
    const key = (await store.listener('a:1'))?.key
    assert.deepEqual(
      (await elsewhere.changes(before)).map(({ kind, key }) => ({ kind, key })),
      [{ kind: 'consent', key }],
    )
    const after = await store.lastChange()
    await store.setConsent('a:1', consent)
    assert.equal(await store.lastChange(), after)
    await assert.rejects(store.setConsent('a:2', consent), { name: 'Problem', message: /"a:2"/ })
  })

  storeTest('expired content is not used any more, and purged by its provenance', newPlace, async (_, place) => {
    let now = readAt
    const { store } = await place.open({
      settings: { 'spotify.matching': 'permitted', 'spotify.training': 'permitted' },
      clock: () => now,
    })
    const spotify = { origin: 'spotify', source: 'web-api', readAt } as const
    const research = { origin: 'research', source: 'x', readAt } as const
    const kept = profileOf('a:1', [{ artists: ['Low'], ids: { spotify: 't1' } }], { provenance: research })
    const expiring = profileOf('spotify:ann', [{ artists: ['Low'] }, { artists: ['Rare'], track: 'Rarer' }], {
      provenance: spotify,
      name: 'Ann',
      url: 'https://example.org/ann',
    })
    await store.putProfiles([kept, expiring])
    await store.setConsent('spotify:ann', { findable: true, showName: false, showTracks: false, train: true })
    const listener = await store.listener('spotify:ann')
    await store.putEmbeddings(1, [{ key: listener?.key as string, vector: Float32Array.of(1) }])
    await store.putArtistGenres([{ name: 'Low', genres: ['slowcore'], provenance: spotify }])
    await store.putTrackAudio([{ ids: { spotify: 't1' }, audio: { energy: 0.5 }, provenance: spotify }])
    assert.equal((await store.profiles('match')).rows.length, 2)
    assert.equal((await store.embeddings(1)).rows[0]?.expiresAt, readAt + 24 * 3600)
    assert.equal(await store.purgeExpired(now), 0)

    now = readAt + 24 * 3600 + 1
    assert.deepEqual(
      (await store.profiles('match')).rows.map(({ listener }) => listener.id),
      ['a:1'],
    )
    assert.equal(await store.profile('spotify:ann', 'train'), undefined)
    assert.deepEqual((await store.embeddings(1)).rows, [])
    assert.deepEqual(await store.embeddingsOf(1, [listener?.key as string]), [undefined])
    const before = await store.lastChange()
    assert.equal(await store.purgeExpired(now), 3)
    assert.equal(await store.purgeExpired(now), 0)
    const [profile, catalogue] = await store.changes(before)
    assert.deepEqual([profile?.kind, profile?.key, catalogue?.kind], ['profile', listener?.key, 'catalogue'])
    const purged = await store.profile('spotify:ann', 'keep')
    assert.deepEqual([purged?.listener.name, purged?.listener.url, purged?.playlists], [undefined, undefined, []])
    assert.deepEqual(await store.artists(['name:rare']), [undefined])
    assert.equal((await store.artists(['name:low']))[0]?.genres, undefined)
    assert.equal((await store.tracks(['spotify:t1']))[0]?.audio, undefined)
    assert.equal((await store.profiles('train')).rows.length, 1)

    // What they said about being found is not forgotten.
    const again = { ...expiring, provenance: { ...spotify, readAt: now } }
    assert.deepEqual(await store.putProfiles([again]), ['changed'])
    const back = await store.listener('spotify:ann')
    assert.deepEqual([back?.key, back?.consent.showName], [listener?.key, false])
    assert.equal((await store.profiles('match')).rows.length, 2)
  })
}

const findable = (listener: { readonly findable: boolean }) => listener.findable
const train = (listener: { readonly train: boolean }) => listener.train
