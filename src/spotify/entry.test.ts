import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Duplicates } from './duplicates.ts'
import { readEntry } from './entry.ts'
import { readPlaylistInfo } from './playlist-info.ts'

const trackId = '0aB3dE5fG7hI9jK1lM3nO5'
const artistId = '1aB3dE5fG7hI9jK1lM3nO5'
const track = {
  id: trackId,
  type: 'track',
  name: 'Tape Hiss ',
  duration_ms: 215_000,
  explicit: false,
  artists: [
    { id: artistId, name: 'The Lanterns' },
    { id: null, name: 'Morning Owl' },
  ],
  album: { name: 'Reels', release_date: '1999-04' },
  external_ids: { isrc: 'us-rc1-76-07839' },
}
const item = {
  artists: ['The Lanterns', 'Morning Owl'],
  artistIds: [{ spotify: artistId }, null],
  track: 'Tape Hiss',
  album: 'Reels',
  year: 1999,
  ids: { spotify: trackId, isrc: 'USRC17607839' },
  durationMs: 215_000,
  explicit: false,
  playlist: 'quiet',
  addedAt: '2024-05-06T07:08:09Z',
}
const addedAt = { added_at: '2024-05-06T07:08:09Z', is_local: false }

test('reads a track with all that is known of it, under the new name and the old', () => {
  const expected = { kind: 'track', item }
  assert.deepEqual(readEntry({ ...addedAt, item: track }, 'quiet'), expected)
  assert.deepEqual(readEntry({ ...addedAt, track }, 'quiet'), expected)
  assert.deepEqual(readEntry({ ...addedAt, item: track, track }, 'quiet'), expected)
  assert.deepEqual(readEntry({ ...addedAt, item: null, track }, 'quiet'), expected)
})

test('reads a track of which little is known', () => {
  const bare = { artists: [{ name: 'The Lanterns' }] }
  assert.deepEqual(readEntry({ track: bare }, ''), { kind: 'track', item: { artists: ['The Lanterns'] } })
  const odd = {
    ...bare,
    name: '  ',
    id: 'short',
    duration_ms: -1,
    album: { name: '', release_date: '0000' },
    external_ids: { isrc: 'x' },
    explicit: 'no',
  }
  const entry = { added_at: '1970-01-01T00:00:00Z', track: odd }
  assert.deepEqual(readEntry(entry, ''), { kind: 'track', item: { artists: ['The Lanterns'] } })
})

test('reads the year of an album in any precision', () => {
  const year = (date: unknown) => {
    const entry = readEntry({ track: { ...track, album: { release_date: date } } }, '')
    return entry.kind === 'track' ? entry.item.year : undefined
  }
  for (const [date, expected] of [
    ['1981', 1981],
    ['1981-12', 1981],
    ['1981-12-15', 1981],
    ['19811215', undefined],
    ['0000', undefined],
    [null, undefined],
    [1981, undefined],
  ])
    assert.equal(year(date), expected)
})

test('tells apart what is not a track', () => {
  const local = {
    ...track,
    id: null,
    uri: 'spotify:local:::Demo:120',
    artists: [{ id: null, name: '', uri: null }],
    album: { id: null, name: '', release_date: null },
    external_ids: {},
  }
  assert.deepEqual(readEntry({ is_local: true, track: local }, ''), { kind: 'local' })
  const named = { ...local, artists: [{ id: null, name: 'My Band' }], name: 'Demo', explicit: undefined }
  assert.deepEqual(readEntry({ is_local: true, item: named }, ''), {
    kind: 'local',
    item: { artists: ['My Band'], track: 'Demo', durationMs: 215_000 },
  })
  assert.deepEqual(readEntry({ item: { type: 'episode', name: 'x', show: {} } }, ''), { kind: 'spoken' })
  assert.deepEqual(readEntry({ item: { type: 'chapter' } }, ''), { kind: 'spoken' })
  assert.deepEqual(readEntry({ item: null }, ''), { kind: 'gone' })
  assert.deepEqual(readEntry({ track: null, added_at: null }, ''), { kind: 'gone' })
  assert.deepEqual(readEntry(null, ''), { kind: 'gone' })
  for (const odd of [
    {},
    [],
    3,
    'x',
    { item: 3 },
    { item: { type: 'hologram' } },
    { track: { artists: [] } },
    { track: {} },
  ])
    assert.deepEqual(readEntry(odd, ''), { kind: 'unreadable' })
})

test('reads anything without throwing', () => {
  const odd = fc.anything()
  const entry = fc.record({ item: fc.oneof(odd, fc.record({ artists: odd, album: odd, type: odd })), added_at: odd })
  fc.assert(
    fc.property(fc.oneof(odd, entry), (value) => {
      assert.ok(readEntry(value, 'quiet').kind)
      readPlaylistInfo(value, 'smedjan', 0)
    }),
    { numRuns: 300 },
  )
})

test('knows a track again by id, by recording, and by title, artist and length', () => {
  const seen = new Duplicates()
  assert.equal(seen.has(item), false)
  assert.equal(seen.has({ artists: ['X'], ids: { spotify: trackId } }), true)
  assert.equal(seen.has({ artists: ['X'], ids: { spotify: 'other', isrc: 'USRC17607839' } }), true)
  assert.equal(seen.has({ artists: ['the lanterns'], track: 'TAPE HISS', durationMs: 216_900 }), true)
  assert.equal(seen.has({ artists: ['the lanterns'], track: 'TAPE HISS', durationMs: 219_100 }), false)
  assert.equal(seen.has({ artists: ['the lanterns'], track: 'Tape Hiss - Live', durationMs: 215_000 }), false)
  assert.equal(seen.has({ artists: ['The Lanterns'] }), false)
  assert.equal(seen.has({ artists: ['The Lanterns'] }), false)
})

test('reads a playlist of a list, under the new name and the old', () => {
  const playlist = {
    id: trackId,
    name: ' quiet ',
    owner: { id: 'smedjan' },
    snapshot_id: 's',
    public: null,
    images: null,
  }
  const expected = {
    id: trackId,
    name: 'quiet',
    relation: 'own',
    ownerId: 'smedjan',
    collaborative: false,
    total: 3,
    snapshotId: 's',
    place: 7,
  }
  for (const more of [
    { items: { total: 3 } },
    { tracks: { total: 3 } },
    { items: { total: 3 }, tracks: null },
    { items: null, tracks: { total: 3 } },
  ])
    assert.deepEqual(readPlaylistInfo({ ...playlist, ...more }, 'smedjan', 7), expected)
  assert.equal(readPlaylistInfo({ ...playlist, owner: null }, 'smedjan', 7)?.relation, 'followed')
  assert.equal(readPlaylistInfo({ ...playlist, owner: { id: 'Smedjan' } }, 'smedjan', 7)?.relation, 'followed')
  assert.equal(readPlaylistInfo(null, 'smedjan', 7), undefined)
})
