import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { eventsOf, temporaryFiles } from '../temporary-files.ts'
import { artistGenres } from './artist-genres.ts'
import { trackAliases } from './track-aliases.ts'
import { trackFeatures } from './track-features.ts'

const provenance = { origin: 'research', source: 'catalogue', readAt: 1000 }
const one = '0UaMYEvWZi0ZqiDOoHU3YI'
const other = '1zWZvrk13cL8Sl3VLeG57F'

test('genres: lower case, without repetition, artists without genres passed over', async (t) => {
  const text = 'genres\tartist_name\nDream Pop|shoegaze| dream pop\tMy "Bloody" Valentine\n\tNobody\nrock\t\n'
  const path = join(await temporaryFiles(t, { table: gzipSync(text) }), 'table')
  assert.equal(await artistGenres.recognises(path), true)
  const { genres, broken } = await eventsOf(artistGenres, path, 1000)
  assert.deepEqual(genres, [{ name: 'My "Bloody" Valentine', genres: ['dream pop', 'shoegaze'], provenance }])
  assert.deepEqual(broken, ['table: line 4: artist_name is empty'])
})

test('audio features: a missing or undetermined value is absent, never zero', async (t) => {
  const rows = [
    'energy,track_id,danceability,key,mode,tempo,duration_ms,time_signature,src',
    `0.835,${one},0,10,1,100.985,,4,x`,
    `,spotify:track:${other},,-1,0,0,224554,0,x`,
    `0.5,short,0.5,1,1,100,1,4,x`,
    `1.5,${one},0.5,1,1,100,1,4,x`,
    `loud,${one},0.5,1,1,100,1,4,x`,
    `,${one},,,,,,,x`,
  ]
  const path = join(await temporaryFiles(t, { table: rows.join('\n') }), 'table')
  assert.equal(await trackFeatures.recognises(path), true)
  const { audio, broken } = await eventsOf(trackFeatures, path, 1000)
  assert.deepEqual(audio, [
    {
      ids: { spotify: one },
      audio: { danceability: 0, energy: 0.835, key: 10, mode: 1, tempo: 100.985, timeSignature: 4 },
      provenance,
    },
    { ids: { spotify: other }, audio: { mode: 0, durationMs: 224554 }, provenance },
  ])
  assert.deepEqual(broken, [
    'table: line 4: track_id "short" is not the id of a Spotify track',
    'table: line 5: energy can\'t be "1.5"',
    'table: line 6: energy can\'t be "loud"',
  ])
})

test('aliases: an id that stands for itself says nothing', async (t) => {
  const text = `mpd_track_id\tfeature_track_id\tmatch\n${one}\t${other}\tname\n${one}\t${one}\tid\n${one}\t\tname\n`
  const path = join(await temporaryFiles(t, { table: text }), 'table')
  assert.equal(await trackAliases.recognises(path), true)
  const { aliases, broken } = await eventsOf(trackAliases, path, 1000)
  assert.deepEqual(aliases, [{ ids: { spotify: one }, soundsLike: { spotify: other }, provenance }])
  assert.deepEqual(broken, ['table: line 4: feature_track_id "" is not the id of a Spotify track'])
})

test('a table of nothing but broken rows is refused, one without rows is not', async (t) => {
  const folder = await temporaryFiles(t, { bad: 'artist_name\tgenres\nA\n', none: 'artist_name\tgenres\n' })
  await assert.rejects(
    eventsOf(artistGenres, join(folder, 'bad')),
    /nothing in "[^"]*bad" can be read \(line 2: has 1 columns, the header line has 2\)/,
  )
  assert.deepEqual((await eventsOf(artistGenres, join(folder, 'none'))).genres, [])
})
