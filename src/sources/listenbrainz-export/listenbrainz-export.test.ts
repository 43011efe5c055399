import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ignoredOf, readTexts } from '../export/read-texts.ts'

const mbid = '0f0f0f0f-0000-4000-8000-000000000001'
const listen = (artist: string, track: string, at: number, more: object = {}) => ({
  listened_at: at,
  track_metadata: { artist_name: artist, track_name: track, release_name: 'Low', additional_info: {}, ...more },
})

test('lines and lists, artists by their credits, damaged lines by their number', async () => {
  const credited = {
    mbid_mapping: {
      recording_mbid: mbid,
      artists: [
        { artist_mbid: mbid, artist_credit_name: 'Tide' },
        { artist_mbid: 'x', artist_credit_name: 'Gull' },
      ],
    },
  }
  const lines = [
    listen('Tide & Gull', 'Ebb', 1706695200, credited),
    listen('Tide & Gull', 'Ebb', 1706698800, credited),
    listen('Shore', 'Calm', 1706695200),
  ]
  const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"listened_at":1,\n`
  const reading = await readTexts({ 'listens/2024/1.jsonl': text })
  assert.deepEqual(reading.items, [
    {
      artists: ['Tide', 'Gull'],
      artistIds: [{ mbid }, null],
      track: 'Ebb',
      album: 'Low',
      ids: { mbid },
      plays: 2,
      addedAt: '2024-01-31T10:00:00Z',
      lastPlayedAt: '2024-01-31T11:00:00Z',
    },
    {
      artists: ['Shore'],
      track: 'Calm',
      album: 'Low',
      plays: 1,
      addedAt: '2024-01-31T10:00:00Z',
      lastPlayedAt: '2024-01-31T10:00:00Z',
    },
  ])
  assert.deepEqual(reading.report.broken.first, [{ place: 'listens/2024/1.jsonl: line 4', reason: 'not JSON' }])
  const list = await readTexts({ 'old.json': lines, 'again.json': lines.slice(2) })
  assert.deepEqual([list.items.length, ignoredOf(list)], [2, { overlap: 1 }])
})
