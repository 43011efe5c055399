import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { simulatedKey } from '../simulator/services/lastfm-host.ts'
import { ServiceSimulator, type ServiceSimulatorSettings } from '../simulator/services/service-simulator.ts'
import { defaultApp } from '../simulator/spotify/settings.ts'
import { SpotifySimulator } from '../simulator/spotify/simulator.ts'
import { createWorld } from '../simulator/world/world.ts'
import { assertDone, assertRefused, command, outcome, spawnConsonance } from './command-line.ts'
import { lastfmFolder, temporaryFolder } from './fixtures.ts'
import { withStore } from './store-content.ts'

const nobody = { LASTFM_API_KEY: '', SPOTIFY_CLIENT_ID: '', SPOTIFY_CLIENT_SECRET: '' }

async function start(t: TestContext, settings: Partial<ServiceSimulatorSettings> = {}) {
  const world = createWorld({ seed: 2, listeners: 10 })
  const simulator = await new ServiceSimulator({ world, ...settings }).listen()
  t.after(() => simulator.close())
  const addresses = Object.entries(simulator.addresses).map(([name, address]) => [`${name}.api`, address])
  return { world, simulator, settings: Object.fromEntries(addresses) as Record<string, string> }
}

async function dataFolder(t: TestContext, settings: object): Promise<string> {
  const folder = await temporaryFolder(t)
  const data = join(folder, 'data')
  assertDone(await command(['import', await lastfmFolder(join(folder, 'lastfm'), 10), '--data', data]))
  await writeFile(join(data, 'settings.json'), JSON.stringify(settings))
  return data
}

const genresIn = (data: string) =>
  withStore(data, async (store) => {
    const { rows } = await store.artistGaps({ sources: ['none'], now: 0, limit: 100_000 })
    const counts = await store.counts()
    return { missing: rows.length, known: counts.artistsWithGenres }
  })

test('who is killed at any moment continues: nothing is asked twice but what was under way', async (t) => {
  const { simulator, settings } = await start(t)
  const data = await dataFolder(t, { ...settings, 'musicbrainz.contact': 'anna@example.org' })
  const run = ['enrich', '--json', '--data', data]
  for (const nth of [5, 40]) {
    const child = spawnConsonance(run, { env: nobody })
    simulator.scripted.add(/musicbrainz/, nth, () => child.kill('SIGKILL'))
    assert.equal((await outcome(child)).code, null)
  }
  const { genres } = JSON.parse(assertDone(await command(run, { env: nobody })))
  assert.ok(genres.filled > 0)
  const asked = simulator.log.requests.filter(({ path }) => path.includes('/artist?')).map(({ path }) => path)
  // What the two that were killed had asked last got no answer that could be stored.
  assert.ok(asked.length - new Set(asked).size <= 2 * 6, `${asked.length - new Set(asked).size} asked twice`)
  const requests = simulator.log.requests.length
  const again = JSON.parse(assertDone(await command(run, { env: nobody })))
  assert.deepEqual([again.genres.gaps, simulator.log.requests.length], [0, requests])
  const { known } = await genresIn(data)
  assert.ok(known >= genres.filled)
})

test('says who is asked, who is not and why, and what is wrong in a line', async (t) => {
  const { settings } = await start(t)
  const data = await dataFolder(t, settings)
  const off = await command(['enrich', '--data', data], { env: nobody })
  assertRefused(
    off,
    1,
    /nobody who could be asked is switched on \(spotify: SPOTIFY_CLIENT_ID is not set; reccobeats: .*docs\/catalogue\.md/,
  )
  const env = { ...nobody, LASTFM_API_KEY: simulatedKey }
  const text = assertDone(await command(['enrich', '--limit', '12', '--data', data], { env }))
  assert.match(text, /genres: \d+ of [\d,]+ artists filled, \d+ unknown/)
  assert.match(text, /simulated-lastfm: knew \d+ of 12, 12 requests/)
  assert.match(text, /not asked, musicbrainz: the setting "musicbrainz\.contact" is missing/)
  const wrong = await command(['enrich', '--data', data, '--json'], {
    env: { ...nobody, LASTFM_API_KEY: 'not-the-key-at-all' },
  })
  assert.match(JSON.parse(wrong.stdout).genres.providers[0].closed.reason, /the key or token is not accepted/)
  for (const name of await readdir(join(data, 'services'), { recursive: true }))
    if (name.endsWith('.json'))
      assert.doesNotMatch(await readFile(join(data, 'services', name), 'utf8'), /simulated-key|not-the-key/)

  const foreign = { 'musicbrainz.contact': 'anna@example.org', 'musicbrainz.api': 'https://evil.example/ws/2' }
  await writeFile(join(data, 'settings.json'), JSON.stringify(foreign))
  assertRefused(
    await command(['enrich', '--data', data], { env: nobody }),
    1,
    /evil\.example.*neither its own address nor one on this machine/,
  )
  await writeFile(join(data, 'settings.json'), '{"musicbrainz.contact": "anna"}')
  assertRefused(
    await command(['enrich', '--data', data], { env: nobody }),
    1,
    /musicbrainz\.contact: is neither an e-mail address/,
  )
  await mkdir(join(data, 'services'), { recursive: true })
  await writeFile(join(data, 'services/credentials.json'), '{"lastfm":"x"}', { mode: 0o644 })
  await writeFile(join(data, 'settings.json'), '{}')
  assertRefused(await command(['enrich', '--data', data], { env: nobody }), 1, /holds secrets and others may read it/)
})

test('profiles that an app reads without audio features get them from ReccoBeats', async (t) => {
  const { world, simulator, settings } = await start(t)
  const spotify = await new SpotifySimulator({ world }).listen()
  t.after(() => spotify.close())
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'settings.json'), JSON.stringify({ ...settings, reccobeats: 'on' }))
  const { clientId, clientSecret } = defaultApp('dev_legacy')
  const env = {
    ...nobody,
    SPOTIFY_CLIENT_ID: clientId,
    SPOTIFY_CLIENT_SECRET: clientSecret,
    CONSONANCE_SPOTIFY_API: spotify.hosts.api,
    CONSONANCE_SPOTIFY_ACCOUNTS: spotify.hosts.accounts,
  }
  const links = [0, 1].map((i) => `spotify:user:${encodeURIComponent(spotify.people.idOf(i))}`)
  const report = JSON.parse(assertDone(await command(['ingest', ...links, '--json', '--data', folder], { env })))
  assert.match(report.tracks.closed, /not told audio features/)
  const [provider] = report.features.providers
  assert.ok(provider.found > 0.5 * provider.asked && provider.asked > 50)
  const tracks = await withStore(folder, async (store) => (await store.counts()).tracksWithAudio)
  assert.equal(tracks, provider.found)
  const requests = simulator.log.requests.length
  assert.equal(requests, Math.ceil(provider.asked / 40))
  assertDone(await command(['ingest', ...links, '--data', folder], { env }))
  assert.equal(simulator.log.requests.length, requests)
})

test('simulate says how the other services are asked', async (t) => {
  const child = spawnConsonance(['simulate', '--listeners', '3', '--port', '0', '--json'])
  t.after(() => child.kill('SIGKILL'))
  const [text] = await once(child.stdout.setEncoding('utf8'), 'data')
  const { services } = JSON.parse(text)
  const answer = await fetch(`${services.reccobeats}/audio-features?ids=x`)
  assert.deepEqual([answer.status, await answer.json()], [200, { content: [] }])
  const ended = outcome(child)
  child.kill('SIGINT')
  assert.equal((await ended).code, 0)
})
