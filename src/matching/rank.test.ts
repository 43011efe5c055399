import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LinearModel } from '../features/linear-model.ts'
import { communities, smallCorpora } from '../features/small-corpus.ts'
import { mostOverlapping, nearest } from './exact-search.ts'
import { PairScore } from './pair-score.ts'
import { rank } from './rank.ts'

test('the nearest rows are those of the highest dot products, ties in the order of the rows', () => {
  const rows = Float32Array.of(1, 0, 0, 1, 1, 0, 0.6, 0.8) // four rows of two
  assert.deepEqual([...nearest(Float32Array.of(9, 9, 1, 0), 1, rows, 2, 3)], [0, 2, 3])
  assert.deepEqual([...nearest(Float32Array.of(1, 0), 0, rows, 2, 9)], [0, 2, 3, 1])
  assert.deepEqual([...nearest(Float32Array.of(1, 0), 0, new Float32Array(), 2, 3)], [])
})

test('the most overlapping rows share something', async () => {
  const [corpus] = await smallCorpora([
    [
      { id: '1', plays: { a: 1 } },
      { id: '2', plays: { b: 9 } },
      { id: '3', plays: { a: 2 } },
    ],
  ])
  const { counts } = corpus!
  assert.deepEqual([...mostOverlapping(counts, 0, counts, 9)], [2, 0])
})

test('retrieval and ranking give what scoring everybody gives', async () => {
  const [corpus] = await smallCorpora([communities(300, { communities: 6 })])
  const linear = LinearModel.fit(corpus!, { seed: 1, dimensions: 8 })
  const pair = PairScore.fit(corpus!, linear.parameters.statistics, linear, { seed: 1 })
  const rows = pair.rows(corpus!)
  const eligible = Uint8Array.from(corpus!.listeners, (_, row) => (row % 3 === 0 ? 0 : 1))
  for (const q of [0, 7, 100]) {
    const everybody = corpus!.listeners
      .map((_, row) => ({ row, score: pair.score(rows, q, rows, row) }))
      .filter(({ row }) => eligible[row])
      .sort((x, y) => y.score - x.score || x.row - y.row)
    assert.deepEqual(
      rank(pair, rows, q, rows, 3, eligible),
      everybody.slice(0, 3).map(({ row }) => row),
    )
  }
})

test('there are no more matches than listeners', async () => {
  const [one, two] = await smallCorpora([[communities(1)[0]!], communities(2)])
  const linear = LinearModel.fit(two!, { seed: 1, dimensions: 8 })
  const pair = PairScore.fit(two!, linear.parameters.statistics, linear, { seed: 1 })
  const mine = pair.rows(one!)
  const others = pair.rows(two!)
  assert.deepEqual(rank(pair, mine, 0, others, 10, Uint8Array.of(1, 1)), [0, 1])
  assert.deepEqual(rank(pair, mine, 0, others, 10, Uint8Array.of(0, 1)), [1])
  assert.deepEqual(rank(pair, mine, 0, others, 10, Uint8Array.of(0, 0)), [])
})
