import assert from 'node:assert/strict'
import { test } from 'node:test'
import { confidence } from './confidence.ts'

test('the smaller profile decides, and says so', () => {
  assert.deepEqual(confidence(4, 100), { word: 'not enough data', because: 'based on your 4 artists' })
  assert.deepEqual(confidence(1, 100), { word: 'not enough data', because: 'based on your 1 artist' })
  assert.deepEqual(confidence(5, 5), { word: 'rough', because: 'based on your 5 artists' })
  assert.deepEqual(confidence(90, 9), { word: 'rough', because: 'based on their 9 artists' })
  assert.equal(confidence(10, 50).word, 'fair')
  assert.equal(confidence(24, 50).word, 'fair')
  assert.equal(confidence(25, 50).word, 'sure')
})
