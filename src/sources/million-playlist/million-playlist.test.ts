import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { pseudonymousConsent } from '../../taste/consent.ts'
import { eventsOf, temporaryFiles } from '../temporary-files.ts'
import { millionPlaylist } from './million-playlist.ts'

const trackId = '0UaMYEvWZi0ZqiDOoHU3YI'
const artistId = '2wIVse2owClT7go1WT98tk'
const short = {
  pos: 0,
  track_uri: `spotify:track:${trackId}`,
  artist_name: 'Missy Elliott',
  track_name: 'Lose Control',
}
const full = {
  ...short,
  artist_uri: `spotify:artist:${artistId}`,
  album_uri: 'spotify:album:6vV5UrXcfyQD1wu4Qo2I9K',
  album_name: 'The Cookbook',
  duration_ms: 226863,
}

function slice(...playlists: readonly unknown[]): string {
  return JSON.stringify({ info: { slice: '0-999', version: 'v1' }, playlists })
}

test('each playlist is a listener without a name, in the short and the full format', async (t) => {
  const text = slice(
    { name: 'Throwbacks', pid: 17, num_tracks: 1, tracks: [short] },
    { name: '', pid: 18, tracks: [full] },
  )
  for (const content of [text, gzipSync(text)]) {
    const path = join(await temporaryFiles(t, { slice: content }), 'slice')
    assert.equal(await millionPlaylist.recognises(path), true)
    const { profiles, broken } = await eventsOf(millionPlaylist, path, 1000)
    const common = {
      provenance: { origin: 'research', source: 'million-playlist', readAt: 1000 },
      consent: pseudonymousConsent,
    }
    const item = { artists: ['Missy Elliott'], track: 'Lose Control', ids: { spotify: trackId } }
    assert.deepEqual(broken, [])
    assert.deepEqual(profiles, [
      { id: 'million-playlist:17', ...common, items: [{ ...item, playlist: 'Throwbacks' }] },
      {
        id: 'million-playlist:18',
        ...common,
        items: [{ ...item, artistIds: [{ spotify: artistId }], album: 'The Cookbook', durationMs: 226863 }],
      },
    ])
  }
})

test('what can not be read of a playlist is counted with its place, the rest is kept', async (t) => {
  const text = slice(
    {
      name: 'a',
      pid: 1,
      tracks: [short, 7, { track_name: 'x' }, { artist_name: 'Local', track_uri: 'spotify:local:a:b:c:1' }],
    },
    { name: 'b', pid: '2', tracks: [short] },
    { name: 'c', pid: 3 },
    { name: 'd', pid: 4, tracks: [] },
    { name: 'e', pid: 5, tracks: [short] },
  )
  const path = join(await temporaryFiles(t, { slice: text.replace('"name":"e"', '"name":"e') }), 'slice')
  const { profiles, broken } = await eventsOf(millionPlaylist, path)
  assert.deepEqual(
    profiles.map(({ id, items }) => [id, items.map(({ artists }) => artists[0])]),
    [['million-playlist:1', ['Missy Elliott', 'Local']]],
  )
  const place = (pid: string) => text.lastIndexOf('{', text.indexOf(`"pid":${pid}`))
  assert.deepEqual(broken, [
    `slice: record 1, byte ${place('1')}, track 2: not a track`,
    `slice: record 1, byte ${place('1')}, track 3: it has no artist_name`,
    `slice: record 2, byte ${place('"2"')}: its pid is not a whole number`,
    `slice: record 3, byte ${place('3')}: it has no list of tracks`,
    `slice: record 4, byte ${place('4')}: it has no tracks that can be read`,
    `slice: record 5, byte ${place('5')}: not JSON at byte ${place('5') + '{"name":"e,"p'.length - 1}`,
  ])
})

test('keeps what came before a truncation, and says so', async (t) => {
  const playlists = Array.from({ length: 400 }, (_, pid) => ({ name: `${pid * 7919}`, pid, tracks: [short, full] }))
  const packed = gzipSync(slice(...playlists))
  const folder = await temporaryFiles(t, {
    half: packed.subarray(0, packed.length / 2),
    start: packed.subarray(0, 40),
    text: slice(...playlists).slice(0, 5000),
  })
  const half = await eventsOf(millionPlaylist, join(folder, 'half'))
  assert.ok(half.profiles.length > 100 && half.profiles.length < 400)
  assert.deepEqual(half.broken, ['half: the gzipped data is damaged or ends early; what came before is kept'])
  await assert.rejects(eventsOf(millionPlaylist, join(folder, 'start')), /"[^"]*start" can't be read: the gzipped data/)
  const text = await eventsOf(millionPlaylist, join(folder, 'text'))
  assert.ok(text.profiles.length > 5)
  assert.equal(text.broken.length, 1)
  assert.match(text.broken[0] ?? '', /the file ends in the middle of it$/)
})

test('does not take other JSON for a slice', async (t) => {
  const others = [
    '{}',
    '[]',
    '{"playlists":[{"name":"a","items":[]}]}',
    '{"pid":1}',
    'playlists',
    '',
    slice().slice(0, 30),
  ]
  const folder = await temporaryFiles(t, Object.fromEntries(others.map((text, index) => [`${index}`, text])))
  for (const index of others.keys()) assert.equal(await millionPlaylist.recognises(join(folder, `${index}`)), false)
})
