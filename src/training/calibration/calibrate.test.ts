import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Corpus } from '../../features/corpus.ts'
import { communities, smallCorpora } from '../../features/small-corpus.ts'
import { linearKind } from '../linear-kind.ts'
import { calibrate } from './calibrate.ts'
import { hubness } from './hubness.ts'
import { samplePairs } from './sample-pairs.ts'

const everybody = communities(420, { communities: 12, artists: 60, each: 25 })
const [training, heldOut] = (await smallCorpora([everybody.slice(0, 200), everybody.slice(200)])) as [Corpus, Corpus]
const model = await linearKind.fit(training, { seed: 1, preset: 'quick' })

test('pairs are symmetric in who is asked, and hold every two listeners once', () => {
  const { halves, strangers } = samplePairs(model.pair, heldOut, { seed: 1 })
  const rows = model.pair.rows(heldOut)
  const whole = strangers.filter(({ artists }) => artists === 25)
  assert.equal(new Set(whole.map(({ i, j }) => `${i} ${j}`)).size, whole.length)
  for (const { i, j, score } of whole.slice(0, 50)) {
    assert.equal(model.pair.score(rows, i, rows, j), model.pair.score(rows, j, rows, i))
    assert.ok(Math.abs(model.pair.score(rows, i, rows, j) - score) < 1e-4)
  }
  assert.ok(halves.every(({ i, j }) => i === j) && strangers.every(({ i, j }) => i !== j))
  assert.ok(
    strangers.some(({ artists }) => artists < 10),
    'of small profiles too',
  )
})

test('affinity and rarity say of held-out listeners what they promise', () => {
  const { calibration, trust } = calibrate(model, heldOut, training)
  assert.ok(calibration && trust)
  assert.equal(trust.listeners, 220)
  for (const { predicted, observed, pairs } of trust.rarity.filter((point) => point.pairs > 200)) {
    const factor = observed / predicted
    assert.ok(factor > 0.6 && factor < 1.7, `one in ${1 / predicted}: ${factor} of ${pairs}`)
  }
  for (const { predicted, observed } of trust.affinity) assert.ok(Math.abs(predicted - observed) < 0.1)
  const [small, large] = trust.nearest
  for (const { affinity, firstTen } of [small!, large!]) {
    assert.ok(affinity.every((value) => value > 0 && value <= 100))
    assert.deepEqual(
      firstTen,
      firstTen.toSorted((x, y) => y - x),
    )
  }
  assert.ok(large!.rarity[50]! > small!.rarity[50]!)
})

test('too few listeners are not calibrated', () => {
  const [few] = [{ ...heldOut, listeners: heldOut.listeners.slice(0, 0), counts: { ...heldOut.counts, rows: 0 } }]
  assert.deepEqual(calibrate(model, few, training), { hubness: [] })
})

test('hubness counts in whose lists everybody is', () => {
  const n = heldOut.listeners.length
  const star = (q: number, out: Float32Array) => {
    // Everybody likes the first ten best, then their own neighbours.
    for (let c = 0; c < n; c++) out[c] = c < 10 ? 1000 - c : -Math.abs(q - c)
  }
  const none = new Float64Array(n)
  const before = hubness(star, none)
  assert.equal(before.most, n - 1)
  assert.ok(before.skew > 4 && before.never > 0.9)
  const after = hubness(
    star,
    none.map((_, c) => (c < 10 ? 2000 : 0)),
  )
  assert.ok(after.skew < before.skew && after.never < 0.1)
})
