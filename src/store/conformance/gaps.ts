import assert from 'node:assert/strict'
import type { Provenance } from '../../taste/provenance.ts'
import type { FeatureStore } from '../feature-store.ts'
import { type NewPlace, profileOf, readAt, research, storeTest } from './place.ts'

const day = 86_400
const from = (source: string, at = readAt): Provenance => ({ origin: 'musicbrainz', source, readAt: at })

/** Low is heard by three, Duster by two, Codeine by one; Low's track has two ids, Duster's one, Codeine's none. */
async function listened(store: FeatureStore): Promise<void> {
  const low = { artists: ['Low'], track: 'A', ids: { spotify: 't1', isrc: 'I1' }, artistIds: [{ mbid: 'm1' }] }
  const duster = { artists: ['Duster'], track: 'B', ids: { isrc: 'I2' } }
  const codeine = { artists: ['Codeine'], track: 'C' }
  await store.putProfiles([
    profileOf('a:1', [low, duster, codeine]),
    profileOf('a:2', [low, duster]),
    profileOf('a:3', [low]),
  ])
}

export function gapsConformance(newPlace: NewPlace): void {
  storeTest('gaps come by how many have them, with ids, page by page', newPlace, async (store) => {
    await listened(store)
    await store.putArtistGenres([{ name: 'Nobody has them', genres: [], provenance: research }])
    const query = { sources: ['x'], now: readAt }
    const { rows } = await store.artistGaps(query)
    assert.deepEqual(
      rows.map(({ name, listeners, ids, asked, recording }) => [name, listeners, ids, asked, recording]),
      [
        ['Low', 3, { mbid: 'm1' }, [], undefined],
        ['Duster', 2, {}, [], { isrc: 'I2' }],
        ['Codeine', 1, {}, [], undefined],
      ],
    )
    assert.deepEqual(
      (await store.trackGaps(query)).rows.map(({ key, ids, listeners }) => [key, ids, listeners]),
      [
        ['spotify:t1', { spotify: 't1', isrc: 'I1' }, 3],
        ['isrc:I2', { isrc: 'I2' }, 2],
      ],
    )
    const first = await store.artistGaps({ ...query, limit: 2 })
    const rest = await store.artistGaps({ ...query, limit: 2, after: first.next! })
    assert.deepEqual([...first.rows, ...rest.rows], rows)
    assert.equal(rest.next, undefined)
    assert.deepEqual([first.total, rest.total], [3, 1])
    const only = [rows[1]!.key, rows[1]!.key, 'name:nobody']
    assert.deepEqual((await store.artistGaps({ ...query, only })).rows, [rows[1]])
    assert.deepEqual((await store.trackGaps({ ...query, only: ['spotify:t1'] })).rows.length, 1)
    // By another id than the key; by another name than the key's, nobody is meant.
    assert.deepEqual((await store.trackGaps({ ...query, only: ['isrc:I1', 'spotify:t1'] })).rows.length, 1)
    assert.deepEqual(
      (await store.artistGaps({ ...query, only: ['mbid:m1', 'name:low'] })).rows.map(({ name }) => name),
      ['Low'],
    )
    assert.notEqual(rows[0]!.key, 'name:low')
    assert.deepEqual((await store.artistGaps({ ...query, only: ['name:low'] })).rows, [])
    assert.deepEqual((await store.artistGaps({ ...query, only: [] })).rows, [])
  })

  storeTest('what was answered is not asked again before its time, in any process', newPlace, async (store, place) => {
    await listened(store)
    const keyOf = Object.fromEntries(
      (await store.artistGaps({ sources: ['x'], now: readAt })).rows.map(({ name, key }) => [name, key]),
    )
    const change = await store.lastChange()
    const answers = [
      { key: keyOf.Low!, value: ['Slowcore', 'slowcore '], provenance: from('x'), askAgainAt: readAt + 30 * day },
      { key: keyOf.Duster!, provenance: from('x'), askAgainAt: readAt + day },
      { key: 'name:nobody', value: ['rock'], provenance: from('x'), askAgainAt: readAt + day },
    ]
    assert.equal(await store.putGenreAnswers(answers), 1)
    assert.equal(await store.putGenreAnswers(answers), 0)
    assert.deepEqual(
      (await store.changes(change)).map(({ kind }) => kind),
      ['catalogue'],
    )
    assert.deepEqual((await store.artists([keyOf.Low!, 'name:nobody']))[0]?.genres, {
      value: ['slowcore'],
      provenance: from('x'),
    })
    const { store: elsewhere } = await place.open()
    const gaps = async (now: number, ...sources: string[]) =>
      (await elsewhere.artistGaps({ sources, now })).rows.map(({ name, asked }) => [name, ...asked])
    assert.deepEqual(await gaps(readAt + 1, 'x'), [['Codeine']])
    assert.deepEqual(await gaps(readAt + 1, 'x', 'y'), [['Duster', 'x'], ['Codeine']])
    assert.deepEqual(await gaps(readAt + day, 'x'), [['Duster'], ['Codeine']])
    assert.deepEqual(await gaps(readAt + 30 * day, 'x'), [['Low'], ['Duster'], ['Codeine']])
    // What one has told only it can renew.
    assert.deepEqual(await gaps(readAt + 30 * day, 'y'), [['Duster'], ['Codeine']])
    const [old, ...others] = (await elsewhere.artistGaps({ sources: ['x', 'y'], now: readAt + 30 * day })).rows
    assert.deepEqual([old?.renews, ...others.map(({ renews }) => renews)], ['x', undefined, undefined])

    // It is known by whom nothing is known, and until when.
    await store.putGenreAnswers([{ key: keyOf.Duster!, provenance: from('y'), askAgainAt: readAt + 2 * day }])
    assert.deepEqual(await gaps(readAt + 1, 'x', 'y'), [['Codeine']])
    assert.deepEqual(await gaps(readAt + day, 'x', 'y'), [['Duster', 'y'], ['Codeine']])
  })

  storeTest('an answer fills a gap or renews what its source said, and nothing else', newPlace, async (store) => {
    await listened(store)
    const put = (source: string, value: string[], at = readAt) =>
      store.putGenreAnswers([{ key: 'name:duster', value, provenance: from(source, at), askAgainAt: at + day }])
    const genres = async () => (await store.artists(['name:duster']))[0]?.genres?.value
    assert.equal(await put('x', ['slowcore']), 1)
    assert.equal(await put('y', ['rock'], readAt + 1), 0)
    assert.deepEqual(await genres(), ['slowcore'])
    assert.equal(await put('x', ['space rock'], readAt + 2), 1)
    assert.deepEqual(await genres(), ['space rock'])
    assert.equal(await put('x', [], readAt + 3), 0)
    assert.deepEqual(await genres(), ['space rock'])
  })

  storeTest('audio features that expire are a gap again, whoever is asked', newPlace, async (store) => {
    await listened(store)
    const provenance: Provenance = { origin: 'spotify', source: 'spotify', readAt }
    const far = readAt + 90 * day
    const put = () =>
      store.putAudioAnswers([
        { key: 'spotify:t1', value: { energy: 0.5 }, provenance, askAgainAt: far },
        { key: 'isrc:I2', value: {}, provenance, askAgainAt: far },
      ])
    assert.equal(await put(), 1)
    assert.equal(await put(), 0)
    const gaps = async (now: number) =>
      (await store.trackGaps({ sources: ['spotify'], now })).rows.map(({ key }) => key)
    assert.deepEqual(await gaps(readAt + 1), [])
    assert.deepEqual(await gaps(readAt + day), ['spotify:t1', 'isrc:I2'])
    assert.equal((await store.tracks(['isrc:I2']))[0]?.audio, undefined)
    const other = { ...from('z', readAt + 2 * day), origin: 'reccobeats' as const }
    const answer = { key: 'spotify:t1', value: { energy: 0.7 }, provenance: other, askAgainAt: far }
    assert.equal(await store.putAudioAnswers([answer]), 1)
    assert.deepEqual((await store.tracks(['spotify:t1']))[0]?.audio?.value, { energy: 0.7 })
  })

  storeTest('what is removed takes its answers along', newPlace, async (store) => {
    await store.putProfiles([profileOf('a:1', [{ artists: ['Low'], track: 'A', ids: { spotify: 't1' } }])])
    const query = { sources: ['x'], now: readAt }
    const answered = { provenance: from('x'), askAgainAt: readAt + day }
    await store.putGenreAnswers([{ key: 'name:low', ...answered }])
    await store.putAudioAnswers([{ key: 'spotify:t1', ...answered }])
    assert.deepEqual([(await store.artistGaps(query)).rows, (await store.trackGaps(query)).rows], [[], []])
    await store.erase('a:1')
    await store.putProfiles([profileOf('a:2', [{ artists: ['Low'], track: 'A', ids: { spotify: 't1' } }])])
    assert.equal((await store.artistGaps(query)).rows.length, 1)
    assert.equal((await store.trackGaps(query)).rows.length, 1)
  })

  storeTest('genres and audio features are told only for what their origin allows', newPlace, async (store, place) => {
    await store.putProfiles([profileOf('a:1', [{ artists: ['Low'], track: 'A', ids: { spotify: 't1' } }])])
    const spotify: Provenance = { origin: 'spotify', source: 'spotify', readAt }
    await store.putArtistGenres([{ name: 'Low', genres: ['slowcore'], provenance: spotify }])
    await store.putTrackAudio([{ ids: { spotify: 't1' }, audio: { energy: 0.5 }, provenance: spotify }])
    const told = async (settings: object, now = readAt) => {
      const { store: reader } = await place.open({ settings, clock: () => now })
      const purposes = ['keep', 'match', 'train'] as const
      return Promise.all(
        purposes.map(async (purpose) => {
          const [artist] = await reader.artists(['name:low'], purpose)
          const [track] = await reader.tracks(['spotify:t1'], purpose)
          assert.equal(Boolean(artist?.genres), Boolean(track?.audio))
          return Boolean(artist?.genres)
        }),
      )
    }
    assert.deepEqual(await told({}), [true, false, false])
    assert.deepEqual(await told({ 'spotify.matching': 'permitted' }), [true, true, false])
    const both = { 'spotify.matching': 'permitted', 'spotify.training': 'permitted' }
    assert.deepEqual(await told(both), [true, true, true])
    assert.deepEqual(await told(both, readAt + day), [true, false, false])
  })
}
