import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ignoredOf, readTexts } from '../export/read-texts.ts'

const dict = (fields: Readonly<Record<string, string | number | boolean>>) =>
  `<dict>${Object.entries(fields)
    .map(
      ([key, value]) =>
        `<key>${key}</key>${typeof value === 'boolean' ? `<${value}/>` : typeof value === 'number' ? `<integer>${value}</integer>` : /^\d{4}-/.test(value) ? `<date>${value}</date>` : `<string>${value}</string>`}`,
    )
    .join('')}</dict>`

test('Library.xml: plays and dates, playlists by number, no films and podcasts, no lists that Apple makes', async () => {
  const tracks = [
    dict({
      'Track ID': 11,
      Name: 'Ebb &amp; Flow',
      Artist: 'Tide',
      Album: 'Low',
      Year: 2001,
      'Total Time': 1000,
      'Play Count': 7,
      'Play Date UTC': '2024-01-31T10:00:00Z',
      'Date Added': '2020-01-01T00:00:00Z',
      Location: 'file:///Users/somebody/x.m4a',
    }),
    dict({ 'Track ID': 12, Name: 'Over', Artist: 'Gull' }),
    dict({ 'Track ID': 13, Name: 'Talk', Artist: 'Host', Podcast: true }),
    dict({ 'Track ID': 14, Name: 'Film', Artist: 'Actor', 'Has Video': true }),
    dict({ 'Track ID': 15, Name: 'Noise', Artist: 'Loud', Disliked: true }),
    dict({ 'Track ID': 16, Name: 'Nobody' }),
  ].map((track, i) => `<key>${11 + i}</key>${track}`)
  const entries = (...ids: readonly number[]) =>
    `<key>Playlist Items</key><array>${ids.map((id) => dict({ 'Track ID': id })).join('')}</array>`
  const playlists = [
    `<dict><key>Name</key><string>Library</string><key>Master</key><true/>${entries(11, 12)}</dict>`,
    `<dict><key>Name</key><string>Walks</string>${entries(12, 99)}</dict>`,
  ]
  const xml = `<?xml version="1.0"?><plist version="1.0"><dict><key>Music Folder</key><string>x</string><key>Tracks</key><dict>${tracks.join('\n')}</dict><key>Playlists</key><array>${playlists.join('')}</array></dict></plist>`
  const reading = await readTexts({ 'Library.xml': xml })
  assert.deepEqual(reading.items, [
    {
      artists: ['Tide'],
      track: 'Ebb & Flow',
      album: 'Low',
      year: 2001,
      durationMs: 1000,
      plays: 7,
      addedAt: '2020-01-01T00:00:00Z',
      lastPlayedAt: '2024-01-31T10:00:00Z',
    },
    { artists: ['Gull'], track: 'Over' },
    { artists: ['Gull'], track: 'Over', playlist: 'Walks' },
  ])
  assert.deepEqual(ignoredOf(reading), { podcast: 1, video: 1, disliked: 1, 'no-artist': 1 })
  assert.deepEqual([reading.report.listens, reading.report.playlists], [7, 1])
  const cut = await readTexts({ 'Library.xml': xml.slice(0, xml.indexOf('Talk')) })
  assert.equal(cut.items.length, 2)
  assert.match(cut.report.broken.first[0]?.reason ?? '', /ends in the middle of an element/)
})

test('tables of the privacy export', async () => {
  const reading = await readTexts({
    'Apple Music Play Activity.csv':
      'Artist Name,Song Name,Album Name,End Reason Type,Event End Timestamp,Event Type,Media Type,Play Duration Milliseconds\nTide,Ebb,Low,NATURAL_END_OF_TRACK,2024-01-31T10:00:00.000Z,PLAY_END,AUDIO,200000\nTide,Ebb,Low,TRACK_SKIPPED_FORWARDS,2024-01-31T11:00:00.000Z,PLAY_END,AUDIO,2000\n,Ebb,Low,NATURAL_END_OF_TRACK,2024-01-31T12:00:00.000Z,PLAY_END,AUDIO,200000\nTide,Ebb,Low,,2024-01-31T12:00:00.000Z,LYRIC_DISPLAY,AUDIO,200000\nTide,Ebb,Low,NATURAL_END_OF_TRACK,2024-01-31T13:00:00.000Z,PLAY_END,VIDEO,200000\n',
    'Apple Music - Play History Daily Tracks.csv':
      'Country,Track Identifier,Media type,Date Played,Hours,Play Duration Milliseconds,End Reason Type,Source Type,Play Count,Skip Count,Ignore For Recommendations,Track Reference,Track Description\nDE,1,AUDIO,20240201,10,400000,NATURAL_END_OF_TRACK,IPHONE,2,0,,1,Gull - Over - Live\nDE,1,AUDIO,20240202,10,1000,TRACK_SKIPPED_FORWARDS,IPHONE,0,1,,1,Gull - Over - Live\n',
    'Apple Music - Favorites.csv':
      'Favorite Type,Item Reference,Item Description,Last Modified,Preference\nSONG,1,Shore - Calm,2023-01-01T00:00:00Z,LIKE\nARTIST,2,Heron,2023-01-01T00:00:00Z,LIKE\nSONG,3,Noise - Loud,2023-01-01T00:00:00Z,DISLIKE\n',
    'Apple Music - Track Play History.csv':
      'Track Name,Last Played Date,Is User Initiated\nHeron - Reed,1706695200000,true\n',
  })
  assert.deepEqual(
    reading.items.map(({ artists, track, plays, lastPlayedAt }) => [artists[0], track, plays, lastPlayedAt]),
    [
      ['Shore', 'Calm', undefined, undefined],
      ['Heron', undefined, undefined, undefined],
      ['Heron', 'Reed', undefined, '2024-01-31T10:00:00Z'],
      ['Tide', 'Ebb', 1, '2024-01-31T10:00:00Z'],
      ['Gull', 'Over - Live', 2, '2024-02-01'],
    ],
  )
  assert.deepEqual(ignoredOf(reading), { short: 2, 'no-artist': 1, 'not-played': 1, video: 1, disliked: 1 })
})

test('plays that several tables tell count once; what is not to be used for recommendations does not', async () => {
  const play = (artist: string, day: number, hidden: boolean) =>
    `${artist},Ebb,NATURAL_END_OF_TRACK,2024-01-0${day}T10:00:00Z,PLAY_END,200000,${hidden}`
  const reading = await readTexts({
    'Apple Music Play Activity.csv': [
      'Artist Name,Song Name,End Reason Type,Event End Timestamp,Event Type,Play Duration Milliseconds,Ignore For Recommendations',
      play('Tide', 1, false),
      play('Tide', 2, false),
      play('Hidden', 3, true),
    ].join('\n'),
    'Apple Music - Play History Daily Tracks.csv':
      'Date Played,Play Duration Milliseconds,Play Count,Ignore For Recommendations,Track Description\n20240101,200000,1,,Tide - Ebb\n20240102,200000,1,,Tide - Ebb\n20240102,200000,1,,Gull - Over\n20240103,200000,1,,Gull - Over\n20240103,200000,1,true,Hidden - Ebb\n',
    'Apple Music Library Tracks.json': [
      { 'Track Identifier': 1, Title: 'Ebb', Artist: 'Tide', 'Track Play Count': 2 },
      { 'Track Identifier': 2, Title: 'Reed', Artist: 'Heron', 'Track Play Count': 4 },
    ],
  })
  assert.deepEqual(
    reading.items.map(({ artists, track, plays }) => [artists[0], track, plays]),
    [
      ['Tide', 'Ebb', undefined],
      ['Heron', 'Reed', 4],
      ['Tide', 'Ebb', 2],
      ['Gull', 'Over', 2],
    ],
  )
  assert.equal(reading.report.listens, 8)
  assert.deepEqual(ignoredOf(reading), { private: 2, overlap: 2 })
})

test('Library.xml with its keys sorted has playlists before tracks; an album artist will do', async () => {
  const xml = `<?xml version="1.0"?><plist version="1.0"><dict><key>Music Folder</key><string>x</string><key>Playlists</key><array><dict><key>Name</key><string>Walks</string><key>Playlist Items</key><array>${dict({ 'Track ID': 1 })}${dict({ 'Track ID': 9 })}</array></dict></array><key>Tracks</key><dict><key>1</key>${dict({ 'Album Artist': 'Tide', Name: 'Ebb', 'Track ID': 1 })}</dict></dict></plist>`
  assert.deepEqual((await readTexts({ 'Library.xml': xml })).items, [
    { artists: ['Tide'], track: 'Ebb' },
    { artists: ['Tide'], track: 'Ebb', playlist: 'Walks' },
  ])
})
