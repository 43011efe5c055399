import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Description } from '../description/description.ts'
import { likelyEnjoyed } from './offers.ts'

/** Offers tracks 1, 2, 3 ... that lie at these angles; has the tracks that it offers. */
function offering(angles: readonly number[]): Pick<Description, 'details'> {
  const offers = angles.map((_, i) => ({ hash: i + 1, title: `song ${i + 1}`, artists: ['somebody'] }))
  const offerCodes = Int8Array.from(
    angles.flatMap((angle) => [Math.round(127 * Math.cos(angle)), Math.round(127 * Math.sin(angle))]),
  )
  return { details: { offers, offerCodes } as unknown as Description['details'] }
}

function listening(angle: number, tracks: readonly number[] = []): Pick<Description, 'vector' | 'details'> {
  const vector = Float32Array.of(Math.cos(angle), Math.sin(angle))
  return { vector, details: { tracks: Float64Array.from(tracks) } as unknown as Description['details'] }
}

const titles = (from: Pick<Description, 'details'>, to: Pick<Description, 'vector' | 'details'>) =>
  likelyEnjoyed(from, to).map(({ title }) => title)

test('the nearest of the offered tracks, nearest first, five at most', () => {
  const from = offering([3, 0.1, 1, 0.5, 2, 0.2, 2.5])
  assert.deepEqual(titles(from, listening(0)), ['song 2', 'song 6', 'song 4', 'song 3', 'song 5'])
  assert.deepEqual(titles(from, listening(3)).slice(0, 2), ['song 1', 'song 7'])
})

test('what is there already is not offered', () => {
  assert.deepEqual(titles(offering([0.1, 0.2, 0.3]), listening(0, [1, 3])), ['song 2'])
  assert.deepEqual(titles(offering([]), listening(0)), [])
})

test('a model that has no place for tracks offers them in their order, and no hash is told', () => {
  const from = offering([1, 0, 2])
  const plain = { details: { ...from.details, offerCodes: new Int8Array() } }
  assert.deepEqual(titles(plain, listening(0)), ['song 1', 'song 2', 'song 3'])
  assert.deepEqual(likelyEnjoyed(plain, listening(0))[0], { title: 'song 1', artists: ['somebody'] })
})
