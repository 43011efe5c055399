/**
 * The commands as processes, from reading 500 simulated profiles to erasing one, on SQLite and on a local Hopsworks. In
 * `test:data` for its length.
 */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { simulatedProfile } from '../simulator/profiles.ts'
import { defaultApp } from '../simulator/spotify/settings.ts'
import { SpotifySimulator } from '../simulator/spotify/simulator.ts'
import { createWorld, type World } from '../simulator/world/world.ts'
import { profileLink } from '../src/spotify/index.ts'
import { filesOf, projectPlace } from '../src/store/hopsworks/test-project-place.ts'
import { type OpenStore, openStore } from '../src/store/open.ts'
import type { Profile } from '../src/taste/listener.ts'
import type { ListenerId } from '../src/taste/listener-id.ts'
import { assertDone, assertRefused, consonance, outcome, spawnConsonance } from './command-line.ts'
import { temporaryFolder } from './fixtures.ts'
import { startLocalHopsworks } from './hopsworks/fast/start.ts'
import { ServedVisitor, serve } from './served-visitor.ts'

const listeners = 500
/** Who asks, by number in the world. */
const asking = [1, 77, 401]

interface Surroundings {
  readonly world: World
  readonly idOf: (listener: number) => string
  /** What is searched for after somebody was erased: their id, and their playlists' ids. */
  readonly tracesOf: (listener: ListenerId) => readonly string[]
  /** Names the file with the links of all. */
  readonly links: string
  readonly env: Readonly<Record<string, string>>
}

/** A simulated Spotify, and 500 links of it. */
async function simulated(t: TestContext): Promise<Surroundings> {
  const world = createWorld({ seed: 7, listeners: listeners + 1 })
  const simulator = await new SpotifySimulator({ world }).listen()
  t.after(() => simulator.close())
  const idOf = (i: number) => simulator.people.idOf(i)
  const links = join(await temporaryFolder(t), 'links.txt')
  await writeFile(links, Array.from({ length: listeners }, (_, i) => profileLink(idOf(i)).url).join('\n'))
  const { api, accounts } = simulator.hosts
  const { clientId, clientSecret } = defaultApp('extended_pre2024')
  const env = {
    ...{ SPOTIFY_CLIENT_ID: clientId, SPOTIFY_CLIENT_SECRET: clientSecret },
    ...{ CONSONANCE_SPOTIFY_API: api, CONSONANCE_SPOTIFY_ACCOUNTS: accounts },
  }
  const tracesOf = (listener: ListenerId) => {
    const id = listener.slice('spotify:'.length)
    const { listener: number } = simulator.people.find(id)!
    return [id, ...simulator.library.own(number!).map((playlist) => playlist.id)]
  }
  return { world, idOf, tracesOf, links, env }
}

/** A store, and how the machines of one operator come to it. */
interface Place {
  readonly store: readonly string[]
  readonly url: string | undefined
  /** Its data folder by number: all the same where the store is on one machine. */
  machine(number: number): string
}

/** Everything once. Returns what was printed, without what differs from one store to the next: random keys and the time. */
async function walk(place: Place, { world, idOf, links, env }: Surroundings) {
  const run = async (command: string, args: readonly string[] = [], machine = 1) => {
    const common = ['--json', '--data', place.machine(machine), ...place.store]
    return JSON.parse(assertDone(await consonance([command, ...args, ...common], { env })))
  }
  const { outcomes, requests } = await run('ingest', ['--from', links])
  const { version, card, promoted } = await run('train', ['--preset', 'quick'])
  const trained = { version, hash: card.hash, promoted }
  const { described } = await run('refresh')
  const ask = (i: number) => run('match', [`spotify:${idOf(i)}`])
  const matches: unknown[] = []
  for (const i of asking) matches.push(told(await ask(i)))

  const newcomer = simulatedProfile(world, listeners, 1_700_000_000)
  const watching = spawnConsonance(['refresh', '--watch', '--data', place.machine(1), ...place.store])
  const watched = outcome(watching)
  try {
    await describedByWatcher(place, newcomer)
  } finally {
    watching.kill('SIGINT')
  }
  assert.match(assertDone(await watched), /Watched in/)
  const ofNewcomer = await run('match', [newcomer.id])

  await using server = await serve(['--data', place.machine(2), ...place.store], env)
  const visitor = new ServedVisitor(server)
  const { profile } = await visitor.job({ from: 'text', text: profileLink(idOf(asking[0]!)).url })
  const closest = async () => (await visitor.get(`/v1/profiles/${profile}/matches`, { body: {} })).matches
  const served = told(await closest())
  // Somebody with the same taste, who says that they may be found.
  const guest = new ServedVisitor(server)
  const { items } = simulatedProfile(world, asking[0]!, 1_700_000_000)
  const file = Buffer.from(`${JSON.stringify({ id: 'file:guest', items })}\n`)
  const { upload } = await guest.get('/v1/uploads?name=guest.profiles.jsonl', { body: file })
  const { profile: brought } = await guest.job({ from: 'uploads', uploads: [upload], name: 'Guest' })
  const consent = { findable: true, showName: true, showTracks: true, train: false }
  await guest.get(`/v1/profiles/${brought}/consent`, { method: 'PUT', body: consent })
  assert.equal((await closest())[0].listener.key, brought)
  assert.equal((await ask(asking[0]!)).matches[0].listener.key, brought)
  await guest.get(`/v1/profiles/${brought}`, { method: 'DELETE' })

  const [first] = (await ask(asking[0]!)).matches
  const { id: gone } = await within(place, async ({ store }) => (await store.listenerByKey(first.listener.key))!)
  const exported = told(await run('export', [gone]))
  const isFound = (matches: readonly Match[]) => matches.some(({ listener: { key } }) => key === first.listener.key)
  assert.ok(isFound(await closest()))
  assert.equal((await run('erase', [gone])).erased, gone)
  assert.ok(!isFound(await closest()))
  assert.ok(!isFound((await ask(asking[0]!)).matches))
  const again = ['match', profileLink(gone.slice('spotify:'.length)).url, '--data', place.machine(1), ...place.store]
  assertRefused(await consonance(again, { env }), 1, /does not want this profile to be read/)
  return {
    ...{ outcomes, requests, trained, described, matches, served, exported, gone },
    ofNewcomer: told(ofNewcomer),
    after: told(await closest()),
  }
}

interface Match {
  readonly listener: { readonly key: string }
}

/** Stores a profile as a process does that describes nobody, and waits until somebody else has described it. */
async function describedByWatcher(place: Place, profile: Profile): Promise<void> {
  await within(place, async ({ store, registry }) => {
    const { version } = (await registry.promoted())!
    await store.putProfiles([profile])
    while ((await store.staleness(version)).missing > 0) await sleep(100)
  })
}

/** Opens the store in this process, on a machine of its own. */
async function within<T>(place: Place, work: (opened: OpenStore) => Promise<T>): Promise<T> {
  const opened = await openStore(place.url, place.machine(3), {}, { create: false })
  try {
    return await work(opened)
  } finally {
    await opened.close()
  }
}

/** Without what is different each time. Listeners are told apart by their names. */
function told(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer, (name, value) => (name === 'key' || name === 'readAt' ? undefined : value)))
}

test('the commands find the same on Hopsworks as on SQLite, and who is erased is gone everywhere', async (t) => {
  const around = await simulated(t)
  const local = await startLocalHopsworks({ refreshMs: 1_000 })
  t.after(() => local.close())
  const folder = await temporaryFolder(t)
  const sqlite = { store: [], url: undefined, machine: () => join(folder, 'sqlite') }
  const project = await projectPlace(local)
  t.after(() => project.remove())
  const machine = (number: number) => join(folder, `machine${number}`)
  const hopsworks = { store: ['--store', project.url], url: project.url, machine }
  const walks = [walk(sqlite, around), walk(hopsworks, around)] as const
  // Neither leaves processes behind when the other fails.
  await Promise.allSettled(walks)
  const [here, there] = await Promise.all(walks)
  assert.deepEqual(there, here)
  assert.equal(here.matches.length, asking.length)

  // The server's machine follows when it is asked the next time.
  const status = ['status', '--data', machine(2), ...hopsworks.store]
  assert.match(assertDone(await consonance(status)), /Store: hopsworks:\/\/127\.0\.0\.1:\d+\/proj\n/)
  const left = [
    await project.bytes(machine(1)),
    ...(await Promise.all([machine(2), sqlite.machine()].map(async (folder) => Buffer.concat(await filesOf(folder))))),
  ]
  for (const text of [...around.tracesOf(here.gone), ...around.tracesOf(there.gone)])
    for (const [place, bytes] of left.entries()) assert.ok(!bytes.includes(text), `${text} in ${place}`)
  // What is looked for would be found.
  for (const text of around.tracesOf(`spotify:${around.idOf(asking[0]!)}`)) assert.ok(left[0]!.includes(text), text)
})
