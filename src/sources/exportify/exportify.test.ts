import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ignoredOf, readTexts } from '../export/read-texts.ts'
import { artistsIn } from './artists.ts'

const track = (number: number) => `spotify:track:${String(number).padStart(22, '0')}`
const artist = (number: number) => `spotify:artist:${String(number).padStart(22, '0')}`
const row = (...cells: readonly (string | number)[]) =>
  cells.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(',')

/** The columns of the fork that quotes everything, in French, with genres and audio features. */
const french = row(
  ...[
    'URI de la piste',
    'Nom de la piste',
    "URI de l'artiste",
    "Nom de l'artiste",
    "URI de l'album",
    "Nom de l'album",
    "URI de l'artiste de l'album",
  ],
  ...[
    "Nom de l'artiste de l'album",
    'Date',
    'Image',
    'Disque',
    'Piste',
    'Durée',
    'Aperçu',
    'Explicite',
    'Popularité',
    'ISRC',
    'Ajouté par',
    'Ajouté le',
  ],
  ...[
    'Genres',
    'Dansabilité',
    'Énergie',
    'Tonalité',
    'Volume',
    'Mode',
    'Parole',
    'Acoustique',
    'Instrumental',
    'Vivacité',
    'Valence',
    'Tempo',
    'Mesure',
  ],
)

test('translated headers, names with commas, genres and audio features', async () => {
  const text = [
    french,
    row(
      ...[
        track(1),
        'Say "Hi", Bye',
        `${artist(1)}, ${artist(2)}`,
        'Tyler\\, The Maker, Gull',
        'spotify:album:a',
        'Sand',
        artist(1),
        'Tyler\\, The Maker',
        '2019-05-01',
      ],
      ...['', 1, 2, 180_500, '', 'true', 30, 'QZ-ABC-19-00001', 'spotify:user:me', '2024-01-31T10:00:00Z', 'art pop'],
      ...[0.5, 0.25, -1, -8.5, 0, 0.05, 0.9, 0, 0.1, 0.3, 99.5, 4],
    ),
    row(
      track(2),
      'Alone',
      artist(3),
      'Gull',
      '',
      '',
      '',
      '',
      '1999',
      '',
      1,
      1,
      1000,
      '',
      'false',
      0,
      '',
      '',
      '',
      'dream pop,Slow Core',
      ...Array(12).fill(''),
    ),
    row('spotify:episode:x', 'Talk', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', ''),
    row('spotify:local:a:b:c:1', 'Tape', '', 'Neighbour'),
  ].join('\n')
  const reading = await readTexts({ 'late_night.csv': text })
  assert.deepEqual(reading.items, [
    {
      artists: ['Tyler, The Maker', 'Gull'],
      artistIds: [{ spotify: artist(1).slice(-22) }, { spotify: artist(2).slice(-22) }],
      track: 'Say "Hi", Bye',
      album: 'Sand',
      year: 2019,
      ids: { spotify: track(1).slice(-22), isrc: 'QZABC1900001' },
      durationMs: 180_500,
      explicit: true,
      playlist: 'late night',
      addedAt: '2024-01-31T10:00:00Z',
    },
    {
      artists: ['Gull'],
      artistIds: [{ spotify: artist(3).slice(-22) }],
      track: 'Alone',
      year: 1999,
      ids: { spotify: track(2).slice(-22) },
      durationMs: 1000,
      explicit: false,
      playlist: 'late night',
    },
    { artists: ['Neighbour'], track: 'Tape', playlist: 'late night' },
  ])
  assert.deepEqual(ignoredOf(reading), { podcast: 1 })
  assert.deepEqual(reading.genres, [
    { name: 'Gull', ids: { spotify: artist(3).slice(-22) }, genres: ['dream pop', 'slow core'] },
  ])
  const { audio } = reading.audio[0]!
  assert.equal(reading.audio.length, 1)
  assert.deepEqual(audio, {
    ...{
      danceability: 0.5,
      energy: 0.25,
      loudness: -8.5,
      mode: 0,
      speechiness: 0.05,
      acousticness: 0.9,
      instrumentalness: 0,
    },
    ...{ liveness: 0.1, valence: 0.3, tempo: 99.5, timeSignature: 4, durationMs: 180_500 },
  })
})

test('the other fork, of today and before', async () => {
  const today = `\ufeffTrack URI,Track Name,Album Name,Artist Name(s),Release Date,Duration (ms),Added At,Genres,Danceability\r\n${track(1)},"A","B","Tyler, The Maker;Gull",2020-01-01,1000,2024-01-31T10:00:00Z,"",0.5\r\n`
  const before = `Spotify ID,Artist IDs,Track Name,Album Name,Artist Name(s),Release Date,Popularity,Added At,Genres\n${track(2).slice(-22)},"${artist(1).slice(-22)},${artist(2).slice(-22)}","C","D","One,Two",1990,5,2020-01-01T00:00:00Z,"rock"\n`
  const { items } = await readTexts({ 'today.csv': today, 'before.csv': before })
  assert.deepEqual(
    items.map((item) => item.artists),
    [
      ['Tyler, The Maker', 'Gull'],
      ['One', 'Two'],
    ],
  )
})

test('how many artists a cell names', () => {
  assert.deepEqual(artistsIn('Earth, Wind & Fire', 1, true), ['Earth, Wind & Fire'])
  assert.deepEqual(artistsIn('Earth\\, Wind & Fire, Gull', 0, true), ['Earth, Wind & Fire', 'Gull'])
  assert.deepEqual(artistsIn('Earth, Wind & Fire', 0, false), ['Earth, Wind & Fire'])
  assert.deepEqual(artistsIn('A,B', 0, false), ['A', 'B'])
  assert.deepEqual(artistsIn('A, B', 2, false), ['A', 'B'])
  assert.deepEqual(artistsIn(undefined, 0, false), [])
})

test('columns are found where the first title goes over two lines', async () => {
  const cells = [track(1), 'Ebb\nand flow', artist(1), 'Tide', 'spotify:album:a', 'Sand', artist(1), 'Tide', '2019', '']
  const more = [1, 1, 1000, '', 'true', 30, '', 'me', '2024-01-31T10:00:00Z', 'dream pop', ...Array(12).fill('')]
  const text = `\ufeff${french}\r\n${row(...cells, ...more)}\r\n`
  const { items, genres } = await readTexts({ 'x.csv': text })
  assert.deepEqual([items[0]?.track, items[0]?.addedAt], ['Ebb and flow', '2024-01-31T10:00:00Z'])
  assert.equal(genres.length, 1)
  assert.doesNotMatch(JSON.stringify(items), /"me"/)
})
