import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Chance } from '../simulator/world/chance.ts'
import {
  type CollectedProfile,
  collectProfile,
  memoryTokenStore,
  ProfileReading,
  playlistPeople,
  readArtists,
  readAudioFeatures,
  readingScopes,
  readPersonal,
  type SpotifyClient,
  SpotifyError,
  searchPeople,
  signedInPerson,
} from '../src/spotify/index.ts'
import { signIn } from './simulated-sign-in.ts'
import { simulate } from './simulated-spotify.ts'

const wrong: readonly unknown[] = [
  null,
  undefined,
  '',
  ' ',
  'odd',
  -1,
  1.5,
  2 ** 60,
  true,
  [],
  {},
  [null],
  { id: null },
]

/** Somewhere inside: takes a field away, replaces it by what it should not be, or adds one that nobody knows. */
function spoil(value: unknown, chance: Chance): void {
  let within = value
  for (;;) {
    if (typeof within !== 'object' || within === null) return
    const names = Object.keys(within)
    if (names.length === 0 || chance.happens(30)) {
      Object.assign(within, { unheard_of: { items: [{ id: 1 }] } })
      return
    }
    const name = chance.pick(names)
    const inner = (within as Record<string, unknown>)[name]
    if (typeof inner !== 'object' || inner === null || chance.happens(150)) {
      Object.assign(within, { [name]: chance.pick(wrong) })
      return
    }
    within = inner
  }
}

async function drain<T>(list: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = []
  for await (const one of list) all.push(one)
  return all
}

function assertItems(playlists: CollectedProfile['playlists']): void {
  for (const { artists, track, year, durationMs, addedAt } of playlists.flatMap(({ items }) => items)) {
    assert.ok(artists.length > 0 && artists.every((name) => typeof name === 'string' && name.trim() !== ''))
    assert.ok(track === undefined || typeof track === 'string')
    assert.ok(addedAt === undefined || Date.parse(addedAt) > 0)
    for (const number of [year, durationMs]) assert.ok(number === undefined || (Number.isInteger(number) && number > 0))
  }
}

test('whatever an answer lacks or has too much of, it is read as far as it goes, or refused in words', async () => {
  const simulated = await simulate({ listeners: 8 })
  const { simulator, environment, world } = simulated
  const signedIn = await signIn(simulated, 3, readingScopes, 'extended_pre2024')
  const id = simulator.people.idOf(3)
  const [own] = simulator.library.own(3)
  const tracks = own!.entries.map((entry) => entry.id)
  const artists = tracks.map((track) => world.track(track)!.artists[0]!.id)
  const work: Readonly<Record<string, (client: SpotifyClient) => Promise<unknown>>> = {
    profile: async (client) => assertItems((await collectProfile(new ProfileReading(client, id))).playlists),
    personal: async (client) => assertItems((await readPersonal(client)).playlists),
    me: (client) => signedInPerson(client, { requests: 0 }),
    artists: (client) => drain(readArtists(client, artists)),
    audio: (client) => drain(readAudioFeatures(client, tracks)),
    search: (client) => drain(searchPeople(client, 'pop')),
    playlist: (client) => drain(playlistPeople(client, own!.id)),
  }
  let refused = 0
  for (let seed = 0; seed < 25; seed++)
    for (const [name, act] of Object.entries(work)) {
      const chance = new Chance(seed, name.length, name.charCodeAt(0))
      const spoilt: typeof environment.fetch = async (url, init) => {
        const answer = await environment.fetch(url, init)
        if (answer.status !== 200 || !url.startsWith(simulator.hosts.api)) return answer
        const chunks: Uint8Array[] = []
        for await (const chunk of answer.body ?? []) chunks.push(chunk)
        const json: unknown = JSON.parse(Buffer.concat(chunks).toString())
        for (let times = chance.within(1, 4); times > 0; times--) spoil(json, chance)
        return Response.json(json)
      }
      const client = await simulated.client('extended_pre2024', {
        environment: { ...environment, fetch: spoilt },
        signIn: memoryTokenStore(signedIn),
      })
      await act(client).catch((error: unknown) => {
        refused++
        assert.ok(error instanceof SpotifyError, `${name} ${seed}: ${(error as Error).stack}`)
      })
    }
  assert.ok(refused > 0 && refused < 25 * 4, `${refused} refused`)
})
