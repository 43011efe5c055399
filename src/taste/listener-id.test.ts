import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isListenerId, parseListenerId } from './listener-id.ts'

test('takes source and id apart, whatever the id', () => {
  assert.deepEqual(parseListenerId('lastfm-2k:2'), { source: 'lastfm-2k', id: '2' })
  assert.deepEqual(parseListenerId('file:a:b c/ü🎵'), { source: 'file', id: 'a:b c/ü🎵' })
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 }), (id) => {
      fc.pre(!/\p{Cc}/u.test(id))
      assert.deepEqual(parseListenerId(`spotify:${id}`), { source: 'spotify', id })
    }),
  )
})

test('refuses what is no listener id', () => {
  const wrong = [
    '',
    '2',
    ':2',
    'lastfm-2k:',
    'Spotify:x',
    '-x:1',
    'a b:1',
    'a:\u0000',
    'a:x\ny',
    `a:${'x'.repeat(257)}`,
  ]
  for (const text of wrong) {
    assert.equal(isListenerId(text), false, text)
    assert.throws(() => parseListenerId(text), { name: 'Problem', message: /is not a listener id; write source:id/ })
  }
})
