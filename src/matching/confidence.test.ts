import assert from 'node:assert/strict'
import { test } from 'node:test'
import { confidence } from './confidence.ts'

const all = (artists: number) => ({ artists, known: artists })

test('the smaller profile decides, and says so', () => {
  assert.deepEqual(confidence(all(4), all(100)), { word: 'not enough data', because: 'based on your 4 artists' })
  assert.deepEqual(confidence(all(1), all(100)), { word: 'not enough data', because: 'based on your 1 artist' })
  assert.deepEqual(confidence(all(5), all(5)), { word: 'rough', because: 'based on your 5 artists' })
  assert.deepEqual(confidence(all(90), all(9)), { word: 'rough', because: 'based on their 9 artists' })
  assert.equal(confidence(all(10), all(50)).word, 'fair')
  assert.equal(confidence(all(24), all(50)).word, 'fair')
  assert.equal(confidence(all(25), all(50)).word, 'sure')
})

test('what the model hardly knows is trusted one word less', () => {
  assert.deepEqual(confidence({ artists: 40, known: 19 }, all(50)), {
    word: 'fair',
    because: 'the model knows 19 of your 40 artists',
  })
  assert.deepEqual(confidence(all(30), { artists: 12, known: 2 }), {
    word: 'rough',
    because: 'the model knows 2 of their 12 artists',
  })
  assert.equal(confidence({ artists: 40, known: 20 }, all(50)).word, 'sure')
  assert.equal(confidence({ artists: 7, known: 0 }, all(50)).word, 'rough')
  assert.equal(confidence({ artists: 3, known: 0 }, all(50)).word, 'not enough data')
})
