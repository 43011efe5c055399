import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LibraryPlaylist } from '../simulator/spotify/library.ts'
import { defaultApp, type Mode, type Settings } from '../simulator/spotify/settings.ts'
import { SpotifySimulator } from '../simulator/spotify/simulator.ts'
import { createWorld, type World } from '../simulator/world/world.ts'
import { type ConnectOptions, connect } from '../src/spotify/connect.ts'
import {
  type CollectedProfile,
  type LogEvent,
  memoryPersistence,
  Secrets,
  type SpotifyClient,
} from '../src/spotify/index.ts'
import { send } from '../src/spotify/network.ts'
import { VirtualEnvironment } from '../src/spotify/virtual-environment.ts'
import type { Item } from '../src/taste/item.ts'

/** A simulator and the real client's surroundings, on one virtual clock. */
export interface Simulated {
  readonly world: World
  readonly simulator: SpotifySimulator
  readonly environment: VirtualEnvironment
  readonly secrets: Secrets
  /** Everything that any client logged. */
  readonly log: readonly LogEvent[]
  client(mode: Mode, options?: Partial<ConnectOptions>): Promise<SpotifyClient>
}

const openLimits = { perSecond: Number.POSITIVE_INFINITY, burst: 1, concurrency: 6, perDay: Number.POSITIVE_INFINITY }

/** Starts a simulator that ends with the test file. */
export async function simulate(settings: Partial<Settings> & { readonly listeners?: number } = {}): Promise<Simulated> {
  const { listeners = 25, ...more } = settings
  const world = more.world ?? createWorld({ seed: 7, listeners })
  const environment = new VirtualEnvironment(send)
  const simulator = await new SpotifySimulator({ world, now: environment.now, ...more }).listen()
  test.after(() => simulator.close())
  const log: LogEvent[] = []
  const secrets = new Secrets()
  return {
    world,
    simulator,
    environment,
    secrets,
    log,
    client: (mode, options) => {
      const { clientId, clientSecret } = defaultApp(mode)
      return connect({
        credentials: { clientId, clientSecret },
        hosts: simulator.hosts,
        environment,
        secrets,
        limits: openLimits,
        persistence: memoryPersistence(),
        log: (event) => log.push(event),
        ...options,
      })
    },
  }
}

/** What the world says that a playlist holds: each track once, where it stands first. */
export function itemsOf(world: World, playlist: LibraryPlaylist): readonly Item[] {
  const seen = new Set<string>()
  return playlist.entries.flatMap(({ kind, id, addedAt }): Item[] => {
    if (kind !== 'track' || seen.has(id)) return []
    seen.add(id)
    const track = world.track(id)!
    return [
      {
        artists: track.artists.map(({ name }) => name),
        artistIds: track.artists.map((artist) => ({ spotify: artist.id })),
        track: track.title,
        album: track.album.title,
        year: track.year,
        ids: { spotify: id },
        durationMs: track.durationMs,
        playlist: playlist.name,
        ...(addedAt !== null && { addedAt: new Date(addedAt * 1000).toISOString().replace('.000Z', 'Z') }),
      },
    ]
  })
}

/** Asserts that a profile is the world's: the same playlists in the same order, with the same tracks. */
export function assertTrue(world: World, profile: CollectedProfile, truth: readonly LibraryPlaylist[]): void {
  const readable = truth.filter(({ entries }) => entries.length > 0)
  assert.deepEqual(
    profile.playlists.map(({ playlist, state }) => [playlist.id, playlist.name, playlist.relation, state]),
    readable.map(({ id, name, owner }) => [id, name, owner.id === profile.person?.id ? 'own' : 'followed', 'complete']),
  )
  profile.playlists.forEach(({ items }, at) => {
    const comparable = items.map(({ explicit, ids, ...item }) => {
      assert.equal(typeof explicit, 'boolean')
      assert.match(ids?.isrc ?? '', /^ZZ\w{3}\d{7}$/)
      return { ...item, ids: { spotify: ids?.spotify } }
    })
    assert.deepEqual(comparable.map(sorted), itemsOf(world, readable[at]!).map(sorted))
  })
}

function sorted(item: object): object {
  return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Requests that reading a new profile may cost. */
export function budgetOf(shown: readonly LibraryPlaylist[], hidden = 0): number {
  const pages = shown.reduce((sum, { entries }) => sum + Math.ceil(entries.length / 50), 0)
  return 1 + Math.max(1, Math.ceil((shown.length + hidden) / 50)) + pages
}

/** Nothing that anybody could read shows a token, a code or a secret. */
export function assertSilent({ simulator, log, environment }: Simulated, errors: readonly unknown[] = []): void {
  const written = [
    JSON.stringify(log),
    JSON.stringify(simulator.log.requests),
    JSON.stringify(environment.sent.map(({ url }) => url)),
    ...errors.map((error) => `${(error as Error).stack} ${(error as Error).cause} ${JSON.stringify(error)}`),
  ].join('\n')
  assert.ok(simulator.tokens.all.length > 0)
  for (const secret of [...simulator.tokens.all, 'simulated-secret', btoa('simulated-extended:simulated-secret')])
    assert.ok(!written.includes(secret), secret)
}
