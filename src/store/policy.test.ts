import assert from 'node:assert/strict'
import { test } from 'node:test'
import { origins } from '../taste/provenance.ts'
import {
  allowedOrigins,
  allows,
  expiryOf,
  marksOf,
  operatorSwitches,
  type PolicySettings,
  policy,
  whyNot,
} from './policy.ts'

const day = 86_400

/** The table of the design, row by row: kept for, and then whether it may be used with all switches off and on. */
const rows = [
  { origin: 'simulated', keep: Infinity, match: [true, true], train: [true, true], marks: [] },
  { origin: 'own-export', keep: Infinity, match: [true, true], train: [true, true], marks: [] },
  { origin: 'listenbrainz', keep: Infinity, match: [true, true], train: [true, true], marks: [] },
  { origin: 'lastfm-api', keep: 30 * day, match: [true, true], train: [false, true], marks: [] },
  { origin: 'research', keep: Infinity, match: [true, true], train: [true, true], marks: ['research use only'] },
  {
    origin: 'musicbrainz',
    keep: Infinity,
    match: [true, true],
    train: [true, true],
    marks: ['non-commercial use only (MusicBrainz tags)'],
  },
  { origin: 'reccobeats', keep: 30 * day, match: [true, true], train: [false, true], marks: [] },
  { origin: 'spotify', keep: day, match: [false, true], train: [false, true], marks: [] },
] as const

const permitted: PolicySettings = Object.fromEntries(operatorSwitches.map((name) => [name, 'permitted']))

for (const { origin, keep, match, train, marks } of rows)
  test(`${origin}: as the table says`, () => {
    assert.equal(policy[origin].keep, keep)
    assert.equal(expiryOf({ origin, source: 'x', readAt: 100 }), keep === Infinity ? undefined : 100 + keep)
    for (const [i, settings] of [{}, permitted].entries()) {
      assert.equal(allows(origin, 'keep', settings), true)
      assert.equal(allows(origin, 'match', settings), match[i])
      assert.equal(allows(origin, 'train', settings), train[i])
      for (const purpose of ['keep', 'match', 'train'] as const)
        assert.equal(allowedOrigins(purpose, settings).includes(origin), allows(origin, purpose, settings))
    }
    assert.deepEqual(marksOf([origin]), marks)
  })

test('every origin has its row', () => {
  assert.deepEqual(rows.map(({ origin }) => origin).sort(), [...origins].sort())
})

test('each switch opens its own gate only', () => {
  assert.equal(allows('spotify', 'match', { 'spotify.matching': 'permitted' }), true)
  assert.equal(allows('spotify', 'train', { 'spotify.matching': 'permitted' }), false)
  assert.equal(allows('spotify', 'match', { 'spotify.training': 'permitted' }), false)
  assert.equal(allows('spotify', 'train', { 'spotify.training': 'permitted' }), true)
  assert.equal(allows('lastfm-api', 'train', { 'lastfm.training': 'permitted', 'spotify.training': 'off' }), true)
  assert.equal(allows('spotify', 'train', { 'lastfm.training': 'permitted', 'spotify.training': 'off' }), false)
})

test('a source may say that its data expires earlier, not later', () => {
  assert.equal(expiryOf({ origin: 'spotify', source: 'x', readAt: 0, expiresAt: 60 }), 60)
  assert.equal(expiryOf({ origin: 'spotify', source: 'x', readAt: 0, expiresAt: 10 * day }), day)
  assert.equal(expiryOf({ origin: 'research', source: 'x', readAt: 0, expiresAt: 60 }), 60)
})

test('a refusal names the switch and its page', () => {
  const why = whyNot('spotify', 'match', {})
  assert.equal(why, 'data of spotify may not be matched while spotify.matching is off (docs/spotify-access.md)')
  assert.match(whyNot('lastfm-api', 'train', {}) ?? '', /trained on while lastfm\.training is off/)
  assert.equal(whyNot('spotify', 'keep', {}), undefined)
  assert.equal(whyNot('spotify', 'match', permitted), undefined)
})

test('marks come once and in order', () => {
  assert.deepEqual(marksOf(['simulated', 'research', 'research']), ['research use only'])
})
