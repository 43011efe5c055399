import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CollectedProfile, collectProfile } from './collected-profile.ts'
import { ProfileReading, type ReadingEvent } from './profile-reader.ts'
import { entries, entry, everybody, idOf, playlist, read, type ScriptedPerson } from './scripted-person.ts'
import { refusal, type Script, scriptedClient } from './scripted-spotify.ts'

test('reads a whole profile within its budget', async () => {
  const sizes = [0, 1, 50, 51, 120]
  const world: ScriptedPerson = {
    playlists: sizes.map((size, at) => playlist(at, size)),
    contents: Object.fromEntries(sizes.map((size, at) => [idOf(at), entries(at * 1000, size)])),
  }
  const { profile, asked } = await read(world)
  assert.deepEqual(profile.person, {
    id: 'smedjan',
    name: 'Smedjan',
    url: 'https://open.spotify.com/user/smedjan',
    isSignedIn: false,
  })
  assert.deepEqual(
    profile.playlists.map(({ items }) => items.length),
    sizes,
  )
  assert.ok(profile.playlists.every(({ state }) => state === 'complete'))
  assert.equal(asked.length, 1 + (0 + 1 + 1 + 2 + 3))
  assert.equal(profile.report.requests, asked.length)
  assert.equal(profile.report.outcome, 'read')
  assert.deepEqual(profile.report.sentences, ['We read 222 tracks from 5 playlists.'])
  assert.deepEqual(profile.playlists[1]!.items[0], {
    artists: ['Artist 0'],
    artistIds: [{ spotify: idOf(0) }],
    track: 'Song 1000',
    ids: { spotify: idOf(1000) },
    playlist: 'List 1',
    addedAt: '2024-05-06T07:08:09Z',
  })
})

test('an unchanged profile costs one request for 50 playlists, a changed playlist only its own', async () => {
  const world: ScriptedPerson = {
    playlists: Array.from({ length: 120 }, (_, at) => playlist(at, 60)),
    contents: Object.fromEntries(Array.from({ length: 120 }, (_, at) => [idOf(at), entries(at * 100, 60)])),
  }
  const snapshots = new Map(world.playlists.map((_, at) => [idOf(at), `snapshot-${at}`]))
  const known = { id: 'smedjan', url: 'https://open.spotify.com/user/smedjan', isSignedIn: false, snapshots }
  const unchanged = await read(world, { known })
  assert.equal(unchanged.asked.length, 3)
  assert.equal(unchanged.profile.report.outcome, 'unchanged')
  world.playlists[7] = playlist(7, 60, { snapshot_id: 'edited' })
  const changed = await read(world, { known })
  assert.deepEqual(changed.asked.slice(3), [`/playlists/${idOf(7)}/tracks`, `/playlists/${idOf(7)}/tracks@50`])
  assert.equal(changed.profile.report.playlists.unchanged, 119)
  assert.equal(changed.profile.playlists.find(({ state }) => state === 'complete')?.items.length, 60)
})

test('reads the most telling pages first', async () => {
  const followed = { owner: { id: 'somebody' } }
  const sizes: readonly (readonly [number, object])[] = [
    [100, followed],
    [3, {}],
    [2000, {}],
    [100, {}],
  ]
  const { client, asked } = await scriptedClient(
    everybody({
      playlists: sizes.map(([size, more], at) => playlist(at, size, more)),
      contents: Object.fromEntries(sizes.map(([size], at) => [idOf(at), entries(at * 3000, size)])),
    }),
  )
  let pages = 0
  const profile = await collectProfile(new ProfileReading(client, 'smedjan'), { enough: () => ++pages === 4 })
  const order = asked.slice(1).map((path) => Number(path.slice('/playlists/'.length, '/playlists/'.length + 22)))
  assert.deepEqual(order, [3, 3, 2, 0])
  assert.equal(profile.report.outcome, 'partly')
  assert.deepEqual(
    profile.playlists.map(({ playlist: { place }, state }) => [place, state]),
    [
      [0, 'left'],
      [1, 'left'],
      [2, 'left'],
      [3, 'complete'],
    ],
  )
})

test('marks what somebody else made, or leaves it out', async () => {
  const world: ScriptedPerson = {
    playlists: [playlist(0, 1, { owner: { id: 'somebody', display_name: null } }), playlist(1, 1)],
    contents: { [idOf(0)]: entries(0, 1), [idOf(1)]: entries(1, 1) },
  }
  const { profile } = await read(world)
  assert.deepEqual(
    profile.playlists.map(({ playlist }) => playlist.relation),
    ['followed', 'own'],
  )
  const own = await read(world, { followed: false })
  assert.deepEqual(
    own.profile.playlists.map(({ playlist }) => playlist.relation),
    ['own'],
  )
  assert.equal(own.profile.report.outcome, 'read')
  assert.match(own.profile.report.sentences.join(' '), /left out 1 playlist made by others/)
})

test('counts what is no track, and repetitions within a playlist', async () => {
  const odd = [
    entry(1),
    entry(1),
    entry(2, { external_ids: { isrc: 'USRC17607839' } }),
    entry(3, { external_ids: { isrc: 'USRC17607839' } }),
    { track: null },
    { track: { type: 'episode', name: 'Talk' } },
    { is_local: true, track: { id: null, name: 'Demo', artists: [{ name: '' }] } },
    { is_local: true, track: { id: null, name: 'Demo', artists: [{ name: 'My Band' }] } },
    { track: { type: 'hologram' } },
    null,
  ]
  const { profile } = await read({ playlists: [playlist(0, 10), null], contents: { [idOf(0)]: odd } })
  assert.deepEqual(profile.report.entries, {
    tracks: 2,
    local: 1,
    localUnnamed: 1,
    spoken: 1,
    gone: 2,
    unreadable: 1,
    duplicates: 2,
  })
  assert.equal(profile.report.outcome, 'partly')
  assert.deepEqual(profile.report.sentences, [
    'We read 3 tracks from 1 playlist.',
    'Spotify hides 1 playlist from us.',
    'Not counted: 1 podcast episode, 1 file without an artist, 2 tracks that Spotify no longer has, 1 entry that made no sense, 2 repetitions within a playlist.',
  ])
})

test('begins again, once, with a playlist that changes while it is read', async () => {
  const contents: Record<string, unknown[]> = { [idOf(0)]: entries(0, 120) }
  const events: ReadingEvent['kind'][] = []
  const { client } = await scriptedClient(everybody({ playlists: [playlist(0, 120)], contents }))
  const reading = new ProfileReading(client, 'smedjan')
  let items = 0
  for await (const event of reading) {
    events.push(event.kind)
    if (event.kind === 'restarted') items = 0
    if (event.kind !== 'items') continue
    items += event.items.length
    // Somebody adds a song to the top after each page.
    contents[idOf(0)]!.unshift(entry(5000 + events.length))
  }
  assert.equal(events.filter((kind) => kind === 'restarted').length, 1)
  assert.equal(events.at(-1), 'complete')
  const { tracks, duplicates } = reading.report().entries
  assert.equal(tracks, items)
  assert.equal(duplicates, 2)
})

test('a playlist that fails does not stop the others', async () => {
  const world: ScriptedPerson = {
    playlists: [0, 1, 2, 3].map((number) => playlist(number, 50)),
    contents: { [idOf(0)]: entries(0, 50) },
    answer: (path) => {
      if (path.includes(idOf(1))) return refusal(500, 'Server error.')
      if (path.includes(idOf(3))) return refusal(403, 'Forbidden')
      return undefined
    },
  }
  const { profile, asked } = await read(world)
  assert.equal(profile.report.outcome, 'partly')
  assert.deepEqual(profile.report.playlists.notRead, [
    { name: 'List 1', reason: 'failed' },
    { name: 'List 2', reason: 'not-found' },
    { name: 'List 3', reason: 'not-permitted' },
  ])
  assert.match(profile.report.sentences.join(' '), /private, removed, or made by Spotify/)
  // Neither 404 nor 403 is asked twice under the same path.
  assert.equal(asked.filter((path) => path.includes(idOf(2))).length, 1)
  assert.deepEqual(
    asked.filter((path) => path.includes(idOf(3))),
    [`/playlists/${idOf(3)}/tracks`, `/playlists/${idOf(3)}/items`],
  )
})

test('asks for smaller pages when large ones fail', async () => {
  const limits: string[] = []
  const world: ScriptedPerson = {
    playlists: [playlist(0, 60)],
    contents: { [idOf(0)]: entries(0, 60) },
    answer: (path, query) => {
      if (!path.startsWith('/playlists')) return undefined
      limits.push(query.get('limit')!)
      return Number(query.get('limit')) > 25 ? refusal(502, 'Bad gateway.') : undefined
    },
  }
  const { profile } = await read(world)
  assert.equal(profile.playlists[0]!.items.length, 60)
  assert.deepEqual([...new Set(limits)], ['50', '25'])
})

test('stops when playlist after playlist fails', async () => {
  const world: ScriptedPerson = {
    playlists: [0, 1, 2, 3, 4].map((number) => playlist(number, 5)),
    contents: {},
    answer: (path) => (path.startsWith('/playlists') ? new Response('{', { status: 200 }) : undefined),
  }
  await assert.rejects(read(world), { kind: 'broken-answer' })
})

test('says what became of a profile that can not be read', async () => {
  const gone = await read({ playlists: [], contents: {}, answer: () => refusal(404, 'No such user') })
  assert.equal(gone.profile.report.outcome, 'not-found')
  assert.equal(gone.profile.person, undefined)
  const hidden = await read({ playlists: [], contents: {} })
  assert.equal(hidden.profile.report.outcome, 'private')
  assert.match(hidden.profile.report.sentences[0]!, /shows no playlists/)
  const empty = await read({ playlists: [playlist(0, 1)], contents: { [idOf(0)]: [{ track: null }] } })
  assert.equal(empty.profile.report.outcome, 'empty')
  assert.match(empty.profile.report.sentences[0]!, /no music in 1 playlist/)
})

test('asks who it is only where what they made does not say', async () => {
  const mine = { playlists: [playlist(0, 1)], contents: { [idOf(0)]: entries(0, 1) } }
  const renamed = await read(mine, {
    known: {
      id: 'smedjan',
      name: 'Before',
      url: 'u',
      isSignedIn: false,
      snapshots: new Map([[idOf(0), 'snapshot-0']]),
    },
  })
  assert.deepEqual([renamed.asked.length, renamed.profile.person?.name], [1, 'Smedjan'])
  const theirs = { ...mine, playlists: [playlist(0, 1, { owner: { id: 'somebody' } })] }
  const follower = await read(theirs)
  assert.deepEqual([follower.asked[1], follower.profile.person?.name], ['/users/smedjan', 'Smedjan'])
  // Spotify finds old names whatever their case, and spells them in its own way.
  const answer: Script = (path) => (path === '/users/smedjan' ? { id: 'Smedjan', display_name: null } : undefined)
  const spelt = await read({ ...mine, playlists: [playlist(0, 1, { owner: { id: 'Smedjan' } })], answer })
  assert.equal(spelt.profile.person?.id, 'Smedjan')
  assert.equal(spelt.profile.playlists[0]!.playlist.relation, 'own')
  assert.deepEqual([spelt.profile.report.playlists.own, spelt.profile.report.playlists.followed], [1, 0])
})

test('tells somebody who left from somebody who shows nothing any more', async () => {
  const known = { id: 'smedjan', url: '', isSignedIn: false, snapshots: new Map([[idOf(0), 's']]) }
  const answer: Script = (path) => (path === '/users/smedjan' ? refusal(404, 'No such user') : undefined)
  const { profile } = await read({ playlists: [], contents: {}, answer }, { known })
  assert.equal(profile.report.outcome, 'not-found')
})

test('does not walk in circles, nor to other hosts', async () => {
  const next = (link: string): ScriptedPerson => ({
    playlists: [playlist(0, 100)],
    contents: {},
    answer: (path) => (path.startsWith('/playlists') ? { items: entries(0, 50), next: link, total: 100 } : undefined),
  })
  const path = `https://api.spotify.com/v1/playlists/${idOf(0)}/tracks`
  for (const link of [path, `${path}?offset=0`, `${path}?offset=x`, 'https://evil.example/v1/x?offset=50']) {
    const { profile, asked } = await read(next(link))
    assert.deepEqual(profile.report.playlists.notRead, [{ name: 'List 0', reason: 'failed' }], link)
    assert.equal(asked.length, 2)
  }
  const endless = await read({
    playlists: [playlist(0, 100)],
    contents: {},
    answer: (path, query) => {
      const offset = Number(query.get('offset') ?? 0) + 50
      return path.startsWith('/playlists')
        ? { items: [null], next: `https://api.spotify.com/v1/x?offset=${offset}` }
        : undefined
    },
  })
  assert.ok(endless.asked.length < 2200)
})

test('stops at an empty page that names a next one', async () => {
  const answer: Script = (path) =>
    path.startsWith('/playlists')
      ? { items: [], next: 'https://api.spotify.com/v1/x?offset=50', total: 100 }
      : undefined
  const { asked, profile } = await read({ playlists: [playlist(0, 100)], contents: {}, answer })
  assert.equal(asked.length, 2)
  assert.equal(profile.report.outcome, 'empty')
})

test('leaves the rest when enough was read, and reads it when asked to', async () => {
  const world = {
    playlists: [playlist(0, 120), playlist(1, 60), playlist(2, 40)],
    contents: { [idOf(0)]: entries(0, 120), [idOf(1)]: entries(200, 60), [idOf(2)]: entries(300, 40) },
  }
  const { client } = await scriptedClient(everybody(world))
  const soFar: number[] = []
  const states = ({ playlists }: CollectedProfile) => playlists.map(({ state, items }) => [state, items.length])
  const first = new ProfileReading(client, 'smedjan')
  const part = await collectProfile(first, {
    enough: () => first.requests >= 3,
    watch: ({ playlists }) => soFar.push(playlists.length),
  })
  assert.deepEqual(states(part), [
    ['left', 50],
    ['left', 50],
    ['left', 0],
  ])
  assert.equal(first.requests, 3)
  assert.deepEqual(soFar, [0, 2, 2, 3])
  assert.equal(part.report.outcome, 'partly')
  assert.match(part.report.sentences.join(' '), /left 3 playlists for another time/)

  const snapshots = new Map(part.playlists.map(({ playlist }) => [playlist.id, playlist.snapshotId!]))
  const left = new Set(part.playlists.map(({ playlist }) => playlist.id))
  const known = { ...part.person!, snapshots, left }
  const again = await collectProfile(new ProfileReading(client, 'smedjan', { known }))
  assert.equal(again.report.requests, 1)
  assert.equal(again.report.outcome, 'unchanged')
  const whole = await collectProfile(new ProfileReading(client, 'smedjan', { known, whole: true }))
  assert.deepEqual(states(whole), [
    ['complete', 120],
    ['complete', 60],
    ['complete', 40],
  ])
  assert.equal(whole.report.outcome, 'read')
})

test('can be cancelled between pages', async () => {
  const controller = new AbortController()
  const { client } = await scriptedClient(
    everybody({ playlists: [playlist(0, 500)], contents: { [idOf(0)]: entries(0, 500) } }),
  )
  const reading = new ProfileReading(client, 'smedjan', { signal: controller.signal })
  const work = collectProfile(reading, {
    enough: () => {
      controller.abort(new Error('enough'))
      return false
    },
  })
  await assert.rejects(work, /enough/)
  assert.equal(reading.report().entries.tracks, 50)
})
