import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { random } from '../towers/random.ts'
import { halve, halvingTasks, leastInHalf, left, neither, right } from './halving.ts'

const listener = fc.array(fc.uniqueArray(fc.nat(40), { minLength: 1, maxLength: 3 }), { maxLength: 60 })

test('halves share no item, and no artist when cut by artist', () => {
  fc.assert(
    fc.property(listener, fc.constantFrom(...halvingTasks), fc.nat(), (artistsOf, task, seed) => {
      const sides = halve(artistsOf, task, random(seed))
      if (!sides) return
      assert.equal(sides.length, artistsOf.length)
      const on = (side: number) => artistsOf.filter((_, i) => sides[i] === side)
      assert.ok(on(left).length >= leastInHalf && on(right).length >= leastInHalf)
      if (task === 'tracks') {
        assert.equal(on(neither).length, 0)
        assert.ok(Math.abs(on(left).length - on(right).length) <= 1)
        return
      }
      const other = new Set(on(right).flat())
      const shared = on(left)
        .flat()
        .filter((artist) => other.has(artist))
      assert.deepEqual(shared, [])
      for (const [i, artists] of artistsOf.entries()) if (artists.length === 1) assert.notEqual(sides[i], neither)
    }),
  )
})

test('too little for two halves is no task', () => {
  const artists = (n: number) => Array.from({ length: n }, (_, i) => [i])
  assert.equal(halve([], 'artists', random(1)), undefined)
  assert.equal(halve(artists(9), 'artists', random(1)), undefined)
  assert.ok(halve(artists(10), 'artists', random(1)))
  const oneArtist = artists(30).map(() => [0])
  assert.equal(halve(oneArtist, 'artists', random(1)), undefined)
  assert.ok(halve(oneArtist, 'tracks', random(1)))
})

test('the same seed cuts alike, another one differently', () => {
  const artists = Array.from({ length: 50 }, (_, i) => [i])
  assert.deepEqual(halve(artists, 'artists', random(1, 2)), halve(artists, 'artists', random(1, 2)))
  assert.notDeepEqual(halve(artists, 'artists', random(1, 2)), halve(artists, 'artists', random(1, 3)))
})
