import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LinearModel } from '../features/linear-model.ts'
import { communities, type SmallListener, smallCorpora } from '../features/small-corpus.ts'
import { Explainer, type Explanation } from './explanation.ts'
import { PairScore } from './pair-score.ts'

const genres = {
  'famous 1': ['pop'],
  'famous 2': ['pop'],
  rare: ['ethiopian jazz', 'jazz'],
  mine: ['slowcore'],
  theirs: ['techno'],
}
const crowd = communities(60)

async function explain(you: SmallListener, they: SmallListener, showTracks = false): Promise<Explanation> {
  const [training, mine, others] = await smallCorpora([[...crowd, they], [you], [they, ...crowd]], genres)
  const linear = LinearModel.fit(training!, { seed: 1, dimensions: 8 })
  const { statistics } = linear.parameters
  const pair = PairScore.fit(training!, statistics, linear, { seed: 1 })
  const explainer = new Explainer(
    { corpus: mine!, rows: pair.rows(mine!) },
    { corpus: others!, rows: pair.rows(others!) },
    statistics,
  )
  return explainer.explain(others!.listeners.indexOf(`test:${they.id}`), { showTracks })
}

const you = { id: 'you', plays: { 'famous 1': 50, rare: 25, mine: 25 }, tracks: [] }
const they = { id: 'they', plays: { 'famous 1': 10, rare: 10, theirs: 20 } }

test('shared artists are told with both shares, rarest first, their weights adding up', async () => {
  const { artists, reason } = await explain(you, they)
  assert.deepEqual(
    artists.map(({ name, yours, theirs }) => [name, yours, theirs]),
    [
      ['rare', 0.25, 0.25],
      ['famous 1', 0.5, 0.25],
    ],
  )
  assert.ok(Math.abs(artists.reduce((sum, { weight }) => sum + weight, 0) - 1) < 1e-6)
  assert.ok(artists[0]!.weight > artists[1]!.weight && artists[0]!.knownBy < artists[1]!.knownBy)
  assert.equal(reason, 'You both keep rare, whom few people know, and 1 other artist.')
})

test('shared genres are told with both shares, telling ones first, and then where the two differ', async () => {
  const { genres, differences } = await explain(you, they)
  assert.deepEqual(genres, [
    { genre: 'ethiopian jazz', yours: 0.125, theirs: 0.125 },
    { genre: 'jazz', yours: 0.125, theirs: 0.125 },
    { genre: 'pop', yours: 0.5, theirs: 0.25 },
  ])
  assert.deepEqual(
    differences.yourGenres.map(({ genre }) => genre),
    ['pop', 'slowcore'],
  )
  assert.deepEqual(differences.theirGenres, [{ genre: 'techno', yours: 0, theirs: 0.5 }])
})

test('artists that only they have are told only if they agreed', async () => {
  assert.deepEqual((await explain(you, they, true)).differences.theirArtists, ['theirs'])
  const silent = await explain(you, they, false)
  assert.ok(!('theirArtists' in silent.differences))
  assert.ok(!silent.artists.some(({ name }) => name === 'theirs'))
})

test('tracks of both are told, rarest first', async () => {
  const tracks = ['a/known', 'a/rare', 'a/mine']
  const other = { id: 'they', tracks: ['a/known', 'a/rare', 'a/theirs'] }
  crowd[0] = { ...crowd[0]!, tracks: ['a/known'] }
  assert.deepEqual((await explain({ id: 'you', tracks }, other)).tracks, ['a/rare', 'a/known'])
})

test('strangers are explained in finite numbers and whole sentences', async () => {
  for (const other of [{ id: 'they' }, { id: 'they', plays: { unheard: 1 } }, they]) {
    for (const one of [{ id: 'you' }, { id: 'you', plays: { 'only mine': 3 } }]) {
      const explanation = await explain(one, other, true)
      assert.equal(explanation.reason, 'You share no artist yet; nobody here is closer.')
      assert.deepEqual(explanation.artists, [])
      assert.ok(explanation.differences.theirGenres.every(({ theirs }) => Number.isFinite(theirs)))
    }
  }
})
