import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collectProfile } from './collected-profile.ts'
import { ProfileReading } from './profile-reader.ts'
import { entries, idOf, playlist, read, type ScriptedPerson } from './scripted-person.ts'
import { pageOf, refusal, type Script, scriptedClient } from './scripted-spotify.ts'

test('a development app learns with one request that it may not read others', async () => {
  const { client, asked } = await scriptedClient(() => refusal(403, 'Forbidden'))
  for (let at = 0; at < 3; at++) {
    const { report } = await collectProfile(new ProfileReading(client, `person-${at}`))
    assert.equal(report.outcome, 'not-permitted')
    assert.match(report.sentences[0]!, /Sign in as that person/)
  }
  assert.deepEqual(asked, ['/users/person-0/playlists'])
  assert.equal(client.access.tier, 'development')
})

const development: Script = (path, query) => {
  if (path === '/me') return { id: 'smedjan', display_name: null, account_id: 'a' }
  const others = { owner: { id: 'somebody' } }
  const list = [
    playlist(0, 60, { tracks: undefined, items: { total: 60 } }),
    playlist(1, 5, others),
    playlist(2, 5, { ...others, collaborative: true }),
    playlist(3, 5, others),
  ]
  if (path === '/me/playlists') return pageOf(list, path, query)
  const renamed = (entry: object) => {
    const { track, ...rest } = entry as { track: unknown }
    return { ...rest, item: track }
  }
  if (path === `/playlists/${idOf(0)}/items`) return pageOf(entries(0, 60).map(renamed), path, query)
  if (path === `/playlists/${idOf(2)}/items`) return pageOf(entries(90, 5).map(renamed), path, query)
  return refusal(403, 'Forbidden')
}

test('reads the playlists of the person who is signed in with a development app', async () => {
  const { client, asked } = await scriptedClient(development, { signedIn: true })
  const { report, person, playlists } = await collectProfile(new ProfileReading(client, 'smedjan'))
  assert.equal(person?.isSignedIn, true)
  assert.deepEqual(
    playlists.map(({ items }) => items.length),
    [60, 5],
  )
  assert.deepEqual(
    report.playlists.notRead.map(({ reason }) => reason),
    ['not-permitted', 'not-permitted'],
  )
  assert.match(report.sentences.join(' '), /may not read 2 playlists with this app/)
  // Who is signed in, the list, three pages, and one playlist of somebody else under both paths: that is enough to know.
  assert.equal(asked.length, 2 + 3 + 2)
  const again = await collectProfile(new ProfileReading(client, 'smedjan'))
  assert.equal(again.playlists.length, 2)
  assert.equal(asked.length, 7 + 1 + 3)
})

test('finds the contents under the new path where the old one is closed', async () => {
  const world: ScriptedPerson = {
    playlists: [0, 1, 2].map((number) => playlist(number, 5)),
    contents: {},
    answer: (path, query) => {
      if (path.endsWith('/tracks')) return refusal(403, 'Forbidden')
      return path.endsWith('/items') ? pageOf(entries(0, 5), path, query) : undefined
    },
  }
  const { profile, asked, client } = await read(world)
  assert.deepEqual(
    profile.playlists.map(({ items }) => items.length),
    [5, 5, 5],
  )
  assert.equal(asked.filter((path) => path.endsWith('/tracks')).length, 1)
  assert.equal(client.access.may('tracks-path'), false)
})

test('asks without a filter when the filter hides everything', async () => {
  const world: ScriptedPerson = {
    playlists: [playlist(0, 5)],
    contents: { [idOf(0)]: entries(0, 5) },
    answer: (path, query) => {
      if (!path.endsWith('/tracks') || !query.has('fields')) return undefined
      return { items: [{ added_at: null }, { added_at: null }], next: null, total: 5 }
    },
  }
  assert.equal((await read(world)).profile.playlists[0]!.items.length, 5)
})
