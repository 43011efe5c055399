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

test('whole answers of the API; lists of one; rows of pages are counted', async () => {
  const row = (name: string, uts: string) => ({ artist: { name: 'Tide', mbid: '' }, name, date: { uts } })
  const about = { '@attr': { user: 'somebody', page: '1' } }
  const pages = await readTexts({
    'pages.json': [
      { track: [row('Ebb', '1706695200'), row('Flow', '1706695500')], ...about },
      { track: [row('Ebb', '1706695900')], ...about },
    ],
  })
  assert.equal(pages.report.files[0]?.rows, 3)
  const loved = await readTexts({ 'loved.json': { lovedtracks: { track: row('Ebb', '1706695200'), ...about } } })
  assert.deepEqual(told(loved), [['Tide', 'Ebb', 1, '2024-01-31T10:00:00Z']])
  const top = await readTexts({
    'top.json': { topartists: { artist: [{ name: 'Gull', playcount: '12', mbid: '' }], ...about } },
  })
  assert.deepEqual(top.items, [{ artists: ['Gull'], plays: 12 }])
  assert.doesNotMatch(JSON.stringify([pages, loved, top]), /somebody/)
})

test('what plays while a table is saved stands first, without a time', async () => {
  const reading = await readTexts({ 'me.csv': 'Tide,Low,Now,\nTide,Low,Ebb,31 Jan 2024 10:00\n' })
  assert.deepEqual(told(reading), [['Tide', 'Ebb', 1, '2024-01-31T10:00:00Z']])
  assert.deepEqual(ignoredOf(reading), { 'not-played': 1 })
  const headed = await readTexts({ 'me.csv': 'artist,album,track,date\nTide,Low,Ebb,31 Jan 2024 10:00\n' })
  assert.deepEqual(told(headed), [['Tide', 'Ebb', 1, '2024-01-31T10:00:00Z']])
})
