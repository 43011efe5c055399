import assert from 'node:assert/strict'
import { test } from 'node:test'
import { genresAmong } from './genre-words.ts'

const words = (...pairs: readonly (readonly [string, number])[]) => pairs.map(([name, count]) => ({ name, count }))

test('the most used first, each once, tidy', () => {
  const said = words(
    ['Slowcore', 40],
    ['  dream   POP', 90],
    ['slowcore ', 20],
    ['rare', 3],
    ['', 99],
    ['x'.repeat(61), 99],
  )
  assert.deepEqual(genresAmong(said, { artist: 'Low', least: 10 }), ['dream pop', 'slowcore'])
})

test('neither who listens and when, nor the artist, is a genre', () => {
  const said = words(
    ...[
      'seen live',
      'favorites',
      'Favourite Bands',
      'my favorite',
      'albums i own',
      'check out',
      'female vocalists',
      'LOW',
    ].map((name) => [name, 100] as const),
    ['love metal', 50],
    ['cool jazz', 40],
    ['90s', 30],
  )
  assert.deepEqual(genresAmong(said, { artist: 'Low', least: 1 }), ['love metal', 'cool jazz', '90s'])
})

test('with a list of genres, nothing else counts', () => {
  const said = words(['shoegaze', 2], ['british', 9], ['dream pop', 5])
  const known = new Set(['shoegaze', 'dream pop'])
  assert.deepEqual(genresAmong(said, { artist: 'Slowdive', least: 1, known }), ['dream pop', 'shoegaze'])
})

test('at most eight', () => {
  const said = words(...Array.from({ length: 20 }, (_, i) => [`genre ${i}`, 100 - i] as const))
  assert.equal(genresAmong(said, { artist: 'Low', least: 1 }).length, 8)
})
