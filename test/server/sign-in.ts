import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Visitor } from '../server-fixture.ts'
import { base, server, simulator, world } from './one-server.ts'

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
