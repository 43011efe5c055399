import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Corpus } from '../features/corpus.ts'
import { LinearModel } from '../features/linear-model.ts'
import { communities, type SmallListener, smallCorpora } from '../features/small-corpus.ts'
import { overlapShares, PairScore } from './pair-score.ts'

const world = communities(60)

function fit(training: Corpus): PairScore {
  const linear = LinearModel.fit(training, { seed: 1, dimensions: 8 })
  return PairScore.fit(training, linear.parameters.statistics, linear, { seed: 1 })
}

function allScores(pair: PairScore, queries: Corpus, candidates: Corpus): Float32Array[] {
  const score = pair.prepare(queries, candidates)
  return queries.listeners.map((_, q) => {
    const out = new Float32Array(candidates.listeners.length).fill(Number.NaN)
    score(q, out)
    return out
  })
}

/** The formula, from plays by artist, one pair at a time. */
async function slowScore(listeners: readonly SmallListener[], i: number, j: number, pair: PairScore, corpus: Corpus) {
  const { statistics, references, spread, medians, cosineMean, cosineDeviation, embeddingWeight } = pair.parameters
  const df = new Map(statistics.keys.map((key, row) => [key, statistics.frequencies[row]!]))
  const idf = (artist: string) => Math.log((1 + statistics.listeners) / (1 + (df.get(artist) ?? 0)))
  const describe = (plays: Readonly<Record<string, number>>) => {
    const v = new Map(Object.entries(plays).map(([artist, n]) => [artist, Math.sqrt(n) * idf(artist) ** 0.75]))
    const volume = Math.hypot(...v.values())
    const sum = [...v.values()].reduce((a, b) => a + b, 0)
    const breadth = Math.exp(-[...v.values()].reduce((h, w) => h + (w / sum) * Math.log(w / sum), 0))
    const x = new Map([...v].map(([artist, w]) => [artist, w / volume]))
    const overlaps = Array.from({ length: references.rows }, (_, r) => {
      let c = 0
      for (let p = references.offsets[r]!; p < references.offsets[r + 1]!; p++)
        c += references.values[p]! * (x.get(statistics.keys[references.indices[p]!]!) ?? 0)
      return c
    })
    const rest = overlaps.sort((a, b) => a - b).slice(0, -1)
    const mean = rest.reduce((a, b) => a + b, 0) / rest.length
    const sd = Math.sqrt(rest.reduce((a, b) => a + (b - mean) ** 2, 0) / rest.length)
    const typical = medians.get('test')!
    const h =
      ((breadth / typical.breadth) ** 0.25 * (volume / typical.volume) ** 0.2) /
      (Math.max(sd, spread / 4) / spread) ** 0.25
    return { x, h }
  }
  const a = describe(listeners[i]!.plays!)
  const b = describe(listeners[j]!.plays!)
  const c = [...a.x].reduce((sum, [artist, w]) => sum + w * (b.x.get(artist) ?? 0), 0)
  const z = LinearModel.fit(corpus, { seed: 1, dimensions: 8 }).embed(corpus)
  const middle = Array.from({ length: 8 }, (_, d) => {
    let sum = 0
    for (let row = 0; row < listeners.length; row++) sum += z[row * 8 + d]!
    return sum / listeners.length
  })
  let [centred, offset] = [0, 0]
  for (let d = 0; d < 8; d++) {
    centred += (z[i * 8 + d]! - middle[d]!) * (z[j * 8 + d]! - middle[d]!)
    offset += middle[d]! ** 2
  }
  return (a.h * b.h * c) / spread + (embeddingWeight * (centred - offset - cosineMean)) / cosineDeviation
}

test('scores follow the formula', async () => {
  const [corpus] = await smallCorpora([world])
  const pair = fit(corpus!)
  const scores = allScores(pair, corpus!, corpus!)
  for (const [i, j] of [
    [0, 4],
    [0, 1],
    [7, 33],
    [59, 2],
  ] as const) {
    const expected = await slowScore(world, i, j, pair, corpus!)
    assert.ok(Math.abs(scores[i]![j]! - expected) < 1e-4, `${scores[i]![j]} is not ${expected}`)
  }
})

test('scores are symmetric, and one pair scores as it does among many', async () => {
  const [a, b] = await smallCorpora([world.slice(0, 20), world.slice(20)])
  const pair = fit(b!)
  const there = allScores(pair, a!, b!)
  const back = allScores(pair, b!, a!)
  const rowsA = pair.rows(a!)
  const rowsB = pair.rows(b!)
  for (let i = 0; i < 20; i++) {
    for (let j = 0; j < 40; j++) {
      assert.ok(Math.abs(there[i]![j]! - back[j]![i]!) < 1e-4)
      assert.ok(Math.abs(there[i]![j]! - pair.score(rowsA, i, rowsB, j)) < 1e-4)
    }
  }
})

test("artists' shares of an overlap add up to 1, and rare artists have the larger ones", async () => {
  const shared = { 'famous 1': 10, 'famous 2': 10, '3 artist 1': 10 }
  const [corpus, pairOf] = await smallCorpora([
    world,
    [
      { id: 'a', plays: { ...shared, '3 artist 2': 1 } },
      { id: 'b', plays: { ...shared, '3 artist 3': 1 } },
    ],
  ])
  const pair = fit(corpus!)
  const rows = pair.rows(pairOf!)
  const shares = overlapShares(rows, 0, rows, 1)
  const byName = new Map([...shares].map(([artist, share]) => [corpus!.catalogue.artists.names[artist], share]))
  assert.deepEqual([...byName.keys()], ['3 artist 1', 'famous 1', 'famous 2'])
  assert.ok(Math.abs([...shares.values()].reduce((a, b) => a + b) - 1) < 1e-6)
  assert.ok(byName.get('3 artist 1')! > byName.get('famous 1')!)
  const [none] = await smallCorpora([
    [
      { id: 'a', plays: { x: 1 } },
      { id: 'b', plays: { y: 1 } },
    ],
  ])
  const apart = pair.rows(none!)
  assert.equal(overlapShares(apart, 0, apart, 1).size, 0)
})

test('nothing but the training listeners can change a fitted parameter', async () => {
  const [alone] = await smallCorpora([world.slice(0, 40)])
  const [among] = await smallCorpora([world.slice(0, 40), [...world.slice(40), { id: 'new', plays: { new: 1 } }]])
  assert.deepEqual(fit(among!).parameters, fit(alone!).parameters)
})

test('to be a reference makes no listener look wider spread than to be a stranger', async () => {
  const [all] = await smallCorpora([world])
  const within = fit(all!).rows(all!).weights
  for (const i of [0, 17, 42]) {
    const [rest, one] = await smallCorpora([world.filter((_, k) => k !== i), [world[i]!]])
    const [without] = fit(rest!).rows(one!).weights
    assert.ok(Math.abs(within[i]! / without! - 1) < 0.04, `${within[i]} and ${without}`)
  }
})

test('of a source that training did not know, breadth counts and volume does not', async () => {
  const [corpus, other] = await smallCorpora([
    world,
    [
      { id: 'a', source: 'new', plays: { 'famous 1': 1, '1 artist 2': 1 } },
      { id: 'b', source: 'new', plays: { 'famous 1': 100, '1 artist 2': 100 } },
    ],
  ])
  const pair = fit(corpus!)
  const { weights } = pair.rows(other!)
  assert.ok(Math.abs(weights[0]! - weights[1]!) < 1e-6)
})

test('every score is finite, whoever trained and whoever is compared', async () => {
  const identical: SmallListener[] = Array.from({ length: 30 }, (_, i) => ({ id: `same ${i}`, plays: { a: 1, b: 2 } }))
  const apart: SmallListener[] = Array.from({ length: 30 }, (_, i) => ({
    id: `apart ${i}`,
    plays: { [`only ${i}`]: 1 },
  }))
  const strange: SmallListener[] = [
    { id: 'empty' },
    { id: 'unheard', plays: { unheard: 1 } },
    { id: 'loud', plays: { a: 352698, c: 1 } },
  ]
  for (const training of [[], [world[0]!], world.slice(0, 2), identical, apart, [{ id: 'empty' }], world]) {
    const [trained, compared] = await smallCorpora([
      training,
      [...strange, ...identical.slice(0, 2), ...apart.slice(0, 2), ...world.slice(0, 3)],
    ])
    const pair = fit(trained!)
    for (const row of allScores(pair, compared!, compared!)) assert.ok(row.every(Number.isFinite))
    for (const row of allScores(pair, compared!, trained!)) assert.ok(row.every(Number.isFinite))
  }
})
