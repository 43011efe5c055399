import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Details } from '../description/description.ts'
import { PopulationStatistics } from './population-statistics.ts'

const unknown = Number.NaN
const listener = (
  genres: Details['genres'],
  decades: Details['decades'],
  sound: readonly number[],
  unusualness: number,
) => ({ genres, decades, sound: Float32Array.from(sound), unusualness }) as unknown as Details

const statistics = new PopulationStatistics([
  listener(
    [
      ['pop', 0.75],
      ['jazz', 0.25],
    ],
    [[1990, 1]],
    [0.5, unknown],
    1,
  ),
  listener(
    [['pop', 1]],
    [
      [1990, 0.5],
      [2000, 0.5],
    ],
    [0.25, unknown],
    2,
  ),
  // Of this one nothing is known: that is no share of 0.
  listener([], [], [unknown, unknown], 3),
  listener([['folk', 1]], [], [1, unknown], 4),
])

test('shares are means over those of whom something is known', () => {
  assert.equal(statistics.listeners, 4)
  assert.equal(statistics.genreShare('pop'), 1.75 / 3)
  assert.equal(statistics.genreShare('ska'), 0)
  assert.equal(statistics.genreListeners('pop'), 2 / 4)
  assert.equal(statistics.genreListeners('ska'), 0)
  assert.equal(statistics.decadeShare(1990), 0.75)
  assert.equal(statistics.decadeShare(2010), 0)
})

test('sound by the share of listeners below, undefined where nobody is known', () => {
  assert.deepEqual(
    [0, 0.5, 1].map((at) => statistics.sound(0, at)),
    [0.25, 0.5, 1],
  )
  assert.equal(statistics.sound(1, 0.5), undefined)
})

test('rarer than the share of listeners whose artists are better known', () => {
  assert.deepEqual(
    [0, 2, 2.5, 9].map((unusualness) => statistics.rarerThan(unusualness)),
    [0, 0.25, 0.5, 1],
  )
})

test('of nobody, nothing is known', () => {
  const nobody = new PopulationStatistics([])
  assert.deepEqual(
    [nobody.genreShare('pop'), nobody.genreListeners('pop'), nobody.sound(0, 0.5), nobody.rarerThan(1)],
    [0, 0, undefined, undefined],
  )
})
