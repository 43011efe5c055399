import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { SpotifySimulator } from '../simulator/spotify/simulator.ts'
import { Chance } from '../simulator/world/chance.ts'
import { createWorld } from '../simulator/world/world.ts'
import { temporaryFolder } from './fixtures.ts'
import { type Content, contentOf, withStore } from './store-content.ts'

const listeners = 10
const child = new URL('./ingesting-child.ts', import.meta.url).pathname

/** Where a store is that runs are killed with. */
export interface IngestPlace {
  /** SQLite in the data folder when absent. */
  readonly url?: string
  /** What else must be true at the end. */
  readonly check?: (folder: string) => Promise<void> | void
}

/**
 * Kills runs of ingest without warning, at moments that a seed decides: a few milliseconds after some request. Each run
 * continues in the same folder until one comes to its end; then the next folder begins.
 * @param newPlace a store for each folder
 * @returns how many folders came to their end, each of them checked to hold what an uninterrupted run stores
 */
export async function killIngests(
  t: TestContext,
  kills: number,
  seed: number,
  newPlace: () => Promise<IngestPlace> = async () => ({}),
): Promise<number> {
  const simulator = await new SpotifySimulator({ world: createWorld({ seed: 7, listeners }) }).listen()
  t.after(() => simulator.close())
  const parent = await temporaryFolder(t)
  const { api, accounts } = simulator.hosts
  const links = Array.from(
    { length: listeners },
    (_, i) => `spotify:user:${encodeURIComponent(simulator.people.idOf(i))}`,
  )
  const start = (folder: string, url = '') =>
    spawn(process.execPath, [child, folder, url, api, accounts, ...links], { stdio: ['ignore', 'ignore', 'pipe'] })
  const content = (folder: string, url?: string): Promise<Content> => withStore(folder, contentOf, url)

  const whole = join(parent, 'whole')
  assert.deepEqual(await once(start(whole), 'exit'), [0, null])
  const requests = simulator.log.count()
  const expected = await content(whole)
  assert.ok(expected.profiles.size > listeners / 2)

  const chance = new Chance(seed, 1)
  let ended = 0
  for (let killed = 0; killed < kills; ended++) {
    const folder = join(parent, `killed-${ended}`)
    const { url, check } = await newPlace()
    for (;;) {
      const run = start(folder, url)
      const exit = once(run, 'exit')
      const said = text(run.stderr!)
      const delay = chance.below(30)
      const at = 1 + chance.below(requests)
      if (killed < kills)
        simulator.scripted.add(/^\/v1/, at, () => {
          setTimeout(() => run.kill('SIGKILL'), delay)
        })
      const [code, signal] = await exit
      simulator.scripted.clear()
      if (signal !== 'SIGKILL') {
        assert.equal(code, 0, await said)
        break
      }
      killed++
    }
    assert.deepEqual(await content(folder, url), expected)
    await check?.(folder)
  }
  return ended
}
