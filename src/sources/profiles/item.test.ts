import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseItem } from './item.ts'

const spotify = '0UaMYEvWZi0ZqiDOoHU3YI'
const mbid = 'f27ec8db-af05-4f36-916e-3d57f91ecf5e'

test('takes an item with everything, and leaves out what it does not know', () => {
  const item = {
    artists: ['Björk', 'Arca'],
    artistIds: [{ mbid }, null],
    track: 'Losss',
    album: 'Utopia',
    year: 2017,
    ids: { spotify, isrc: 'GBAYE0601498', mbid },
    durationMs: 1000.5,
    playlist: 'a',
    plays: 3,
    addedAt: '2020-01-31T00:00:00Z',
    lastPlayedAt: '2020-02-01',
  }
  assert.deepEqual(parseItem({ ...item, cover: 'x', ids: { ...item.ids, deezer: 1 } }), item)
})

test('null, empty text and ids of unknown form count as absent', () => {
  const value = {
    artists: ['a'],
    track: '',
    album: null,
    year: 0,
    ids: { spotify: 'spotify:local:x', isrc: null, mbid: mbid.toUpperCase() },
    plays: null,
  }
  assert.deepEqual(parseItem(value), { artists: ['a'], ids: { mbid } })
  assert.deepEqual(
    parseItem({ artists: ['a'], ids: { spotify: `https://open.spotify.com/intl-de/track/${spotify}?si=x` } }),
    {
      artists: ['a'],
      ids: { spotify },
    },
  )
})

test('says what is wrong', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [null, 'expected object, received null'],
    [[{}], 'expected object, received array'],
    [{}, 'artists: expected array, received undefined'],
    [{ artists: 'Low' }, 'artists: expected array, received string'],
    [{ artists: [] }, 'artists: empty'],
    [{ artists: ['Low', ' '] }, 'artists.1: empty'],
    [{ artists: ['x'.repeat(1001)] }, 'artists.0: longer than 1000 characters'],
    [{ artists: ['Low'], artistIds: [null, null] }, 'artistIds: more of them than artists'],
    [{ artists: ['Low'], plays: '3' }, 'plays: expected number, received string'],
    [{ artists: ['Low'], plays: 0 }, 'plays: Too small: expected number to be >=1'],
    [{ artists: ['Low'], ids: { isrc: 7 } }, 'ids.isrc: expected string, received number'],
    [{ artists: ['Low'], addedAt: 'yesterday' }, 'addedAt: not an ISO 8601 date'],
    [{ artists: ['Low'], addedAt: '2020-13-45' }, 'addedAt: not an ISO 8601 date'],
  ]
  for (const [value, reason] of cases) assert.throws(() => parseItem(value), { name: 'Problem', message: reason })
})
