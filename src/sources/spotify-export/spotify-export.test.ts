import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js/index-native.js'
import { ignoredOf, readTexts } from '../export/read-texts.ts'

const id = (number: number) => String(number).padStart(22, '0')

/** A row of the extended history, of a track that was heard to its end unless said otherwise. */
function played(ts: string, number: number, more: object = {}) {
  return {
    ts,
    username: 'somebody',
    ms_played: 200_000,
    ip_addr: '192.0.2.1',
    master_metadata_track_name: `Song ${number}`,
    master_metadata_album_artist_name: 'Tide',
    master_metadata_album_album_name: 'Low Water',
    spotify_track_uri: `spotify:track:${id(number)}`,
    episode_name: null,
    reason_end: 'trackdone',
    skipped: false,
    incognito_mode: false,
    ...more,
  }
}

test('playlists: tracks, local files, old and new spellings; no episodes, no audiobooks', async () => {
  const playlists = [
    {
      name: 'Mornings',
      lastModifiedDate: '2024-05-01',
      items: [
        {
          track: { trackName: 'Ebb', artistName: 'Tide', albumName: 1989, trackUri: `spotify:track:${id(1)}` },
          episode: null,
          localTrack: null,
          addedDate: '2023-02-03',
        },
        { track: null, episode: { episodeName: 'Talk', showName: 'Show' }, localTrack: null, addedDate: '2023-02-03' },
        { track: null, episode: null, audiobook: { audiobookName: 'Tale' }, addedDate: '2023-02-03' },
        { localTrack: { uri: 'spotify:local:Caf%C3%A9+Band:Demos:Take+One:201' }, addedDate: '2023-02-04' },
        { localTrack: { trackName: 'Tape', artistName: 'Neighbour' } },
        { track: { trackName: 'Nobody' } },
        7,
      ],
      numberOfFollowers: 0,
    },
    { name: 'Older', tracks: [{ trackName: 'Flow', artistName: 'Tide', albumName: 'Low Water' }] },
    { name: 'Broken' },
  ]
  const reading = await readTexts({ 'MyData/Playlist1.json': { playlists } })
  assert.deepEqual(reading.items, [
    {
      artists: ['Tide'],
      track: 'Ebb',
      album: '1989',
      ids: { spotify: id(1) },
      playlist: 'Mornings',
      addedAt: '2023-02-03',
    },
    { artists: ['Café Band'], track: 'Take One', album: 'Demos', playlist: 'Mornings', addedAt: '2023-02-04' },
    { artists: ['Neighbour'], track: 'Tape', playlist: 'Mornings' },
    { artists: ['Tide'], track: 'Flow', album: 'Low Water', playlist: 'Older' },
  ])
  assert.deepEqual(ignoredOf(reading), { podcast: 1, audiobook: 1, 'no-artist': 1 })
  assert.deepEqual(
    reading.report.broken.first.map(({ place, reason }) => `${place}: ${reason}`),
    [
      'MyData/Playlist1.json: playlist 1, item 7: not an object',
      'MyData/Playlist1.json: playlist 3: it has no list of items',
    ],
  )
  assert.equal(reading.report.playlists, 2)
})

test('the library: tracks, albums and artists; what somebody banned is left out', async () => {
  const reading = await readTexts({
    'YourLibrary.json': {
      tracks: [{ artist: 'Tide', album: 1989, track: 'Ebb', uri: `spotify:track:${id(1)}` }],
      albums: [{ artist: 'Shore', album: 'Sand', uri: 'spotify:album:x' }],
      shows: [{ name: 'Show', publisher: 'p', uri: 'u' }],
      episodes: [],
      bannedTracks: [{ artist: 'Noise', track: 'Loud', uri: 'u' }],
      artists: [{ name: 'Gull', uri: `spotify:artist:${id(3)}` }],
      bannedArtists: [{ name: 'Siren', uri: 'u' }],
      other: ['spotify:user:x'],
    },
  })
  assert.deepEqual(reading.items, [
    { artists: ['Tide'], track: 'Ebb', album: '1989', ids: { spotify: id(1) } },
    { artists: ['Shore'], album: 'Sand' },
    { artists: ['Gull'], artistIds: [{ spotify: id(3) }] },
  ])
  assert.deepEqual(ignoredOf(reading), { podcast: 1, banned: 2 })
  assert.equal(reading.report.broken.count, 0)
})

test('the extended history: from 30 seconds, skips by half, with the first and the last time', async () => {
  const rows = [
    played('2024-03-02T07:10:07Z', 1, { ms_played: 29_999 }),
    played('2024-03-02T07:20:07Z', 1, { ms_played: 30_000 }),
    played('2024-03-05T07:20:07Z', 1),
    played('2023-01-01T00:00:00Z', 1),
    ...[1, 2, 3, 4].map((day) => played(`2024-06-0${day}T00:00:00Z`, 2, { skipped: true, reason_end: 'fwdbtn' })),
    played('2024-07-01T00:00:00Z', 3, { skipped: null, reason_end: 'fwdbtn' }),
  ]
  const { items, report } = await readTexts({ 'endsong_0.json': rows })
  assert.deepEqual(
    items.map(({ track, plays, addedAt, lastPlayedAt }) => [track, plays, addedAt, lastPlayedAt]),
    [
      ['Song 1', 3, '2023-01-01T00:00:00Z', '2024-03-05T07:20:07Z'],
      ['Song 2', 2, '2024-06-01T00:00:00Z', '2024-06-04T00:00:00Z'],
      ['Song 3', 1, '2024-07-01T00:00:00Z', '2024-07-01T00:00:00Z'],
    ],
  )
  assert.equal(report.listens, 8)
  assert.deepEqual(items[0]?.ids, { spotify: id(1) })
})

test('the extended history: no podcasts, audiobooks, videos or private sessions, and nothing of a person but music', async () => {
  const none = { master_metadata_track_name: null, master_metadata_album_artist_name: null, spotify_track_uri: null }
  const reading = await readTexts({
    'Streaming_History_Audio_2024_1.json': [
      played('2024-01-01T00:00:00Z', 1),
      played('2024-01-02T00:00:00Z', 2, { incognito_mode: true }),
      played('2024-01-03T00:00:00Z', 3, { ...none, episode_name: 'Talk', spotify_episode_uri: 'spotify:episode:x' }),
      played('2024-01-04T00:00:00Z', 4, { ...none, audiobook_title: 'Tale', audiobook_uri: 'spotify:show:x' }),
      played('2024-01-05T00:00:00Z', 5, none),
      played('2024-01-06T00:00:00Z', 6, { ms_played: undefined }),
    ],
    'Streaming_History_Video_2024.json': [played('2024-01-07T00:00:00Z', 7)],
  })
  assert.equal(reading.items.length, 1)
  assert.deepEqual(ignoredOf(reading), {
    private: 1,
    podcast: 1,
    audiobook: 1,
    'no-artist': 1,
    'no-length': 1,
    video: 1,
  })
  assert.doesNotMatch(JSON.stringify(reading), /192\.0\.2|somebody|incognito/)
})

test('what several files tell counts once, also between histories of different exactness', async () => {
  const rows = [played('2024-03-02T07:10:07Z', 1), played('2024-03-02T07:15:30Z', 2)]
  const account = [
    { endTime: '2024-03-02 07:10', artistName: 'Tide', trackName: 'Song 1', msPlayed: 200_000 },
    { endTime: '2024-03-02 07:40', artistName: 'Tide', trackName: 'Song 1', msPlayed: 200_000 },
    { endTime: '2024-03-02 08:00', artistName: 'Unknown Artist', trackName: 'Unknown Track', msPlayed: 200_000 },
  ]
  const reading = await readTexts({
    'StreamingHistory_music_0.json': account,
    'StreamingHistory_music_1.json': account.slice(1, 2),
    'StreamingHistory_podcast_0.json': [
      { endTime: '2024-03-02 07:40', podcastName: 'Show', episodeName: 'Talk', msPlayed: 9e6 },
    ],
    'a/Streaming_History_Audio_2024_0.json': rows,
    'b/endsong_0.json': [...rows, played('2024-03-02T07:10:07Z', 1, { ms_played: 190_000 })],
  })
  assert.deepEqual(
    reading.items.map(({ track, plays }) => [track, plays]),
    [
      ['Song 1', 3],
      ['Song 2', 1],
    ],
  )
  assert.deepEqual(ignoredOf(reading), { overlap: 4, 'no-artist': 1, podcast: 1 })
})

test('the archive as Spotify sends it: in any language, and private files stay closed', async () => {
  const writer = new ZipWriter(new BlobWriter())
  const add = (name: string, text: string) => writer.add(name, new TextReader(text))
  const folder = 'Spotify-Kontodaten/'
  const secret = '{"displayName": broken on purpose'
  await add(
    `${folder}Playlist1.json`,
    `\ufeff${JSON.stringify({ playlists: [{ name: 'A', items: [{ track: { trackName: 'Ebb', artistName: 'Tide' } }] }] })}`,
  )
  await add(`${folder}YOURLIBRARY.JSON`, JSON.stringify({ tracks: [], artists: [{ name: 'Gull' }] }))
  await add(`${folder}StreamingHistory_music_0.json`, '[]')
  for (const name of ['Identity', 'Payments', 'Userdata', 'SearchQueries', 'Inferences', 'UserAddress', 'SomethingNew'])
    await add(`${folder}${name}.json`, secret)
  await add(`__MACOSX/${folder}._Playlist1.json`, secret)
  await add(`${folder}Read_Me_First.pdf`, 'words')
  const { items, report } = await readTexts({
    'my_spotify_data.zip': new Uint8Array(await (await writer.close()).arrayBuffer()),
  })
  assert.deepEqual(
    items.map(({ artists }) => artists[0]),
    ['Tide', 'Gull'],
  )
  assert.deepEqual([report.notOpened, report.broken.count], [7, 0])
  assert.deepEqual(
    report.files.map(({ name, rows }) => [name, rows]),
    [
      [`${folder}Playlist1.json`, 1],
      [`${folder}YOURLIBRARY.JSON`, 1],
      [`${folder}StreamingHistory_music_0.json`, 0],
    ],
  )
})

test('a play in a private session does not come back with the history of the last year', async () => {
  const reading = await readTexts({
    'StreamingHistory_music_0.json': [
      { endTime: '2024-03-02 07:10', artistName: 'Tide', trackName: 'Song 1', msPlayed: 200_000 },
      { endTime: '2024-03-02 07:14', artistName: 'Tide', trackName: 'Song 2', msPlayed: 200_000 },
    ],
    'Streaming_History_Audio_2024_0.json': [
      played('2024-03-02T07:10:07Z', 1, { incognito_mode: true }),
      played('2024-03-02T08:10:07Z', 1, { incognito_mode: 'true' }),
      played('2024-03-02T09:10:07Z', 1, { incognito_mode: 1 }),
    ],
  })
  assert.deepEqual(
    reading.items.map(({ track }) => track),
    ['Song 2'],
  )
  assert.deepEqual(ignoredOf(reading), { private: 3, overlap: 1 })
})
