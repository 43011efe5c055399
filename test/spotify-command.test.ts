import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { quotaExceeded } from '../simulator/spotify/faults.ts'
import type { Settings } from '../simulator/spotify/settings.ts'
import { SpotifySimulator } from '../simulator/spotify/simulator.ts'
import { createWorld } from '../simulator/world/world.ts'
import { LiveMatcher } from '../src/pipelines/live-matcher.ts'
import { openStore } from '../src/store/open.ts'
import { assertDone, assertRefused, command, outcome, spawnConsonance } from './command-line.ts'
import { filesWith } from './files-with.ts'
import { temporaryFolder } from './fixtures.ts'
import { killIngests } from './killed-ingest.ts'
import { contentOf, withStore } from './store-content.ts'

const app = { SPOTIFY_CLIENT_ID: 'simulated-extended-pre2024', SPOTIFY_CLIENT_SECRET: 'simulated-secret' }
const nowhere = { SPOTIFY_CLIENT_ID: '', SPOTIFY_CLIENT_SECRET: '', CONSONANCE_SPOTIFY_API: 'http://127.0.0.1:9/v1' }

/** A simulated Spotify and the environment in which commands ask it. */
async function start(t: TestContext, listeners: number, settings: Partial<Settings> = {}) {
  const world = createWorld({ seed: 7, listeners })
  const simulator = await new SpotifySimulator({ world, ...settings }).listen()
  t.after(() => simulator.close())
  const { api, accounts } = simulator.hosts
  const env = { ...app, CONSONANCE_SPOTIFY_API: api, CONSONANCE_SPOTIFY_ACCOUNTS: accounts }
  const link = (i: number) => `https://open.spotify.com/user/${encodeURIComponent(simulator.people.idOf(i))}`
  const links = Array.from({ length: listeners }, (_, i) => link(i))
  return { simulator, env, link, links }
}

test('a run that is killed continues to the same store, without repeating finished work', async (t) => {
  const { simulator, env, links } = await start(t, 8)
  const folder = await temporaryFolder(t)
  const file = join(folder, 'links.txt')
  await writeFile(file, `\ufeff${links.join('\r\n')}\n\n`)
  const ingest = (data: string) => ['ingest', '--from', file, '--json', '--data', join(folder, data)]
  const { requests, outcomes } = JSON.parse(assertDone(await command(ingest('whole'), { env })))
  const whole = await withStore(join(folder, 'whole'), contentOf)
  assert.equal(whole.profiles.size, outcomes.read)
  const child = spawnConsonance(ingest('killed'), { env })
  simulator.scripted.add(/^\/v1/, Math.floor(requests * 0.8), () => child.kill('SIGKILL'))
  assert.equal((await outcome(child)).code, null)
  const { listeners } = await withStore(join(folder, 'killed'), (store) => store.counts())
  assert.ok(listeners > 0)
  const rest = JSON.parse(assertDone(await command(ingest('killed'), { env })))
  assert.equal(rest.outcomes.unchanged, listeners)
  assert.ok(rest.requests < requests)
  assert.deepEqual(await withStore(join(folder, 'killed'), contentOf), whole)
})

test('killed at five moments, it ends with the same store', async (t) => {
  assert.ok((await killIngests(t, 5, 1)) > 0)
})

test('from a link to matches and out again, as the operator permits', async (t) => {
  const folder = await temporaryFolder(t)
  const others = await start(t, 21)
  const data = ['--data', folder]
  assertDone(await command(['ingest', ...others.links.slice(0, 20), ...data], { env: others.env }))
  assertDone(await command(['train', '--kind', 'linear', '--preset', 'quick', ...data]))

  // A process that runs already finds who is ingested by another one, with nothing done in between.
  const running = await openStore(undefined, folder, {}, { create: false })
  t.after(running.close)
  const live = await LiveMatcher.open(running)
  t.after(() => live.close())
  const found20 = async () => {
    const { matches } = await live.match({ listener: `spotify:${others.simulator.people.idOf(0)}` }, 30)
    const late = await running.store.listener(`spotify:${others.simulator.people.idOf(20)}`)
    return matches.some(({ listener }) => listener.key === late?.key)
  }
  assert.equal(await found20(), false)
  const late = await command(['ingest', others.link(20), ...data], { env: others.env })
  assert.match(assertDone(late), /^Next: consonance match spotify:/m)
  assert.equal(await found20(), true)

  // The same world with somebody who is new in it, at a Spotify that nothing marks as a simulated one.
  const { simulator, env, link } = await start(t, 22, { switches: { marked: false } })
  const person = simulator.people.person(21)
  const listener = `spotify:${person.id}`
  assertRefused(await command(['match', link(21), ...data], { env: nowhere }), 1, /no credentials.*spotify-access\.md/)
  const refused = await command(['match', link(21), ...data], { env })
  assertRefused(refused, 1, /spotify\.matching is off \(docs\/spotify-access\.md\)/)
  const kept = await command(['ingest', link(21), ...data], { env })
  assert.match(assertDone(kept), /^Next: consonance status$/m)
  await writeFile(join(folder, 'settings.json'), '{ "spotify.matching": "permitted", "publicProfiles": "named" }')
  assertDone(await command(['erase', link(21), '--may-return', ...data]))
  assert.match(assertDone(await command(['match', link(21), ...data], { env })), /read just now/)
  const found = () => command(['match', others.link(0), '-k', '30', '--json', ...data])
  const named = ({ matches }: { matches: { listener: { url?: string } }[] }) =>
    matches.filter(({ listener }) => listener.url === link(21))
  assert.equal(named(JSON.parse(assertDone(await found()))).length, 1)

  assert.notDeepEqual(await filesWith(folder, person.id), [])
  const playlists = simulator.library.shown(21).map(({ id }) => id)
  assert.notDeepEqual(await filesWith(folder, playlists[0]!), [])
  assertDone(await command(['erase', listener, ...data]))
  for (const text of [person.id, person.displayName ?? person.id, ...playlists])
    assert.deepEqual(await filesWith(folder, text), [], text)

  simulator.log.clear()
  assertRefused(await command(['match', link(21), ...data], { env }), 1, /does not want this profile to be read/)
  const again = await command(['ingest', link(21), '--json', ...data], { env })
  assert.deepEqual(JSON.parse(again.stdout).outcomes, { barred: 1 })
  assert.equal(simulator.log.count(), 0)
})

test('what is wrong is said in a line: links, credentials, files, a closed quota', async (t) => {
  const folder = await temporaryFolder(t)
  const data = ['--data', join(folder, 'data')]
  const { simulator, env, links } = await start(t, 6)
  const noCredentials = await command(['ingest', links[0]!, ...data], { env: nowhere })
  assertRefused(noCredentials, 1, /no client id; set SPOTIFY_CLIENT_ID.*docs\/spotify-access\.md/)
  assert.deepEqual(await readdir(folder), [], 'nothing is made')
  assertRefused(await command(['ingest', '--from', join(folder, 'no.txt'), ...data], { env }), 1, /no\.txt.*ENOENT/)

  const wrong = {
    'https://open.spotify.com/playlist/37i9dQZF1DX0XUsuxWHRQd': /is a playlist, not a profile/,
    'https://open.spotify.com/artist/37i9dQZF1DX0XUsuxWHRQd': /is an artist, not a profile/,
    'https://example.com/user/anna': /not on Spotify/,
    '37i9dQZF1DX0XUsuxWHRQd': /can be the id of a user or of a playlist/,
    'anna@example.com': /is an e-mail address/,
    'Anna B': /looks like a name/,
  }
  const refused = await command(['ingest', ...Object.keys(wrong), '--json', ...data], { env })
  assert.equal(refused.code, 1)
  const { profiles, outcomes } = JSON.parse(refused.stdout)
  assert.deepEqual(outcomes, { refused: Object.keys(wrong).length })
  for (const { link, sentences } of profiles) assert.match(sentences[0], wrong[link as keyof typeof wrong])
  assert.equal(simulator.log.count(), 0)

  simulator.scripted.add(/playlists/, 10, { kind: 'answer', name: 'quota', answer: quotaExceeded(13 * 3600) })
  const stopped = await command(['ingest', ...links, ...data], { env })
  assertRefused(stopped, 1, /daily quota at Spotify is used up.*try again at 20\d\d-/)
  assert.match(stopped.stdout, /not reached/)
})

test('development: whoever signs in is read, private playlists too, and found only when they say so', async (t) => {
  const folder = await temporaryFolder(t)
  const { simulator, env } = await start(t, 6)
  const app = { SPOTIFY_CLIENT_ID: 'simulated-dev-new', SPOTIFY_CLIENT_SECRET: '' }
  const me = simulator.people.person(3)
  const signIn = async () => {
    const child = spawnConsonance(['ingest', '--sign-in', '--json', '--data', folder], { env: { ...env, ...app } })
    const ended = outcome(child)
    const [text] = await once(child.stderr.setEncoding('utf8'), 'data')
    const asked = `${/http\S+/.exec(text)![0]}&as=${encodeURIComponent(me.id)}&answer=agree`
    const { headers } = await fetch(asked, { redirect: 'manual' })
    await fetch(headers.get('location')!)
    return JSON.parse(assertDone(await ended))
  }
  const { profiles } = await signIn()
  const belonging = simulator.library.shown(3).filter((one) => simulator.library.isOwnerOrCollaborator(me, one))
  assert.equal(profiles[0].listener, `spotify:${me.id}`)
  const stored = await withStore(folder, (store) => store.profile(`spotify:${me.id}`, 'keep'))
  const own = ['Liked Songs', 'Top tracks', 'Top artists']
  assert.deepEqual(
    new Set(stored!.playlists.map(({ name }) => name)),
    new Set([...belonging.map(({ name }) => name), ...own]),
  )
  const saved = new Set(
    simulator.library.own(3).flatMap(({ entries }) => entries.flatMap(({ kind, id }) => (kind === 'track' ? id : []))),
  )
  const sizes = own.map((name) => stored!.playlists.find((playlist) => playlist.name === name)!.entries.length)
  assert.equal(sizes[0], saved.size)
  assert.ok(sizes[1]! > 10 && sizes[1]! <= 50 && sizes[2]! > 5 && sizes[2]! <= 50, sizes.join())
  assert.match(profiles[0].sentences.join(' '), /\d+ saved songs, \d+ top tracks, \d+ top artists/)
  assert.equal(stored!.listener.consent.findable, false)
  const again = await signIn()
  // Who it is, the list of playlists, whether a song was saved, and six top lists.
  assert.equal(again.requests, 1 + Math.ceil(simulator.library.shown(3).length / 50) + 1 + 6)
  assert.deepEqual(again.outcomes, { unchanged: 1 })
  for (const token of simulator.tokens.all) assert.deepEqual(await filesWith(folder, token), [])
})

test('simulate says where it listens, and how to ask it', async () => {
  const child = spawnConsonance(['simulate', '--listeners', '3', '--seed', '7', '--port', '0', '--json'])
  const [text] = await once(child.stdout.setEncoding('utf8'), 'data')
  const { api, accounts, clients, links, allLinks } = JSON.parse(text)
  assert.match(`${api} ${accounts}`, /^http:\/\/127\.0\.0\.1:\d+\/v1 http:\/\/127\.0\.0\.1:\d+$/)
  assert.equal(clients.length, 4)
  assert.deepEqual((await (await fetch(allLinks)).text()).trim().split('\n'), links)
  const ended = outcome(child)
  child.kill('SIGINT')
  assert.equal((await ended).code, 0)
})
