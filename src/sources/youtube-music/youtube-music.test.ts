import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js/index-native.js'
import { ignoredOf, readTexts } from '../export/read-texts.ts'
import { bareTitle, commonWords, namesOf } from './names.ts'

const watched = (title: string, channel: string | undefined, more: object = {}) => ({
  header: 'YouTube Music',
  title,
  titleUrl: 'https://music.youtube.com/watch?v=aaaaaaaaaaa',
  ...(channel && { subtitles: [{ name: channel, url: 'u' }] }),
  time: '2024-01-31T10:00:00.123Z',
  ...more,
})

test('the history: music only, under artists own channels and automatic ones', async () => {
  const reading = await readTexts({
    'watch-history.json': [
      watched('Watched Ebb', 'Tide - Topic'),
      watched('Watched Ebb', 'Tide - Topic', { time: '2024-02-01T10:00:00Z' }),
      watched('Watched Gull - Over (Official Video)', 'GullVEVO'),
      watched('Watched Sand', 'BlueShoreVEVO'),
      watched('Watched a video that has been removed', undefined),
      watched('Watched Cats', 'Somebody', { header: 'YouTube', titleUrl: 'https://www.youtube.com/watch?v=x' }),
      watched('Watched Flow', 'Tide - Topic', { header: 'YouTube', titleUrl: 'https://www.youtube.com/watch?v=x' }),
      watched('Watched Soap', 'Seller', { details: [{ name: 'From Google Ads' }] }),
      { header: 'YouTube Music' },
    ],
  })
  assert.deepEqual(
    reading.items.map(({ artists, track, plays }) => [artists[0], track, plays]),
    [
      ['Tide', 'Ebb', 2],
      ['Tide', 'Flow', 1],
      ['Gull', 'Over', 1],
      ['Blue Shore', 'Sand', 1],
    ],
  )
  assert.deepEqual(ignoredOf(reading), { 'no-artist': 1, video: 1, 'not-music': 1 })
  assert.equal(reading.report.broken.count, 1)
})

test('words around titles are taken off, in languages that we know and in others', () => {
  assert.equal(bareTitle('Hai guardato Onde', ['', '']), 'Onde')
  assert.equal(bareTitle('"Wellen" angesehen', ['', '']), 'Wellen')
  const titles = [
    'Nézted ezt: Ebb most',
    'Nézted ezt: Over the sea most',
    'Nézted ezt: Flow most',
    'Nézted ezt: Sand most',
  ]
  assert.deepEqual(commonWords(titles), ['Nézted ezt: ', ' most'])
  assert.equal(bareTitle(titles[1]!, commonWords(titles)), 'Over the sea')
  assert.deepEqual(commonWords(['A', 'B']), ['', ''])
})

test('names of channels and titles', () => {
  assert.deepEqual(namesOf('Tide - Topic', 'Ebb - Live'), { artist: 'Tide', track: 'Ebb - Live' })
  assert.deepEqual(namesOf('Tide - Thema', 'Ebb'), { artist: 'Tide', track: 'Ebb' })
  assert.deepEqual(namesOf('Gull Official', 'Over [Lyric Video] (Official Audio)'), {
    artist: 'Gull',
    track: 'Over',
  })
})

test('the library, and playlists that say no names', async () => {
  const reading = await readTexts({
    'Takeout/YouTube Music/music library songs.csv':
      'Video ID,Song Title,Album Title,Artist Name 1,Artist Name 2\naaaaaaaaaaa,Ebb,Low,Tide,Gull\nbbbbbbbbbbb,Alone,,,\n',
    'Takeout/YouTube y YouTube Music/canciones.csv':
      'ID del vídeo,Título de la canción,Título del álbum,Nombre del artista 1\nccccccccccc,Ola,Mar,Gaviota\n',
    'Takeout/YouTube Music/playlists/mix-videos.csv':
      'Video ID,Playlist Video Creation Timestamp\naaaaaaaaaaa,2024-01-01T00:00:00+00:00\n',
    'Takeout/YouTube Music/playlists/old.csv':
      'Playlist Id,Channel Id,Title\nPLx,UCy,Old\n\nVideo Id,Time Added\nbbbbbbbbbbb,2020-01-01 00:00:00 UTC\n',
  })
  assert.deepEqual(reading.items, [
    { artists: ['Tide', 'Gull'], track: 'Ebb', album: 'Low' },
    { artists: ['Gaviota'], track: 'Ola', album: 'Mar' },
  ])
  assert.deepEqual(ignoredOf(reading), { 'only-id': 2, 'no-artist': 1 })
  assert.match(reading.report.advice.join(' '), /numbers of the song in/)
})

test('the history as a page: a long style sheet before it, times in words, advertisements', async () => {
  const cell = (channel: string, when: string, more = '') =>
    `<div class="outer-cell mdl-cell"><p class="mdl-typography--title">YouTube Music<br></p><div class="content-cell">Watched <a href="https://music.youtube.com/watch?v=aaaaaaaaaaa">Ebb</a><br><a href="https://www.youtube.com/channel/UCx">${channel}</a><br>${when}<br></div><div class="mdl-typography--caption"><b>Products:</b><br>YouTube<br>${more}</div></div>`
  const page = (style: string) =>
    `<html><head><style>${style}</style></head><body>${cell('Tide - Topic', 'Jan 31, 2024, 5:05:10\u202fPM CET')}${cell('Gull - Thema', '01.02.2024, 17:05:10 MEZ')}${cell('Seller', 'Jan 31, 2024, 5:05:10 PM UTC', 'From Google Ads')}</body></html>`
  for (const style of ['', '.mdl-grid{display:flex}'.repeat(4000)]) {
    const reading = await readTexts({ 'Takeout/YouTube/history/watch-history.html': page(style) })
    assert.deepEqual(
      reading.items.map(({ artists, lastPlayedAt }) => [artists[0], lastPlayedAt]),
      [
        ['Tide', '2024-01-31T17:05:10Z'],
        ['Gull', '2024-02-01T17:05:10Z'],
      ],
    )
    assert.deepEqual(ignoredOf(reading), { 'not-music': 1 })
    assert.equal(reading.report.files[0]?.rows, 3)
  }
})

test('searches are never opened, in whatever language', async () => {
  const archive = new ZipWriter(new BlobWriter())
  const search = JSON.stringify([watched('sought', undefined)])
  const names = ['cronologia ricerche', 'Suchverlauf', 'histórico-de-pesquisa', 'historial de búsquedas', '検索履歴']
  for (const name of names) await archive.add(`Takeout/YouTube/x/${name.normalize('NFD')}.json`, new TextReader(search))
  await archive.add('Takeout/YouTube/x/watch.json', new TextReader(JSON.stringify([watched('Watched Ebb', 'Tide')])))
  const bytes = new Uint8Array(await (await archive.close()).arrayBuffer())
  const { report } = await readTexts({ 'takeout.zip': bytes })
  assert.deepEqual([report.notOpened, report.files.length], [names.length, 1])
})
