import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { buildCorpora, type ListenerRow, type Lookups } from './build-corpus.ts'
import { modelledAudio } from './corpus.ts'
import { communities, smallCorpora, smallRow } from './small-corpus.ts'

const nothingKnown: Lookups = {
  artists: async (keys) => keys.map(() => undefined),
  tracks: async (keys) => keys.map(() => undefined),
}

function row(
  id: string,
  entries: ListenerRow['playlists'][number]['entries'],
  rest: Partial<ListenerRow> = {},
): ListenerRow {
  return { id: `test:${id}`, source: 'test', playlists: [{ entries }], ...rest }
}

test('the order of listeners, playlists and entries makes no difference', async () => {
  const rows: ListenerRow[] = communities(12).map(smallRow)
  rows.push(
    row('t', [
      { artists: ['b'], track: 'x' },
      { artists: ['b', 'a'], track: 'x' },
      { artists: ['b', 'c'], track: 'x' },
    ]),
  )
  const [expected] = await buildCorpora([rows], nothingKnown)
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(rows, { minLength: rows.length }),
      fc.boolean(),
      async (shuffled, reversed) => {
        const turned = shuffled.map((one) => ({
          ...one,
          playlists: one.playlists.map(({ entries }) => ({ entries: reversed ? entries.toReversed() : entries })),
        }))
        assert.deepEqual((await buildCorpora([turned], nothingKnown))[0], expected)
      },
    ),
    { numRuns: 20 },
  )
})

test('counts are plays, or entries, by track, or by artist where no track is known', async () => {
  const [corpus] = await buildCorpora(
    [
      [
        row('1', [
          { artists: ['b'], plays: 7 },
          { artists: ['a'], track: 't' },
          { artists: ['a'], track: 't' },
          { artists: ['a', 'b'] },
        ]),
      ],
    ],
    nothingKnown,
  )
  const { keys, tracks } = corpus!.catalogue.items
  assert.deepEqual(keys, ['artist a\u0001b', 'artist b', 't'])
  assert.deepEqual(tracks, [undefined, undefined, 't'])
  assert.deepEqual([...corpus!.counts.values], [1, 7, 2])
})

test('claims of plays that cannot be are cut to what can', async () => {
  const claims = [Number.POSITIVE_INFINITY, Number.NaN, -3, 0, 1e300, 12]
  const [corpus] = await buildCorpora(
    [
      [
        row(
          '1',
          claims.map((plays, i) => ({ artists: [String(i)], plays })),
        ),
      ],
    ],
    nothingKnown,
  )
  assert.deepEqual([...corpus!.counts.values], [3e7, 1, 1, 1, 3e7, 12])
})

test('the first artist of an item is credited in full, each further one by half and once', async () => {
  const many = Array.from({ length: 300 }, (_, i) => `artist ${String(i).padStart(3, '0')}`)
  const [corpus] = await buildCorpora([[row('1', [{ artists: [...many.toReversed(), 'artist 299'] }])]], nothingKnown)
  const { credits } = corpus!.catalogue.items
  assert.equal(credits.values.length, 300)
  assert.equal(credits.values.at(-1), 1)
  assert.ok(credits.values.slice(0, -1).every((credit) => credit === 0.5))
})

test('groups share one catalogue, and only what items name is in it', async () => {
  const [a, b] = await smallCorpora([[{ id: '1', plays: { x: 1 } }], [{ id: '2', plays: { y: 2 } }]], {
    x: ['folk', 'jazz'],
    z: ['noise'],
  })
  assert.equal(a!.catalogue, b!.catalogue)
  assert.deepEqual(a!.catalogue.artists.keys, ['x', 'y'])
  assert.deepEqual(a!.catalogue.artists.genres, ['folk', 'jazz'])
  assert.deepEqual([...a!.catalogue.artists.genreRows.values], [0.5, 0.5])
  assert.deepEqual([...a!.catalogue.artists.genreRows.offsets], [0, 2, 2])
})

test('where entries disagree about a track, artists of the shorter list leave no trace', async () => {
  const [corpus] = await buildCorpora(
    [
      [
        row('1', [
          { artists: ['gone'], track: 't' },
          { artists: ['a', 'b'], track: 't' },
        ]),
      ],
    ],
    nothingKnown,
  )
  assert.deepEqual(corpus!.catalogue.artists.keys, ['a', 'b'])
})

test('audio features are as measured, and missing ones are not a number', async () => {
  const provenance = { origin: 'research', source: 'test', readAt: 0 } as const
  const lookups: Lookups = {
    ...nothingKnown,
    tracks: async (keys) =>
      keys.map((key) => ({
        key,
        artists: [],
        ids: {},
        audio: { value: { energy: 0, tempo: 120, valence: Number.NaN }, provenance },
      })),
  }
  const rows = [row('1', [{ artists: ['a'] }, { artists: ['a'], track: 't' }])]
  const [corpus] = await buildCorpora([rows], lookups)
  const audio = [...corpus!.catalogue.items.audio]
  assert.ok(audio.slice(0, modelledAudio.length).every(Number.isNaN))
  const measured = Object.fromEntries(modelledAudio.map((name, i) => [name, audio[modelledAudio.length + i]]))
  assert.equal(measured.energy, 0)
  assert.equal(measured.tempo, 120)
  assert.ok(Number.isNaN(measured.valence) && Number.isNaN(measured.danceability))
  const [silent] = await buildCorpora([rows], lookups, { audio: false })
  assert.ok(silent!.catalogue.items.audio.every(Number.isNaN))
})

test('tags are kept for artists that are listened to', async () => {
  const tagged = [
    { artist: 'b', tags: ['slow', 'calm'] },
    { artist: 'nobody plays', tags: ['calm'] },
    { artist: 'a', tags: ['calm'] },
  ]
  const [corpus] = await buildCorpora(
    [[row('2', []), row('1', [{ artists: ['a'] }, { artists: ['b'] }], { tagged })]],
    nothingKnown,
  )
  assert.deepEqual(corpus!.catalogue.tags, ['calm', 'slow'])
  assert.deepEqual([...corpus!.tagged.offsets], [0, 3, 3])
  assert.deepEqual([...corpus!.tagged.artists], [0, 1, 1])
  assert.deepEqual([...corpus!.tagged.tags], [0, 0, 1])
})

test('nobody, and somebody without items, are corpora too', async () => {
  const [nobody, empty] = await buildCorpora([[], [row('1', []), row('0', [{ artists: [] }])]], nothingKnown)
  assert.equal(nobody!.counts.rows, 0)
  assert.deepEqual(empty!.listeners, ['test:0', 'test:1'])
  assert.equal(empty!.counts.values.length, 0)
  assert.deepEqual(empty!.catalogue.artists.names, [])
})
