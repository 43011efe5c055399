import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { RandomFaults } from '../simulator/spotify/settings.ts'
import { ingestSpotify, type SpotifyIngestReport } from '../src/pipelines/ingest-spotify.ts'
import { noProgress } from '../src/pipelines/progress.ts'
import { profileLink } from '../src/spotify/index.ts'
import { openStore } from '../src/store/open.ts'
import { temporaryFolder } from './fixtures.ts'
import { killIngests } from './killed-ingest.ts'
import { assertSilent, type Simulated, simulate } from './simulated-spotify.ts'
import { type Content, contentOf } from './store-content.ts'

const listeners = 500
/** A tenth of all requests. */
const faults: RandomFaults = { pauses: 35, serverErrors: 25, resets: 14, truncated: 11, hanging: 3, lostTokens: 12 }

async function ingestAll(
  t: TestContext,
  simulated: Simulated,
): Promise<{ report: SpotifyIngestReport; content: Content }> {
  const { store, close } = await openStore(undefined, await temporaryFolder(t), {}, { create: true })
  t.after(close)
  const { simulator, environment, client } = simulated
  const links = Array.from({ length: listeners }, (_, i) => profileLink(simulator.people.idOf(i)).url)
  const report = await ingestSpotify(links, {
    client: await client('extended_pre2024', { timeout: 1000 }),
    store,
    progress: noProgress,
    now: () => Math.floor(environment.now() / 1000),
  })
  return { report, content: await contentOf(store) }
}

test('500 profiles, one request in ten going wrong: all of them complete and exact', async (t) => {
  const simulated = await simulate({ listeners, faults })
  const { simulator, environment } = simulated
  const troubled = await ingestAll(t, simulated)
  const smooth = await ingestAll(t, await simulate({ listeners }))
  assert.equal(troubled.report.stopped, undefined)
  assert.deepEqual(troubled.report.outcomes, smooth.report.outcomes)
  assert.deepEqual(troubled.content, smooth.content)
  const { requests } = simulator.log
  const wrong = requests.filter(({ fault }) => fault)
  assert.ok(wrong.length > requests.length / 15, `${wrong.length} of ${requests.length}`)
  assert.ok(new Set(wrong.map(({ fault }) => fault)).size >= 12)
  for (const { url, at } of environment.sent)
    assert.ok(!environment.pauses.some(({ from, until }) => at > from && at < until), `${url} was sent during a pause`)
  assertSilent(simulated)
})

test('killed at 50 moments, reading profiles ends with the same store as without', async (t) => {
  assert.ok((await killIngests(t, 50, 2)) > 5)
})
