import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LinearModel } from '../features/linear-model.ts'
import { communities, smallCorpora } from '../features/small-corpus.ts'
import { Crowding } from './crowding.ts'
import { createSharedIndex } from './index/shared-index.ts'
import { PairScore } from './pair-score.ts'

const [corpus] = await smallCorpora([communities(120)])
const linear = LinearModel.fit(corpus!, { seed: 1, dimensions: 8 })
const pair = PairScore.fit(corpus!, linear.parameters.statistics, linear, { seed: 1 })
const rows = pair.rows(corpus!)

function cosines(row: number): number[] {
  return corpus!.listeners.map((_, other) => {
    let sum = 0
    for (let d = 0; d < 8; d++) sum += rows.embeddings[row * 8 + d]! * rows.embeddings[other * 8 + d]!
    return sum
  })
}

function largestOf(row: number): number[] {
  const others = cosines(row).filter((_, other) => other !== row)
  return others.sort((a, b) => b - a).slice(0, 10)
}

const floor = corpus!.listeners
  .map((_, row) => largestOf(row).reduce((a, b) => a + b, 0) / 10)
  .sort((a, b) => a - b)[30]!

test('crowding is the mean of the ten largest cosines to other training listeners', () => {
  const crowding = new Crowding(pair, rows.embeddings, corpus!.listeners)
  for (const row of [0, 17, 119]) {
    const largest = largestOf(row)
    const mean = largest.reduce((a, b) => a + b, 0) / 10
    assert.ok(Math.abs(crowding.around(rows.embeddings, row, corpus!.listeners[row]!) - Math.max(mean, floor)) < 1e-6)
    const stranger = [1, ...largest.slice(0, 9)].reduce((a, b) => a + b, 0) / 10
    assert.ok(Math.abs(crowding.around(rows.embeddings, row, 'test:stranger') - Math.max(stranger, floor)) < 1e-6)
  }
})

test('who is near to nobody gains no place by it', () => {
  const crowding = new Crowding(pair, rows.embeddings, corpus!.listeners)
  assert.ok(floor > 0)
  assert.ok(Math.abs(crowding.around(new Float32Array(8), 0, 'test:unknown') - floor) < 1e-6)
})

test('a place loses half the crowding, on the scale of the pair score', () => {
  const crowding = new Crowding(pair, rows.embeddings, corpus!.listeners)
  const r = crowding.around(rows.embeddings, 5, corpus!.listeners[5]!)
  const { embeddingWeight, cosineDeviation } = pair.parameters
  const expected = (embeddingWeight * r) / 2 / cosineDeviation
  assert.ok(Math.abs(crowding.correction(rows, 5, corpus!.listeners[5]!) - expected) < 1e-9)
})

test('few training listeners correct nothing', () => {
  const few = new Crowding(pair, rows.embeddings.subarray(0, 99 * 8), corpus!.listeners.slice(0, 99))
  assert.equal(few.correction(rows, 110, corpus!.listeners[110]!), 0)
})

test('an index finds the same, and forgets', async () => {
  const plain = new Crowding(pair, rows.embeddings.slice(), corpus!.listeners)
  const indexed = new Crowding(
    pair,
    rows.embeddings.slice(),
    corpus!.listeners,
    await createSharedIndex(16, { threads: 1 }),
  )
  const same = () => {
    for (const [row, listener] of corpus!.listeners.entries())
      assert.ok(
        Math.abs(plain.around(rows.embeddings, row, listener) - indexed.around(rows.embeddings, row, listener)) < 1e-6,
      )
  }
  same()
  const nearest = cosines(3).map((cosine, other) => (other === 3 ? -1 : cosine))
  const gone = corpus!.listeners[nearest.indexOf(Math.max(...nearest))]!
  const before = indexed.around(rows.embeddings, 3, corpus!.listeners[3]!)
  for (const crowding of [plain, indexed]) crowding.forget(gone)
  same()
  assert.ok(indexed.around(rows.embeddings, 3, corpus!.listeners[3]!) <= before)
  indexed.close()
})
