import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { quotaExceeded } from '../simulator/spotify/faults.ts'
import { operatorToken, simulatedWorld, Visitor } from './server-fixture.ts'
import { itemsOf } from './simulated-spotify.ts'

const world = await simulatedWorld(40)
const { simulator } = world
const server = await world.open({ schedule: '0 4 * * *' })
/** Where the browser is, so that sign-ins know where to come back to. */
const base = (await server.listen()).url!

/** What a simulated listener would bring from elsewhere. */
function itemsFrom(listener: number) {
  return simulator.library.own(listener).flatMap((playlist) => itemsOf(world.people, playlist))
}

test('somebody names a profile and sees its taste, its matches and each of them, but may not change it', async () => {
  const visitor = new Visitor(server)
  const about = await visitor.get('/v1/about')
  assert.equal(about.simulated, true)
  assert.equal(about.ready, true)
  assert.ok(about.listeners > 30)

  const job = await visitor.job({ from: 'text', text: world.link(1) })
  assert.equal(job.state, 'done', JSON.stringify(job))
  assert.equal(job.owner, undefined)
  assert.ok(job.steps.some(({ id, done, total }: never) => id === 'reading-playlists' && done === total))
  const profile = `/v1/profiles/${job.profile}`

  const { you, matches, revision } = await visitor.get(`/v1/jobs/${job.id}/answer`)
  assert.equal(revision, job.answers)
  assert.equal(matches.length, 10)
  assert.equal(you.profile, job.profile)
  assert.ok(you.genres.length > 0 && you.topArtists.length > 0 && you.sound.length > 0 && you.decades.length > 0)
  assert.ok(matches.every(({ listener }: never) => (listener as { simulated: boolean }).simulated))

  const again = await visitor.get(`${profile}/matches`, { body: { k: 3, you: true } })
  assert.deepEqual(again.matches, matches.slice(0, 3))
  const [closest] = matches
  const pair = await visitor.get(`${profile}/matches/${closest.listener.key}`, { body: {} })
  assert.equal(pair.match.reason, closest.reason)
  assert.ok(pair.artists.length >= closest.artists.length)
  assert.equal(pair.artists.length, closest.sharedArtists)
  assert.ok(pair.borrow.them.length > 0)
  const card = await visitor.get(`${profile}/matches/${closest.listener.key}/card`, { body: {} })
  assert.equal(card.other, closest.listener.name)
  assert.match(card.alt, /simulated/)
  const playlist = await visitor.get(`${profile}/matches/${closest.listener.key}/playlist`, { body: { length: 8 } })
  assert.equal(playlist.tracks.length, 8)
  assert.ok(
    playlist.tracks.every((track: { url?: string }) => track.url === undefined),
    'simulated tracks have no page',
  )

  assert.equal((await visitor.get(profile)).role, 'viewer')
  const flags = { findable: false, showName: false, showTracks: false, train: false }
  assert.equal(await visitor.problem(`${profile}/consent`, { method: 'PUT', body: flags }), 'not-owner')
  assert.equal(await visitor.problem(`${profile}/export`), 'not-owner')
  assert.equal(await visitor.problem(profile, { method: 'DELETE' }), 'not-owner')
})

test('what is left out changes the answer at once, and only that answer', async () => {
  const visitor = new Visitor(server)
  const { profile: key } = await visitor.job({ from: 'text', text: world.link(1) })
  const profile = `/v1/profiles/${key}`
  const choices = await visitor.get(`${profile}/hygiene`)
  assert.ok(choices.playlists.length > 0)
  const [{ name }] = choices.artists
  const hygiene = { artists: [name] }
  const without = await visitor.get(`${profile}/taste`, { body: { hygiene } })
  assert.ok(!without.topArtists.some((artist: { name: string }) => artist.name === name))
  const answer = await visitor.get(`${profile}/matches`, { body: { hygiene } })
  for (const { artists } of answer.matches) assert.ok(!artists.some((artist: { name: string }) => artist.name === name))
  const whole = await visitor.get(`${profile}/taste`, { body: {} })
  assert.ok(whole.topArtists.some((artist: { name: string }) => artist.name === name))
  const recent = await visitor.get(`${profile}/taste`, {
    body: { hygiene: { recency: 1, from: choices.from, to: choices.from } },
  })
  assert.ok(recent.artists <= whole.artists)
  assert.equal(
    await visitor.problem(`${profile}/matches`, {
      body: { hygiene: { playlists: choices.playlists.map((one: never) => (one as { name: string }).name) } },
    }),
    'cannot-match',
  )
})

test('what somebody brings is theirs alone: nobody finds it before they say so, or sees it after they erased it', async () => {
  const [owner, other] = [new Visitor(server), new Visitor(server)]
  const secretName = 'Ünmistakable Person 7391'
  const items = [...itemsFrom(2), { artists: ['Nobody Else Has This Artist 5527'], plays: 3 }]
  const job = await owner.job({ from: 'items', items, name: secretName })
  assert.equal(job.state, 'done', JSON.stringify(job))
  assert.match(job.owner, /^[\w-]{43}$/)
  const profile = `/v1/profiles/${job.profile}`
  assert.deepEqual((await owner.get(profile)).consent, {
    findable: false,
    showName: false,
    showTracks: false,
    train: false,
  })

  // Of the other, who has the same taste, nothing says that the first one is there.
  const same = await other.job({ from: 'items', items: itemsFrom(2) })
  const closestOf = async () =>
    (await other.get(`/v1/profiles/${same.profile}/matches`, { body: {} })).matches[0].listener
  assert.notEqual((await closestOf()).key, job.profile)
  for (const [path, asking] of [
    [profile, {}],
    [`${profile}/taste`, { body: {} }],
    [`${profile}/matches`, { body: {} }],
    [`${profile}/export`, {}],
    [`${profile}`, { method: 'DELETE' }],
  ] as const)
    assert.equal(await other.problem(path, asking), 'profile-not-found', path)
  assert.equal(await other.problem(`/v1/jobs/${job.id}`), 'job-not-found')
  assert.equal(await other.problem(`/v1/jobs/${job.id}/events`), 'job-not-found')

  await owner.get(`${profile}/consent`, {
    method: 'PUT',
    body: { findable: true, showName: false, showTracks: false, train: false },
  })
  const found = await closestOf()
  assert.deepEqual([found.key, found.name], [job.profile, `listener ${job.profile.slice(0, 6)}`])
  const pair = await other.get(`/v1/profiles/${same.profile}/matches/${job.profile}`, { body: {} })
  assert.equal(pair.borrow.you, undefined)
  assert.equal(pair.theirs, undefined)
  assert.equal(pair.private.length, 1)
  assert.doesNotMatch(JSON.stringify(pair), /Nobody Else Has|Ünmistakable/)
  const card = await other.get(`/v1/profiles/${same.profile}/matches/${job.profile}/card`, { body: {} })
  assert.equal(card.other, undefined)
  assert.doesNotMatch(JSON.stringify(card), /listener /)

  // A block works both ways, and can be taken back.
  await owner.get(`${profile}/blocks/${same.profile}`, { method: 'PUT' })
  assert.notEqual((await closestOf()).key, job.profile)
  assert.equal(
    await other.problem(`/v1/profiles/${same.profile}/matches/${job.profile}`, { body: {} }),
    'match-not-found',
  )
  assert.equal((await owner.get(`${profile}/blocks`)).length, 1)
  await owner.get(`${profile}/blocks/${same.profile}`, { method: 'DELETE' })
  assert.equal((await closestOf()).key, job.profile)

  // From another browser, with the token.
  const elsewhere = new Visitor(server)
  assert.equal((await elsewhere.get('/v1/session/profiles', { body: { owner: job.owner } })).role, 'owner')
  const script = { headers: { authorization: `Bearer ${job.owner}` } }
  const exported = await new Visitor(server).ask(`${profile}/export`, script)
  assert.equal(exported.json.items.length, items.length)
  assert.equal(exported.json.name, secretName)
  assert.match(`${exported.headers['content-disposition']}`, /attachment/)

  // Newer data take the place of the old ones, and the key stays.
  const newer = await owner.job({ from: 'items', items: itemsFrom(3), name: secretName }, `?replaces=${job.profile}`)
  assert.equal(newer.profile, job.profile)
  assert.equal(
    await other.problem(`/v1/jobs?replaces=${job.profile}`, { body: { from: 'items', items } }),
    'profile-not-found',
  )

  assert.equal((await owner.ask(profile, { method: 'DELETE' })).status, 204)
  assert.notEqual((await closestOf()).key, job.profile)
  assert.equal(await owner.problem(profile), 'profile-not-found')
  assert.equal(await owner.problem(`/v1/jobs/${job.id}`), 'job-not-found')
  assert.equal(await elsewhere.problem(profile), 'profile-not-found')
  for (const text of [secretName, 'Nobody Else Has This Artist 5527']) await assertNowhere(text, world.data)
  // The store's change sequence says that somebody of this key went; the server forgets the key, too.
  await assertNowhere(job.profile, join(world.data, 'server'))
})

/** No file in the folder holds the text, in the bytes that a database would write. */
async function assertNowhere(text: string, folder: string) {
  const bytes = Buffer.from(text)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    assert.equal((await readFile(path)).includes(bytes), false, `${path} holds ${text}`)
  }
}

test('files that a browser cannot read are read here, one person at a time', async () => {
  const visitor = new Visitor(server)
  const line = (id: string) => `${JSON.stringify({ id, items: itemsFrom(4).slice(0, 60) })}\n`
  const send = async (name: string, content: string | Uint8Array) =>
    (await visitor.get(`/v1/uploads?name=${name}`, { body: Buffer.from(content) })).upload
  const job = await visitor.job({
    from: 'uploads',
    uploads: [await send('mine.profiles.jsonl', line('file:x'))],
    name: 'I',
  })
  assert.equal(job.state, 'done', JSON.stringify(job.problem))
  const brought = new Set(
    itemsFrom(4)
      .slice(0, 60)
      .map(({ ids }) => ids?.spotify),
  )
  assert.equal((await visitor.get(`/v1/profiles/${job.profile}`)).tracks, brought.size)

  const two = await visitor.job({
    from: 'uploads',
    uploads: [await send('x.jsonl', line('spotify:a') + line('lastfm-2k:2'))],
  })
  assert.equal(two.problem.code, 'file-not-readable')
  assert.match(two.problem.detail, /several listeners/)
  const picture = await visitor.job({
    from: 'uploads',
    uploads: [await send('../../etc/x.png', '\u0089PNG\r\n\u001a\n')],
  })
  assert.equal(picture.problem.code, 'file-not-readable')
  assert.doesNotMatch(picture.problem.detail, /spool|\/tmp/)
  const used = await send('a.jsonl', line('file:x'))
  await visitor.job({ from: 'uploads', uploads: [used] })
  assert.equal(await visitor.problem('/v1/jobs', { body: { from: 'uploads', uploads: [used] } }), 'upload-not-found')
  const theirs = await send('b.jsonl', line('file:x'))
  assert.equal(
    await new Visitor(server).problem('/v1/jobs', { body: { from: 'uploads', uploads: [theirs] } }),
    'upload-not-found',
  )
})

test('many items go to a file and are checked by whoever reads it', async () => {
  const visitor = new Visitor(server)
  const many = Array.from({ length: 6000 }, (_, i) => ({
    artists: [`Artist ${i % 300}`],
    track: `Track ${i}`,
    plays: 1 + (i % 7),
  }))
  const job = await visitor.job({ from: 'items', items: [...itemsFrom(5), ...many, { artists: [] }] })
  assert.equal(job.state, 'done', JSON.stringify(job.problem))
  assert.match(job.notRead[0].reason, /^1 of the items/)
  const broken = await visitor.job({ from: 'items', items: [], padding: 'x'.repeat(300_000) })
  assert.equal(broken.problem.code, 'invalid-request')
})

test('every wrong input has its own problem', async () => {
  const visitor = new Visitor(server)
  const problemOf = (text: string) => visitor.problem('/v1/jobs', { body: { from: 'text', text } })
  const someId = '37i9dQZF1DXcBWIGoYBM5M'
  assert.equal(await problemOf('https://evil.example/user/x'), 'link-other-host')
  assert.equal(await problemOf(`https://open.spotify.com/playlist/${someId}`), 'link-is-playlist')
  assert.equal(await problemOf(`https://open.spotify.com/track/${someId}`), 'link-is-other')
  assert.equal(await problemOf(someId), 'link-ambiguous')
  assert.equal(await problemOf('https://spotify.link/abc'), 'link-short')
  assert.equal(await problemOf('two words'), 'link-not-readable')
  assert.equal(await problemOf('listenbrainz:rob'), 'way-closed')
  assert.equal(await problemOf('lastfm:../x'), 'way-closed')
  assert.equal(await visitor.problem('/v1/jobs', { body: { from: 'me' } }), 'sign-in-needed')
  assert.equal(await visitor.problem('/v1/jobs', { body: { from: 'nowhere' } }), 'invalid-request')
  const gone = await visitor.job({ from: 'text', text: 'nobody-by-this-name' })
  assert.deepEqual([gone.state, gone.problem.code], ['failed', 'person-not-found'])
  assert.ok(gone.problem.detail.length > 20)
  const strange = await visitor.job({
    from: 'items',
    items: [{ artists: ['Nobody Here 1'] }, { artists: ['Nobody Here 2'] }],
  })
  assert.equal(strange.problem.code, 'cannot-match')
  assert.match(strange.problem.detail, /any of the 2 artists of what you brought/)
})

test('somebody signs in with Spotify, owns what they are, and saves a playlist', async () => {
  const visitor = new Visitor(server)
  const person = simulator.people.person(6)
  // Until they sign in, whoever names them sees them.
  const stranger = new Visitor(server)
  const named = await stranger.job({ from: 'text', text: world.link(6) })

  await signIn(visitor, person.id, 'you')
  const session = await visitor.get('/v1/session')
  assert.equal(session.signedIn.profile, named.profile)
  assert.equal(session.signedIn.mayWritePlaylists, false)
  assert.deepEqual(
    session.profiles.map(({ key, role }: { key: string; role: string }) => [key, role]),
    [[named.profile, 'owner']],
  )
  assert.equal(await stranger.problem(`/v1/profiles/${named.profile}`), 'profile-not-found')
  assert.equal(await stranger.problem('/v1/jobs', { body: { from: 'text', text: world.link(6) } }), 'profile-owned')

  const job = await visitor.job({ from: 'me' })
  assert.equal(job.state, 'done', JSON.stringify(job.problem))
  assert.equal(job.profile, named.profile)
  const [closest] = (await visitor.get(`/v1/profiles/${job.profile}/matches`, { body: {} })).matches
  const path = `/v1/profiles/${job.profile}/matches/${closest.listener.key}/playlist`
  assert.equal(await visitor.problem(path, { body: { save: true } }), 'sign-in-needed', 'the scope is missing')
  await signIn(visitor, person.id, 'you', 'write')
  const { saved, tracks } = await visitor.get(path, { body: { save: true, length: 6 } })
  assert.equal(saved.tracks, tracks.length)
  assert.equal(simulator.library.shown(6)[0]?.entries.length, tracks.length)

  assert.equal((await visitor.ask('/v1/session', { method: 'DELETE' })).status, 204)
  assert.equal((await visitor.get('/v1/session')).signedIn, undefined)
  assert.equal(await visitor.problem('/v1/jobs', { body: { from: 'me' } }), 'sign-in-needed')
})

test('a sign-in ends only where it began, and leads back to our own pages only', async () => {
  const [victim, attacker] = [new Visitor(server), new Visitor(server)]
  const begun = `${(await attacker.ask('/v1/sign-in/spotify')).headers.location}`
  const back = await fetch(`${begun}&as=${encodeURIComponent(simulator.people.idOf(7))}&answer=agree`, {
    redirect: 'manual',
  })
  const { pathname, search } = new URL(back.headers.get('location')!)
  const forged = await victim.ask(pathname + search)
  assert.match(`${forged.headers.location}`, /[?&]sign-in-problem=sign-in-failed/)
  assert.equal((await victim.get('/v1/session')).signedIn, undefined)

  for (const [given, expected] of [
    ['you', '/you'],
    ['//evil.example/x', '/evil.example/x'],
    ['../../v1/session', '/v1/session'],
  ] as const) {
    const location = await signIn(new Visitor(server), simulator.people.idOf(7), given)
    assert.equal(new URL(location).origin, new URL(base).origin)
    assert.equal(new URL(location).pathname, expected)
  }
  assert.equal(await victim.problem('/v1/sign-in/spotify?back=https://evil.example'), 'invalid-request')
  const declined = await signIn(new Visitor(server), 'nobody at all', 'you')
  assert.match(declined, /sign-in-problem=sign-in-failed/)
})

/** Goes through the simulated sign-in page. @returns the page that the browser ends on */
async function signIn(visitor: Visitor, as: string, back: string, playlists = 'read'): Promise<string> {
  const begun = await visitor.ask(`/v1/sign-in/spotify?back=${encodeURIComponent(back)}&playlists=${playlists}`)
  assert.equal(begun.status, 302, begun.text)
  const page = await fetch(`${begun.headers.location}&as=${encodeURIComponent(as)}&answer=agree`, {
    redirect: 'manual',
  })
  const { pathname, search } = new URL(page.headers.get('location')!)
  const before = visitor.cookie
  const ended = await visitor.ask(pathname + search)
  assert.equal(ended.status, 303)
  if (!`${ended.headers.location}`.includes('problem')) assert.notEqual(visitor.cookie, before, 'a new cookie')
  return `${ended.headers.location}`
}

test('a profile that an operator read is claimed with a code in the title of a public playlist', async () => {
  const [owner, other] = [new Visitor(server), new Visitor(server)]
  const { profile: key } = await owner.job({ from: 'text', text: world.link(8) })
  await other.job({ from: 'text', text: world.link(8) })
  const profile = `/v1/profiles/${key}`
  assert.equal(await owner.problem(`${profile}/claim/check`, { method: 'POST' }), 'claim-not-begun')
  const { code } = await owner.get(`${profile}/claim`, { method: 'POST' })
  assert.match(code, /^consonance-[a-z0-9]{10}$/)
  assert.equal(await owner.problem(`${profile}/claim/check`, { method: 'POST' }), 'claim-code-missing')
  simulator.library.create(simulator.people.person(8), `my ${code.toUpperCase()} list`)
  assert.equal(await owner.problem(`${profile}/claim/check`, { method: 'POST' }), 'claim-code-missing', 'it is private')
  simulator.library.create(simulator.people.person(8), `my ${code.toUpperCase()} list`, true)
  // The code of one visitor proves nothing for another.
  await other.get(`${profile}/claim`, { method: 'POST' })
  assert.equal(await other.problem(`${profile}/claim/check`, { method: 'POST' }), 'claim-code-missing')
  const { owner: token } = await owner.get(`${profile}/claim/check`, { method: 'POST' })
  assert.match(token, /^[\w-]{43}$/)
  assert.equal((await owner.get(profile)).role, 'owner')
  assert.equal(await other.problem(profile), 'profile-not-found')
})

test('the operator sees how it stands, and nobody else does', async () => {
  const visitor = new Visitor(server)
  assert.equal(await visitor.problem('/v1/operator/status'), 'operator-only')
  assert.equal(await visitor.problem('/metrics'), 'operator-only')
  assert.equal(
    await visitor.problem('/v1/session/operator', { body: { token: 'wrong-wrong-wrong-wrong' } }),
    'operator-token-wrong',
  )
  assert.equal((await visitor.ask('/v1/session/operator', { body: { token: operatorToken } })).status, 204)
  const status = await visitor.get('/v1/operator/status')
  assert.ok(status.population.listeners > 30)
  assert.equal(status.schedule.refresh, '0 4 * * *')
  assert.equal(status.index.upToChange <= status.index.lastChange, true)
  assert.ok(
    status.policy.some(
      ({ origin, matching }: { origin: string; matching: boolean }) => origin === 'spotify' && !matching,
    ),
  )
  const [model] = await visitor.get('/v1/operator/models')
  assert.equal(model.promoted, true)
  const report = await visitor.ask(`/v1/operator/models/${model.version}/report`)
  assert.match(report.text, /<html/)
  assert.match(`${report.headers['content-security-policy']}`, /sandbox/)
  assert.equal(await visitor.problem('/v1/operator/models/99/promote', { method: 'POST' }), 'model-not-found')
  assert.equal(await visitor.problem('/v1/operator/models/rollback', { method: 'POST' }), 'model-not-found')
  assert.deepEqual(await visitor.get(`/v1/operator/models/${model.version}/promote`, { method: 'POST' }), {
    promoted: model.version,
  })
  const refreshed = await visitor.get('/v1/operator/refresh', { method: 'POST' })
  assert.equal((await visitor.ended(refreshed.job.id)).state, 'done')
  assert.ok((await visitor.get('/v1/operator/jobs')).length > 3)
  assert.deepEqual(await visitor.get('/v1/operator/candidates'), [])

  const reporter = new Visitor(server)
  const { profile } = await reporter.job({ from: 'items', items: itemsFrom(9) })
  const [closest] = (await reporter.get(`/v1/profiles/${profile}/matches`, { body: {} })).matches
  const complaint = { reason: 'name', text: 'The name is rude.' }
  const path = `/v1/profiles/${profile}/matches/${closest.listener.key}/report`
  assert.equal((await reporter.ask(path, { body: complaint })).status, 204)
  const shown = (await reporter.get(`/v1/profiles/${profile}/matches`, { body: {} })).matches
  assert.ok(!shown.some(({ listener }: { listener: { key: string } }) => listener.key === closest.listener.key))
  const [reported] = await visitor.get('/v1/operator/reports')
  assert.deepEqual([reported.listener, reported.text], [closest.listener.key, complaint.text])
  assert.equal((await visitor.ask(`/v1/operator/reports/${reported.id}`, { method: 'DELETE' })).status, 204)
  assert.equal((await visitor.ask(`/v1/operator/listeners/${closest.listener.key}`, { method: 'DELETE' })).status, 204)
  assert.equal(
    await visitor.problem(`/v1/operator/listeners/${closest.listener.key}`, { method: 'DELETE' }),
    'profile-not-found',
  )

  const script = { headers: { authorization: `Bearer ${operatorToken}` } }
  const metrics = await new Visitor(server).ask('/metrics', script)
  assert.match(metrics.text, /consonance_http_request_seconds_bucket\{.*route="\/v1\/profiles\/:profile\/matches"/)
  assert.doesNotMatch(metrics.text, new RegExp(profile))
})

// The last one: the service stays closed.
test('a profile that shows no playlists, and a service that wants a pause, say so with problems of their own', async () => {
  const visitor = new Visitor(server)
  const read = (listener: number) => visitor.job({ from: 'text', text: world.link(listener) })
  const empty = { href: '', items: [], limit: 50, offset: 0, next: null, previous: null, total: 0 }
  const nothing = { kind: 'answer', answer: { status: 200, json: empty }, name: 'no playlists' } as const
  simulator.scripted.add(/users\/[^/]+\/playlists/, 1, nothing)
  assert.equal((await read(31)).problem.code, 'profile-private')

  simulator.scripted.add(/users/, 1, { kind: 'answer', answer: quotaExceeded(3600), name: 'quota' })
  const { state, problem } = await read(32)
  assert.deepEqual([state, problem.code], ['failed', 'quota-closed'])
  assert.ok(problem.retryAfter > 3000 && problem.retryAfter <= 3700)
  const script = { headers: { authorization: `Bearer ${operatorToken}` } }
  const { quota } = await visitor.get('/v1/operator/status', script)
  assert.ok(Date.parse(quota.closedUntil) > Date.now())
})
