import assert from 'node:assert/strict'
import { test } from 'node:test'
import { find, quirks, start } from './started-simulator.ts'

test('sends both names to older apps, the new ones to new apps', async () => {
  for (const oldNamesAsNull of [false, true]) {
    const { simulator, token, get } = await start({ switches: { oldNamesAsNull } })
    const list = find(
      simulator,
      ({ isPublic, entries, owner }) => isPublic && entries.length > 0 && owner.id === simulator.people.idOf(0),
    )
    const own = token('dev_new', 0, ['playlist-read-private'])
    const legacy = (await get(token('dev_legacy'), `/playlists/${list.id}`)).json
    assert.deepEqual(legacy.items, legacy.tracks)
    assert.deepEqual(legacy.items.items[0].item, legacy.items.items[0].track)
    const fresh = (await get(own, `/playlists/${list.id}`)).json
    assert.equal(fresh.tracks, oldNamesAsNull ? null : undefined)
    assert.equal(fresh.items.items[0].track, oldNamesAsNull ? null : undefined)
    assert.equal(fresh.items.total, list.entries.length)
    const others = (await get(token('dev_new'), `/playlists/${list.id}`)).json
    assert.ok(!('items' in others) && others.name === list.name)
  }
})

test('turns pages with absolute links that repeat the query', async () => {
  const { simulator, token, get } = await start()
  const { id, entries } = find(simulator, ({ isPublic, entries }) => isPublic && entries.length > 45)
  const bearer = token('extended')
  const seen: unknown[] = []
  let next: string | null = `/playlists/${id}/tracks?limit=20&fields=items(added_at),next,previous,offset`
  while (next !== null) {
    const { json } = await get(bearer, next)
    seen.push(...json.items)
    assert.equal(json.total, undefined)
    assert.ok(json.next === null || json.next.startsWith(`${simulator.hosts.api}/playlists/${id}/tracks?`))
    next = json.next?.slice(simulator.hosts.api.length) ?? null
  }
  assert.equal(seen.length, entries.length)
  const past = (await get(bearer, `/playlists/${id}/tracks?offset=5000`)).json
  assert.deepEqual([past.items, past.next, past.total, past.limit], [[], null, entries.length, 100])
  for (const [path, most] of [
    ['tracks', 100],
    ['items', 50],
  ] as const) {
    assert.equal((await get(bearer, `/playlists/${id}/${path}?limit=${most}`)).status, 200)
    const tooMany = await get(bearer, `/playlists/${id}/${path}?limit=${most + 1}`)
    assert.deepEqual(tooMany.json, { error: { status: 400, message: 'Invalid limit' } })
  }
  for (const limit of ['0', '-1', 'x'])
    assert.equal((await get(bearer, `/playlists/${id}/tracks?limit=${limit}`)).status, 400)
  // Without "next" among the fields there is no way on.
  assert.deepEqual((await get(bearer, `/playlists/${id}/tracks?fields=total`)).json, { total: entries.length })
})

test('shows private playlists to their owner and collaborators, with the scope', async () => {
  const { simulator, token, get } = await start()
  const all = ['playlist-read-private', 'playlist-read-collaborative']
  const hidden = find(simulator, ({ isPublic, collaborative }) => !isPublic && !collaborative)
  const owner = hidden.owner.listener!
  assert.equal((await get(token('extended'), `/playlists/${hidden.id}`)).status, 404)
  assert.equal((await get(token('extended', owner, all), `/playlists/${hidden.id}`)).status, 200)
  assert.equal((await get(token('extended', owner), `/playlists/${hidden.id}`)).status, 404)
  assert.equal((await get(token('extended', (owner + 1) % 40, all), `/playlists/${hidden.id}`)).status, 404)
  const together = Array.from({ length: 40 }, (_, i) => i).flatMap((i) =>
    simulator.library
      .shown(i)
      .filter(
        (one) => one.owner.listener !== i && simulator.library.isOwnerOrCollaborator(simulator.people.person(i), one),
      )
      .map((one) => ({ i, one })),
  )[0]!
  assert.equal((await get(token('dev_new', together.i, all), `/playlists/${together.one.id}/items`)).status, 200)
  assert.equal((await get(token('dev_new'), `/playlists/${together.one.id}/items`)).status, 403)
  assert.equal(
    (await get(token('dev_new', 0, ['user-top-read']), '/me/playlists')).json.error.message,
    'Insufficient client scope',
  )
})

test('hides the playlists of Spotify itself from development apps', async () => {
  const { simulator, token, get } = await start()
  const i = Array.from({ length: 40 }, (_, at) => at).find((at) =>
    simulator.library.shown(at).some(({ owner }) => owner.id === 'spotify'),
  )!
  const hits = simulator.library.shown(i).find(({ owner }) => owner.id === 'spotify')!
  const path = `/users/${encodeURIComponent(simulator.people.idOf(i))}/playlists?limit=50`
  const [seen, hidden] = [(await get(token('extended'), path)).json, (await get(token('dev_legacy'), path)).json]
  assert.ok(seen.items.some((one: { id: string }) => one.id === hits.id))
  assert.ok(hidden.items.includes(null) && hidden.total === seen.total)
  assert.equal((await get(token('extended'), `/playlists/${hits.id}`)).status, 200)
  assert.equal((await get(token('dev_legacy'), `/playlists/${hits.id}`)).json.error.message, 'Resource not found')
  const dropping = await start({ switches: { hiddenAsNull: false } })
  assert.ok(!(await dropping.get(dropping.token('dev_legacy'), path)).json.items.includes(null))
})

test('has every odd thing in its playlists', async () => {
  const { simulator, token, get } = await start({ quirks: { ...quirks, undatedPlaylists: 300 } })
  const bearer = token('extended')
  const seen = new Set<string>()
  for (let i = 0; i < 40; i++)
    for (const { id, isPublic } of simulator.library.own(i)) {
      if (!isPublic) continue
      const { items } = (await get(bearer, `/playlists/${id}/tracks?additional_types=track,episode`)).json
      const ids = items.flatMap(({ track }: { track: { id: string } | null }) => track?.id ?? [])
      if (new Set(ids).size < ids.length) seen.add('twice')
      for (const { track, added_at, is_local } of items) {
        if (track === null) seen.add('null')
        else if (is_local) seen.add('local')
        else if (track.type === 'episode') seen.add('episode')
        else if (track.album.type === 'show') seen.add('odd')
        if (added_at === null) seen.add('undated')
      }
      if (seen.size === 6) return
    }
  assert.fail([...seen].join())
})

test('says where a track can be played, and what it was swapped for', async () => {
  const { simulator, token, get } = await start()
  const bearer = token('extended')
  const marks = new Set<string>()
  for (let i = 0; i < 40 && marks.size < 3; i++)
    for (const { id, isPublic } of simulator.library.own(i)) {
      if (!isPublic) continue
      for (const { track } of (await get(bearer, `/playlists/${id}/tracks?market=SE`)).json.items) {
        if (!track?.id || !track.artists.length) continue
        marks.add(track.linked_from ? 'swapped' : `${track.is_playable}`)
        if (track.linked_from && !marks.has('found')) {
          marks.add('found')
          assert.equal((await get(bearer, `/tracks/${track.id}`)).json.id, track.linked_from.id)
        }
      }
    }
  assert.ok(['swapped', 'true', 'false', 'found'].every((mark) => marks.has(mark)))
})

test('a snapshot changes with each edit, at once or later, and for no reason when told to', async () => {
  const { simulator, advance } = await start()
  const { id, snapshot } = simulator.library.own(0)[0]!
  const now = () => simulator.library.playlist(id)!.snapshot
  assert.equal(now(), snapshot)
  simulator.library.edit(id, { remove: 1, lag: 5_000 })
  assert.equal(now(), snapshot)
  advance(5_000)
  const edited = now()
  assert.notEqual(edited, snapshot)
  const { entries } = simulator.library.playlist(id)!
  simulator.library.edit(id, { touch: true })
  assert.notEqual(now(), edited)
  assert.deepEqual(simulator.library.playlist(id)!.entries, entries)
  assert.throws(() => simulator.library.edit('x', {}), RangeError)
})
