import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import fc from 'fast-check'
import type { Corpus } from '../features/corpus.ts'
import { LinearModel } from '../features/linear-model.ts'
import { communities, smallCorpora } from '../features/small-corpus.ts'
import { random } from '../towers/random.ts'
import { selectListeners } from '../training/cut-corpus.ts'
import { networkPresets } from '../training/network/configuration.ts'
import { besideEachOther, testCorpus } from '../training/network/test-corpus.ts'
import { fitTwoTower } from '../training/network/two-tower-kind.ts'
import { type Breakdown, breakDown, relativeParts } from './breakdown.ts'
import type { Description } from './description/description.ts'
import { viewCodes } from './description/view-codes.ts'
import { type Embedder, PairScore } from './pair-score.ts'

let corpus: Corpus
let linear: LinearModel

before(async () => {
  corpus = (await smallCorpora([communities(40)]))[0]!
  linear = LinearModel.fit(corpus, { seed: 1, dimensions: 8 })
})

/** What a breakdown asks of a description, artists by their column. */
function descriptions(pair: PairScore, of: Corpus): (i: number, j: number) => Breakdown {
  const { overlap, weights, embeddings } = pair.rows(of)
  const described = (row: number) => {
    const [start, end] = [overlap.offsets[row]!, overlap.offsets[row + 1]!]
    const artists = {
      hashes: Float64Array.from(overlap.indices.subarray(start, end)),
      overlap: overlap.values.subarray(start, end),
    }
    const vector = embeddings.subarray(row * pair.dimensions, (row + 1) * pair.dimensions)
    const views = viewCodes(pair, selectListeners(of, [row]))
    return { vector, terms: { artists, known: 0, weight: weights[row]! }, details: { views } } as unknown as Description
  }
  return (i, j) => breakDown(pair, described(i), described(j))
}

function assertAddsUp({ score, overlap, artists, views, constant }: Breakdown): void {
  const sum = (points: ReadonlyMap<unknown, number>) => [...points.values()].reduce((a, b) => a + b, 0)
  assert.ok(Math.abs(overlap + sum(views) + constant - score) < 1e-6)
  assert.ok(Math.abs(sum(artists) - overlap) < 1e-6)
}

test('the parts add up to the score, whatever the subsets of the views see', () => {
  const names = ['id', 'genre', 'tag', 'track', 'audio']
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(), fc.nat(39), fc.nat(39), (count, seed, i, j) => {
      const { uniform } = random(seed)
      const embeddings = Array.from({ length: 2 ** count }, (_, subset) =>
        Float32Array.from({ length: 40 * 3 }, () => (subset === 0 ? 0 : uniform() - 0.3)),
      )
      const embedder: Embedder = {
        dimensions: 3,
        embed: () => embeddings.at(-1)!,
        views: names.slice(0, count),
        embedByViews: ({ listeners: [one] }) => {
          const row = corpus.listeners.indexOf(one!)
          return embeddings.map((all) => all.subarray(3 * row, 3 * row + 3))
        },
      }
      const pair = PairScore.fit(corpus, linear.parameters.statistics, embedder, { seed: 1 })
      const breakdown = descriptions(pair, corpus)(i, j)
      assert.deepEqual([...breakdown.views.keys()], names.slice(0, count))
      assertAddsUp(breakdown)
    }),
    { numRuns: 30 },
  )
})

test('a network is split over its views, and those that neither listener has get nothing', async () => {
  const both = besideEachOther(
    testCorpus({ listeners: 60, kind: 'artists' }),
    testCorpus({ listeners: 60, kind: 'tracks', seed: 2 }),
  )
  const configuration = {
    ...networkPresets.quick,
    columns: { id: 8, genre: 4, tag: 4, cooccurrence: 4, track: 4, audio: 4, hidden: 8, output: 8, stored: 6 },
    leastListeners: { tag: 2, track: 2, cooccurrence: 2 },
    batch: 32,
    epochs: { artists: 2, tracks: 2 },
  }
  const { pair } = await fitTwoTower(both, { seed: 1, preset: 'quick' }, configuration)
  const breakdowns = descriptions(pair, both)
  const knowsTracks = both.listeners.map(
    (_, row) => both.catalogue.items.tracks[both.counts.indices[both.counts.offsets[row]!]!] !== undefined,
  )
  for (const [i, j] of [
    [0, 1],
    [3, 70],
    [70, 3],
    [61, 110],
    [5, 5],
  ] as const) {
    const breakdown = breakdowns(i, j)
    assertAddsUp(breakdown)
    assert.ok(breakdown.views.size > 3)
    if (!knowsTracks[i] && !knowsTracks[j])
      for (const view of ['track', 'audio']) assert.equal(breakdown.views.get(view), 0)
  }
  const [here, there] = [breakdowns(3, 70), breakdowns(70, 3)]
  for (const [view, points] of here.views) assert.ok(Math.abs(points - there.views.get(view)!) < 1e-9, 'symmetric')
})

test('the linear model is one piece', () => {
  const pair = PairScore.fit(corpus, linear.parameters.statistics, linear, { seed: 1 })
  const breakdowns = descriptions(pair, corpus)
  for (let j = 0; j < 40; j++) {
    const breakdown = breakdowns(0, j)
    assert.deepEqual([...breakdown.views.keys()], ['embedding'])
    assertAddsUp(breakdown)
  }
})

test('parts are told in words, the largest first, without what hardly counts', () => {
  const views = new Map([
    ['genre', 1],
    ['audio', -0.5],
    ['tag', 0.001],
  ])
  assert.deepEqual(relativeParts({ overlap: 3.499, views }), [
    { part: 'artists you share', share: 0.7 },
    { part: 'genres', share: 0.2 },
    { part: 'how it sounds', share: -0.1 },
  ])
  assert.deepEqual(
    relativeParts({ overlap: 5.351, views: new Map([['genre', 4.649]]) }).map(({ share }) => share),
    [0.54, 0.46],
    'as told, they add up',
  )
  assert.deepEqual(relativeParts({ overlap: 0, views: new Map() }), [])
})
