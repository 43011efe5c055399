import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildCorpora, type Lookups } from '../features/build-corpus.ts'
import { LinearModel } from '../features/linear-model.ts'
import { communities, type SmallListener, smallRow } from '../features/small-corpus.ts'
import { describe } from './description/describe.ts'
import { keyHash } from './description/key-hash.ts'
import { Explainer, type Explanation } from './explanation.ts'
import { PairScore } from './pair-score.ts'

const genres: Readonly<Record<string, readonly string[]>> = {
  'famous 1': ['pop'],
  'famous 2': ['pop'],
  rare: ['ethiopian jazz', 'jazz'],
  mine: ['slowcore'],
  theirs: ['techno'],
}
const provenance = { origin: 'simulated', source: 'test', readAt: 0 } as const
const lookups: Lookups = {
  artists: async (keys) =>
    keys.map((key) => ({
      key,
      name: key,
      listeners: 1,
      ...(genres[key] && { genres: { value: genres[key], provenance } }),
    })),
  tracks: async (keys) =>
    keys.map((key) => ({ key, title: key, artists: [], ids: {}, audio: { value: { energy: 0.5 }, provenance } })),
}

async function explain(you: SmallListener, they: SmallListener, showTracks = false): Promise<Explanation> {
  const crowd = communities(60)
  const [training] = await buildCorpora([[...crowd, they].map(smallRow)], lookups)
  const linear = LinearModel.fit(training!, { seed: 1, dimensions: 8 })
  const pair = PairScore.fit(training!, linear.parameters.statistics, linear, { seed: 1 })
  const [mine, theirs] = await describe([you, they].map(smallRow), pair, lookups)
  const famous = keyHash('famous 1')
  const explainer = new Explainer(mine!, {
    knownBy: (artist) => (artist === famous ? 0.9 : 0.01),
    genreListeners: (genre) => (genre === 'pop' ? 0.9 : 0.05),
    middle: () => 0.4,
  })
  return explainer.explain(theirs!, { showTracks })
}

const you = { id: 'you', plays: { 'famous 1': 50, rare: 25, mine: 25 }, tracks: [] }
const they = { id: 'they', plays: { 'famous 1': 10, rare: 10, theirs: 20 } }

test('shared artists are told with both shares, rarest first, their weights adding up', async () => {
  const { artists, reason } = await explain(you, they)
  assert.deepEqual(
    artists.map(({ name, yours, theirs, knownBy }) => [name, yours, theirs, knownBy]),
    [
      ['rare', 0.25, 0.25, 0.01],
      ['famous 1', 0.5, 0.25, 0.9],
    ],
  )
  assert.ok(Math.abs(artists.reduce((sum, { weight }) => sum + weight, 0) - 1) < 1e-6)
  assert.ok(artists[0]!.weight > artists[1]!.weight)
  assert.equal(reason, 'You both keep rare, whom few people know, and 1 other artist.')
})

test('shared genres are told with both shares, telling ones first, and then where the two differ', async () => {
  const { genres, genresOfBoth, differences } = await explain(you, they)
  assert.deepEqual(genres, [
    { genre: 'ethiopian jazz', yours: 0.125, theirs: 0.125 },
    { genre: 'jazz', yours: 0.125, theirs: 0.125 },
    { genre: 'pop', yours: 0.5, theirs: 0.25 },
  ])
  assert.deepEqual(
    genresOfBoth.map(({ genre }) => genre),
    ['pop', 'techno', 'ethiopian jazz', 'jazz', 'slowcore'],
  )
  assert.deepEqual(
    differences.yourGenres.map(({ genre }) => genre),
    ['pop', 'slowcore'],
  )
  assert.deepEqual(differences.theirGenres, [{ genre: 'techno', yours: 0, theirs: 0.5 }])
})

test('what you do not share is named only if they agreed', async () => {
  const tracks = ['rare/a', 'rare/b', 'rare/c', 'theirs/d']
  const [mine, theirs] = [
    { id: 'you', tracks: tracks.slice(0, 3) },
    { id: 'they', plays: { theirs: 3 }, tracks: tracks.slice(1) },
  ]
  const shy = await explain(mine, theirs)
  assert.ok(!('theirArtists' in shy.differences) && !('sound' in shy))
  assert.ok(!JSON.stringify(shy).includes('"theirs"]'))
  const open = await explain(mine, theirs, true)
  assert.deepEqual(open.differences.theirArtists, ['theirs'])
  assert.deepEqual(open.sound, [{ feature: 'energy', yours: 0.5, theirs: 0.5, middle: 0.4 }])
  assert.deepEqual(open.tracks, [keyHash('rare/b'), keyHash('rare/c')])
})

test('two who share nothing are told so', async () => {
  const { artists, genres, tracks, reason } = await explain(
    { id: 'you', plays: { mine: 3 } },
    { id: 'they', plays: { theirs: 3 } },
  )
  assert.deepEqual([artists, genres, tracks], [[], [], []])
  assert.equal(reason, 'You share no artist yet; nobody here is closer.')
})
