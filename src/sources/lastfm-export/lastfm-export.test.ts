import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ignoredOf, readTexts } from '../export/read-texts.ts'

const mbid = '0f0f0f0f-0000-4000-8000-000000000001'
const told = ({ items }: Awaited<ReturnType<typeof readTexts>>) =>
  items.map(({ artists, track, plays, lastPlayedAt }) => [artists[0], track, plays, lastPlayedAt])

test('tables with and without a header; a user name in one is let go', async () => {
  const bare = await readTexts({
    'me.csv': 'Tide,Low,Ebb,31 Jan 2024 10:00\nTide,Low,Ebb,"01 Feb 2024, 11:30"\nGull,,Over,01 Feb 2024 12:00\n',
  })
  assert.deepEqual(told(bare), [
    ['Tide', 'Ebb', 2, '2024-02-01T11:30:00Z'],
    ['Gull', 'Over', 1, '2024-02-01T12:00:00Z'],
  ])
  const named = await readTexts({
    'lastfmstats.csv': 'Artist;Album;AlbumId;Track;Date#somebody\nTide;Low;;Ebb;1706695200000\n',
  })
  assert.deepEqual(told(named), [['Tide', 'Ebb', 1, '2024-01-31T10:00:00Z']])
  assert.doesNotMatch(JSON.stringify(named), /somebody/)
})

test('answers of the API: pages, the row that plays now, top lists', async () => {
  const pages = [
    {
      track: [
        { artist: { '#text': 'Tide', mbid }, name: 'Now', '@attr': { nowplaying: 'true' } },
        {
          artist: { '#text': 'Tide', mbid },
          name: 'Ebb',
          mbid: '',
          album: { '#text': 'Low' },
          date: { uts: '1706695200', '#text': 'x' },
        },
      ],
      '@attr': { page: '1' },
    },
  ]
  const recent = await readTexts({ 'pages.json': pages })
  assert.deepEqual(told(recent), [['Tide', 'Ebb', 1, '2024-01-31T10:00:00Z']])
  assert.deepEqual(recent.items[0]?.artistIds, [{ mbid }])
  assert.deepEqual(ignoredOf(recent), { 'not-played': 1 })
  const top = await readTexts({
    'top.json': { artist: [{ name: 'Gull', playcount: '12', mbid: '', url: 'u' }], '@attr': { page: '1' } },
  })
  assert.deepEqual(top.items, [{ artists: ['Gull'], plays: 12 }])
})
