import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { readArtists } from './catalogue.ts'
import { collectProfile } from './collected-profile.ts'
import { readEntry, readTrack } from './entry.ts'
import { parseErrorBody } from './error-body.ts'
import { classify } from './errors.ts'
import { PageCursor } from './pages.ts'
import { readPlaylistInfo } from './playlist-info.ts'
import { ProfileReading } from './profile-reader.ts'
import { refusal, scriptedClient } from './scripted-spotify.ts'
import { asFields, asList } from './shape.ts'

/** Answers that the real API gave, recorded before 2026: old names only. */
const folder = new URL('../../../shared/data/fixtures/spotify-web-api/fixtures/', import.meta.url)
const names = await readdir(folder)
const recorded = async (name: string): Promise<unknown> => JSON.parse(await readFile(new URL(name, folder), 'utf8'))

test('errors of every recorded shape are understood', async () => {
  const kinds = { 'error-unauthorized': [401, 'token-refused'], 'error_bad-field': [400, 'bad-id'] } as const
  for (const [name, [status, kind]] of Object.entries(kinds)) {
    const body = parseErrorBody(await readFile(new URL(`${name}.json`, folder), 'utf8'))
    assert.equal(classify(status, body), kind)
    assert.notEqual(body.message, '')
  }
  for (const name of names.filter((name) => name.startsWith('error')))
    assert.notEqual(parseErrorBody(await readFile(new URL(name, folder), 'utf8')).message, '', name)
})

test('every recorded track becomes an item', async () => {
  const tracks = [
    await recorded('track.json'),
    ...(asList(asFields(await recorded('tracks.json'))?.tracks) ?? []),
    ...(asList(asFields(asFields(await recorded('search-track.json'))?.tracks)?.items) ?? []),
    ...(asList(asFields(await recorded('tracks-for-artist.json'))?.tracks) ?? []),
  ]
  assert.ok(tracks.length > 20)
  for (const track of tracks) {
    const item = readTrack(asFields(track)!)
    assert.ok(item?.track && item.artists.length > 0 && item.ids?.spotify && item.artistIds?.[0]?.spotify && item.album)
    assert.ok(item.durationMs && item.explicit !== undefined)
  }
})

test('every recorded playlist entry is read', async () => {
  const lists = [
    asFields(await recorded('playlist-tracks.json'))?.items,
    asFields(asFields(await recorded('playlist-response.json'))?.tracks)?.items,
  ]
  for (const list of lists) {
    const entries = (asList(list) ?? []).map((entry) => readEntry(entry, 'x'))
    assert.ok(entries.length > 0)
    for (const entry of entries) {
      assert.ok(entry.kind === 'track')
      assert.match(entry.item.addedAt ?? '', /^\d{4}-\d\d-\d\dT/)
    }
  }
})

test('every recorded playlist of a list is read', async () => {
  const lists = [
    asFields(await recorded('user-playlists.json'))?.items,
    asFields(asFields(await recorded('search-playlist.json'))?.playlists)?.items,
    asFields(asFields(await recorded('featured-playlists.json'))?.playlists)?.items,
    asFields(asFields(await recorded('category-playlist.json'))?.playlists)?.items,
  ]
  for (const list of lists) {
    // The "Starred" lists of those days had no id.
    const withId = (asList(list) ?? []).filter((value) => asFields(value)?.id)
    const playlists = withId.map((value, at) => readPlaylistInfo(value, 'wizzler', at))
    assert.ok(playlists.length > 0)
    for (const playlist of playlists) assert.ok(playlist?.name && playlist.total !== undefined && playlist.ownerId)
  }
})

test('the recorded answers make a profile', async () => {
  const { client } = await scriptedClient(async (path) => {
    if (path === '/users/wizzler') return recorded('user.json')
    if (path === '/users/wizzler/playlists') return recorded('user-playlists.json')
    return path.endsWith('/tracks') ? recorded('playlist-tracks.json') : refusal(403, 'Forbidden')
  })
  const { person, playlists, report } = await collectProfile(new ProfileReading(client, 'wizzler'))
  assert.deepEqual(person, { id: 'wizzler', url: 'https://open.spotify.com/user/wizzler', isSignedIn: false })
  assert.deepEqual(report.playlists.notRead, [{ name: 'Starred', reason: 'hidden' }])
  assert.deepEqual([report.playlists.own, report.playlists.followed, report.playlists.read], [5, 1, 6])
  assert.ok(playlists.every(({ items, state }) => items.length === 7 && state === 'complete'))
})

test('recorded artists are read, with their genres', async () => {
  const ids = ['0oSGxfWSnnOXhD2fKuz2Gy', '3dBVyJ7JuOMt4GE9607Qin']
  const { client } = await scriptedClient(() => recorded('artists.json'))
  for await (const artists of readArtists(client, ids)) {
    assert.equal(artists.length, 2)
    assert.ok(artists.every(({ name, genres }) => name && genres && genres.length > 0))
  }
})

test('every recorded page can be turned, or says that it is none', async () => {
  for (const name of names.filter((file) => !file.startsWith('error') && file !== 'LICENSE')) {
    const answer = await recorded(name)
    const { client } = await scriptedClient(() => answer)
    const cursor = new PageCursor(client, { path: '/x', subject: name })
    const items = asList(asFields(answer)?.items)
    if (items) assert.equal((await cursor.next()).items.length, items.length, name)
    else await assert.rejects(cursor.next(), { kind: 'unexpected' }, name)
  }
})
