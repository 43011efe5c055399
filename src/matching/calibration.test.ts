import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../taste/problem.ts'
import { random } from '../towers/random.ts'
import { Calibration, readCalibration, type SizedScore, writeCalibration } from './calibration.ts'

const { uniform, below } = random(7)
const pairs = (count: number, mean: (artists: number) => number): readonly SizedScore[] =>
  Array.from({ length: count }, () => {
    const artists = 5 + below(80)
    return { artists, score: mean(artists) - 4 * Math.log(1 / uniform() - 1) }
  })
const halves = pairs(20_000, (artists) => 10 + artists / 10)
const strangers = pairs(20_000, () => -10)
const calibration = Calibration.fit(300, halves, strangers)!

test('affinity 50 is the middle of the halves of the same size', () => {
  for (const artists of [17, 35]) {
    const alike = halves.filter((pair) => Math.abs(pair.artists - artists) < 3).map(({ score }) => score)
    const median = alike.sort((a, b) => a - b)[alike.length >> 1]!
    const affinity = calibration.affinity({ score: median, artists })
    assert.ok(Math.abs(affinity - 50) < 5, `${artists} artists: ${affinity}`)
  }
})

test('rarity counts pairs that are at least as close', () => {
  for (const score of [-10, -5, 0, 10, 20]) {
    const closer = strangers.filter((pair) => pair.score >= score).length
    const ratio = (calibration.rarity({ score, artists: 30 }) * closer) / strangers.length
    assert.ok(ratio > 0.6 && ratio < 1.6, `at ${score}: ${ratio}`)
  }
})

test('both grow strictly with the score, far beyond everything seen', () => {
  for (const artists of [3, 9.9, 10, 24, 60, 500]) {
    let before = { affinity: 0, rarity: 1 }
    for (let score = -60; score < 120; score += 0.5) {
      const now = { affinity: calibration.affinity({ score, artists }), rarity: calibration.rarity({ score, artists }) }
      assert.ok(now.affinity > before.affinity && now.affinity < 100, `affinity at ${score}`)
      assert.ok(now.rarity >= before.rarity && Number.isFinite(now.rarity), `rarity at ${score}`)
      if (score > -20) assert.ok(now.rarity > before.rarity, `rarity at ${score}`)
      before = now
    }
  }
})

test('one artist more, or a hair of score, changes next to nothing', () => {
  for (let artists = 5; artists < 100; artists++)
    for (const score of [-5, 5, 15]) {
      const here = calibration.affinity({ score, artists })
      assert.ok(Math.abs(calibration.affinity({ score, artists: artists + 1 }) - here) < 5)
      assert.ok(Math.abs(calibration.affinity({ score: score + 1e-6, artists }) - here) < 1e-3)
    }
})

test('a calibration is read as it was written', () => {
  const read = readCalibration(writeCalibration(calibration))
  assert.deepEqual(JSON.parse(JSON.stringify(read.tables)), JSON.parse(JSON.stringify(calibration.tables)))
  assert.equal(read.affinity({ score: 3, artists: 20 }), calibration.affinity({ score: 3, artists: 20 }))
})

test('too few pairs are no calibration, and a few are one table', () => {
  assert.equal(Calibration.fit(9, halves.slice(0, 20), strangers), undefined)
  assert.equal(Calibration.fit(9, halves, strangers.slice(0, 300)), undefined)
  assert.equal(Calibration.fit(9, halves.slice(0, 70), strangers)?.tables.halves.length, 1)
})

test('damaged files are refused in one line', () => {
  const json = JSON.parse(new TextDecoder().decode(writeCalibration(calibration)))
  const upsideDown = structuredClone(json)
  upsideDown.halves[0].distribution.scores.reverse()
  for (const broken of [{ ...json, version: 2 }, { ...json, halves: [] }, upsideDown, 'x'])
    assert.throws(
      () => readCalibration(Buffer.from(JSON.stringify(broken))),
      (error) => error instanceof Problem && /calibration\.json is damaged or of a newer version/.test(error.message),
    )
})
