/** What goes wrong while commands work on a local Hopsworks. In `test:data` for its length; on real parts: hopsworks/real. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Chance } from '../simulator/world/chance.ts'
import { projectPlace } from '../src/store/hopsworks/test-project-place.ts'
import { assertDone, assertRefused, consonance, outcome, spawnConsonance } from './command-line.ts'
import { catalogueFolder, lastfmFolder, playlistFolder, temporaryFolder } from './fixtures.ts'
import type { LocalHopsworks } from './hopsworks/fast/local-hopsworks.ts'
import { startLocalHopsworks } from './hopsworks/fast/start.ts'
import { killIngests } from './killed-ingest.ts'
import { contentOf, withStore } from './store-content.ts'

async function started(t: TestContext) {
  const local = await startLocalHopsworks()
  t.after(() => local.close())
  const newPlace = async () => {
    const place = await projectPlace(local)
    t.after(() => place.remove())
    return place
  }
  return { local, newPlace }
}

test('killed at 15 moments, reading profiles into a project ends with the same store as without', async (t) => {
  const { newPlace } = await started(t)
  const ended = await killIngests(t, 15, 3, async () => {
    const { url, assertRecorded } = await newPlace()
    return { url, check: assertRecorded }
  })
  assert.ok(ended > 1)
})

test('whatever part goes away for a moment, an import comes to its end and to the same', async (t) => {
  const { local, newPlace } = await started(t)
  const folder = await temporaryFolder(t)
  const inputs = await Promise.all([
    lastfmFolder(join(folder, 'lastfm'), 300),
    playlistFolder(join(folder, 'playlists'), 300),
    catalogueFolder(join(folder, 'catalogue'), 2),
  ])
  const importing = (data: string) => ['import', ...inputs, '--data', join(folder, data)]
  assertDone(await consonance(importing('sqlite')))
  const { url, assertRecorded } = await newPlace()
  const child = spawnConsonance([...importing('machine'), '--store', url])
  const ended = outcome(child)
  let isOver = false
  ended.then(() => {
    isOver = true
  })
  const chance = new Chance(11)
  const seen = new Map<string, number>()
  // Each once before any comes again.
  const coming = disturbances.map((each) => [chance.below(1_000_000), each] as const).sort(([a], [b]) => a - b)
  while (!isOver) {
    const [name, disturb] = coming.shift()?.[1] ?? chance.pick(disturbances)
    await disturb(local)
    seen.set(name, (seen.get(name) ?? 0) + 1)
    await sleep(chance.below(300))
  }
  assertDone(await ended)
  t.diagnostic(JSON.stringify(Object.fromEntries(seen)))
  assert.equal(seen.size, disturbances.length, 'the import has met each')
  assert.deepEqual(
    await withStore(join(folder, 'machine'), contentOf, url),
    await withStore(join(folder, 'sqlite'), contentOf),
  )
  assertRecorded(join(folder, 'machine'))
})

/** Each is over when its promise resolves. */
const disturbances: readonly (readonly [string, (local: LocalHopsworks) => Promise<void>])[] = [
  ...(['broker', 'openSearch', 'onlineStore', 'api'] as const).map(
    (part) =>
      [
        part,
        async ({ faults }: LocalHopsworks) => {
          await faults[part].stop()
          await sleep(400)
          await faults[part].start()
        },
      ] as const,
  ),
  [
    'cut',
    async ({ faults }) => {
      faults.cut()
      await sleep(700)
      faults.restore()
    },
  ],
  ['tokens', async ({ faults }) => faults.expireTokens()],
  ['lost answers', async ({ faults }) => faults.loseProduceAnswers(1)],
  [
    '500s',
    async ({ faults }) => {
      // What waits while everything stands still would come at once, and a request is given up after a few of them.
      faults.clear()
      faults.answer({ path: /./, status: 500 })
    },
  ],
]

test('a part that stays away ends a command with a line that names it, and running it again goes on', async (t) => {
  const { local, newPlace } = await started(t)
  const folder = await temporaryFolder(t)
  const input = await playlistFolder(join(folder, 'playlists'), 1_200)
  const command = ['import', input, '--data', join(folder, 'machine')]
  assertDone(await consonance(['import', input, '--data', join(folder, 'sqlite')]))
  const { url, assertRecorded } = await newPlace()
  const child = spawnConsonance([...command, '--store', url])
  const ended = outcome(child)
  while (local.messages().length < 500) await sleep(10)
  await local.faults.onlineStore.stop()
  assertRefused(await ended, 1, new RegExp(`hopsworks rondb: .*port ${local.ports.onlineStore} is open`))
  await local.faults.onlineStore.start()
  assertDone(await consonance([...command, '--store', url]))
  assert.deepEqual(
    await withStore(join(folder, 'machine'), contentOf, url),
    await withStore(join(folder, 'sqlite'), contentOf),
  )
  assertRecorded(join(folder, 'machine'))
})
