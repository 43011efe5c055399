import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { Profile } from '../taste/listener.ts'
import { normaliseName } from '../taste/name.ts'
import { artistGenres } from './catalogue/artist-genres.ts'
import { trackAliases } from './catalogue/track-aliases.ts'
import { trackFeatures } from './catalogue/track-features.ts'
import { lastfm2k } from './lastfm-2k/lastfm-2k.ts'
import { millionPlaylist } from './million-playlist/million-playlist.ts'
import { recognise } from './recognise.ts'
import { eventsOf } from './temporary-files.ts'

const data = join(import.meta.dirname, '../../../shared/data')
const catalogue = join(data, 'catalogue')
const sample = join(data, 'fixtures/exports/mpd.slice.0-999.first29.json')

async function playlists(): Promise<readonly Profile[]> {
  const all: Profile[] = []
  for (const name of await readdir(join(data, 'mpd'))) {
    const { profiles, broken } = await eventsOf(millionPlaylist, join(data, 'mpd', name))
    assert.deepEqual(broken, [])
    all.push(...profiles)
  }
  return all
}

const entries = (profiles: readonly Profile[]) => profiles.reduce((sum, { items }) => sum + items.length, 0)

test('Last.fm 2K: listeners, rows, friend links, and the tags of artists it does not name', async () => {
  const { profiles, friends, broken } = await eventsOf(lastfm2k, join(data, 'lastfm-2k'))
  assert.equal(profiles.length, 1330)
  assert.equal(entries(profiles), 65_115)
  assert.equal(friends.length, 5941)
  const tagRows = profiles.flatMap(({ tagged = [] }) => tagged.flatMap(({ tags }) => tags)).length
  assert.equal(tagRows + broken.length, 136_307)
  for (const text of broken)
    assert.match(text, /^user_taggedartists\.dat: line \d+: artist \d+ is not among the artists$/)
  const plays = profiles.flatMap(({ items }) => items.map(({ plays = 0 }) => plays))
  assert.deepEqual([Math.min(...plays), Math.max(...plays)], [1, 352_698])
  const tags = new Set(profiles.flatMap(({ tagged = [] }) => tagged.flatMap(({ tags }) => tags)))
  assert.ok(tags.has('tropicália') || tags.has('fußball') || tags.has('español'))
})

test('the playlist slices: playlists and entries, every track with its id', async () => {
  const profiles = await playlists()
  assert.equal(profiles.length, 5071)
  assert.equal(new Set(profiles.map(({ id }) => id)).size, 5071)
  assert.equal(entries(profiles), 497_648)
  assert.ok(profiles.every(({ name, items }) => name === undefined && items.every(({ ids }) => ids?.spotify)))
})

test('the sample in the full format: every track of every playlist', async () => {
  const { profiles, broken } = await eventsOf(millionPlaylist, sample)
  assert.deepEqual(broken, [])
  const stated = [...readFileSync(sample, 'utf8').matchAll(/"num_tracks": (\d+)/g)].map(([, tracks]) => Number(tracks))
  assert.equal(stated.length, 29)
  // The original miscounts its second playlist: it says 39 and lists 40.
  assert.equal(stated[1], 39)
  stated[1] = 40
  assert.deepEqual(
    profiles.map(({ items }) => items.length),
    stated,
  )
  assert.equal(entries(profiles), 1448)
  const all = profiles.flatMap(({ items }) => items)
  assert.ok(all.every((item) => item.album && item.durationMs && item.ids?.spotify && item.artistIds?.[0]?.spotify))
  assert.deepEqual(profiles[0]?.items[0], {
    artists: ['Missy Elliott'],
    artistIds: [{ spotify: '2wIVse2owClT7go1WT98tk' }],
    track: 'Lose Control (feat. Ciara & Fat Man Scoop)',
    album: 'The Cookbook',
    ids: { spotify: '0UaMYEvWZi0ZqiDOoHU3YI' },
    durationMs: 226_863,
    playlist: 'Throwbacks',
  })
})

test('the catalogue: rows of each table, and what is missing in them', async () => {
  const genres = await eventsOf(artistGenres, join(catalogue, 'artist_genres.tsv.gz'))
  assert.equal(genres.genres.length, 27_335)
  assert.equal(new Set(genres.genres.flatMap((row) => row.genres)).size, 3888)
  const features = await eventsOf(trackFeatures, join(catalogue, 'track_features.csv.gz'))
  assert.equal(features.audio.length, 122_338)
  const absent = (name: 'durationMs' | 'timeSignature' | 'tempo' | 'energy') =>
    features.audio.filter(({ audio }) => audio[name] === undefined).length
  assert.deepEqual(
    [absent('durationMs'), absent('timeSignature'), absent('tempo'), absent('energy')],
    [16_933, 40_250 + 33, 34, 0],
  )
  const aliases = await eventsOf(trackAliases, join(catalogue, 'track_aliases.tsv.gz'))
  const text = gunzipSync(readFileSync(join(catalogue, 'track_aliases.tsv.gz'))).toString()
  assert.equal(aliases.aliases.length, text.match(/\tname$/gm)?.length)
  assert.deepEqual([...genres.broken, ...features.broken, ...aliases.broken], [])
})

test('normalised names join the genres with 84 % of the playlist entries and 70.5 % of the Last.fm rows', async () => {
  const { genres } = await eventsOf(artistGenres, join(catalogue, 'artist_genres.tsv.gz'))
  const names = new Set(genres.map(({ name }) => normaliseName(name)))
  const covered = (profiles: readonly Profile[]) => {
    const artists = profiles.flatMap(({ items }) => items.map((item) => item.artists[0] as string))
    return artists.filter((artist) => names.has(normaliseName(artist))).length / artists.length
  }
  const ofPlaylists = covered(await playlists())
  const ofLastfm = covered((await eventsOf(lastfm2k, join(data, 'lastfm-2k'))).profiles)
  assert.ok(ofPlaylists >= 0.84, `${ofPlaylists}`)
  assert.ok(ofLastfm >= 0.705, `${ofLastfm}`)
})

test('the whole folder of data is recognised', async () => {
  const { recognised } = await recognise([data])
  const formats = recognised.map(({ source }) => source.format)
  assert.equal(formats.filter((format) => format === 'million-playlist').length, 7)
  assert.deepEqual(
    [...new Set(formats)],
    [
      'spotify-export+exportify',
      'lastfm-2k',
      'million-playlist',
      'catalogue:artist-genres',
      'catalogue:track-features',
      'catalogue:track-aliases',
    ],
  )
})
