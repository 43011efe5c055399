import assert from 'node:assert/strict'
import fc from 'fast-check'
import { audioFeatureNames } from '../../taste/audio-features.ts'
import { type NewPlace, profileOf, research, storeTest } from './place.ts'

const later = { ...research, readAt: research.readAt + 60 }

export function catalogueConformance(newPlace: NewPlace): void {
  storeTest('genres come to artists by name or id, stored or not', newPlace, async (store) => {
    await store.putProfiles([profileOf('a:1', [{ artists: ['Sigur Rós'] }])])
    const rows = [
      { name: 'sigur ros', genres: ['Post-Rock', 'post-rock', ' icelandic '], provenance: research },
      { name: 'Low', ids: { spotify: 'L' }, genres: ['slowcore'], provenance: research },
      { name: 'Nothing Known', genres: [], provenance: research },
    ]
    assert.equal(await store.putArtistGenres(rows), 2)
    assert.deepEqual(await store.artists(['name:sigur ros', 'spotify:L', 'name:nothing known']), [
      {
        key: 'name:sigur ros',
        name: 'Sigur Rós',
        listeners: 1,
        genres: { value: ['post-rock', 'icelandic'], provenance: research },
      },
      { key: 'spotify:L', name: 'Low', listeners: 0, genres: { value: ['slowcore'], provenance: research } },
      undefined,
    ])
    assert.equal((await store.counts()).artistsWithGenres, 2)
  })

  storeTest('one artist twice in one reading: the first counts; a newer reading replaces', newPlace, async (store) => {
    const put = (provenance: typeof research, genres = [['a'], ['b', 'c']]) =>
      store.putArtistGenres([
        { name: 'Low', genres: genres[0] as string[], provenance },
        { name: 'LOW', genres: genres[1] as string[], provenance },
      ])
    const genres = async () => (await store.artists(['name:low']))[0]?.genres?.value
    assert.equal(await put(research), 1)
    assert.deepEqual(await genres(), ['a'])
    const change = await store.lastChange()
    assert.equal(await put(research), 0)
    assert.equal(await put(later), 0)
    assert.deepEqual(await genres(), ['a'])
    assert.equal(await store.lastChange(), change)
    assert.equal(await put({ ...later, readAt: later.readAt + 60 }, [['d'], ['e']]), 1)
    assert.deepEqual(await genres(), ['d'])
    assert.ok((await store.lastChange()) > change)
  })

  storeTest('audio features come back as they were, missing ones missing', newPlace, async (store) => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true })
    const audio = fc.record(Object.fromEntries(audioFeatureNames.map((name) => [name, number])), {
      requiredKeys: [],
      noNullPrototype: true,
    })
    let n = 0
    await fc.assert(
      fc.asyncProperty(audio, async (features) => {
        const ids = { spotify: `t${n++}` }
        const changed = await store.putTrackAudio([{ ids, audio: features, provenance: research }])
        const [track] = await store.tracks([`spotify:${ids.spotify}`])
        if (Object.keys(features).length === 0) return assert.deepEqual([changed, track], [0, undefined])
        assert.deepEqual(
          [changed, track],
          [1, { key: `spotify:${ids.spotify}`, artists: [], ids, audio: { value: features, provenance: research } }],
        )
      }),
      { numRuns: 30 },
    )
  })

  storeTest('audio features find their track by any id and wait for it', newPlace, async (store) => {
    await store.putProfiles([profileOf('a:1', [{ artists: ['Low'], track: 'A', ids: { spotify: 't1', isrc: 'I1' } }])])
    const rows = [
      { ids: { isrc: 'I1' }, audio: { energy: 0.1 }, provenance: research },
      { ids: { spotify: 't1' }, audio: { energy: 0.2 }, provenance: research },
      { ids: { spotify: 't2' }, audio: { energy: 0.3 }, provenance: research },
      { ids: {}, audio: { energy: 0.4 }, provenance: research },
    ]
    assert.equal(await store.putTrackAudio(rows), 2)
    assert.equal(await store.putTrackAudio(rows.map((row) => ({ ...row, provenance: later }))), 0)
    await store.putProfiles([profileOf('a:2', [{ artists: ['Low'], track: 'B', ids: { spotify: 't2' } }])])
    const [one, two] = await store.tracks(['spotify:t1', 'spotify:t2'])
    assert.deepEqual([one?.audio?.value, two?.audio?.value, two?.title], [{ energy: 0.1 }, { energy: 0.3 }, 'B'])
    assert.equal((await store.counts()).tracksWithAudio, 2)
  })

  storeTest('an alias lends audio features and leaves two tracks two', newPlace, async (store) => {
    const alias = (ids: string, soundsLike: string, provenance = research) => ({
      ids: { spotify: ids },
      soundsLike: { spotify: soundsLike },
      provenance,
    })
    const audio = (spotify: string, energy: number, provenance = research) =>
      store.putTrackAudio([{ ids: { spotify }, audio: { energy }, provenance }])
    const energies = async (...ids: string[]) =>
      (await store.tracks(ids.map((id) => `spotify:${id}`))).map((track) => track?.audio?.value.energy)
    assert.equal(await store.putTrackAliases([alias('t2', 't1')]), 0)
    assert.deepEqual(await store.tracks(['spotify:t2']), [undefined])
    await audio('t1', 0.1)
    await audio('t3', 0.3)
    const aliases = [alias('t2', 't1'), alias('t3', 't1'), alias('t1', 't1')]
    assert.equal(await store.putTrackAliases(aliases), 1)
    assert.equal(await store.putTrackAliases(aliases), 0)
    assert.deepEqual(await energies('t1', 't2', 't3'), [0.1, 0.1, 0.3])
    await store.putProfiles([profileOf('a:1', [{ artists: ['Low'], ids: { spotify: 't2' } }])])
    assert.equal((await store.profile('a:1', 'keep'))?.playlists[0]?.entries[0]?.track, 'spotify:t2')
    // A newer measurement goes over to who borrows it; one of the track itself goes before.
    await audio('t1', 0.15, later)
    assert.equal(await store.putTrackAliases([alias('t2', 't1', later)]), 1)
    assert.deepEqual(await energies('t2'), [0.15])
    assert.equal(await audio('t2', 0.2, later), 1)
    assert.equal(await store.putTrackAliases([alias('t2', 't1', later)]), 0)
    assert.deepEqual(await energies('t2'), [0.2])
  })
}
