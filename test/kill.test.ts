import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Chance } from '../simulator/world/chance.ts'
import { ingest } from '../src/pipelines/ingest.ts'
import { noProgress } from '../src/pipelines/progress.ts'
import type { FeatureStore } from '../src/store/feature-store.ts'
import { assertDone, consonance, mainFile } from './command-line.ts'
import { catalogueFolder, lastfmFolder, playlistFolder, temporaryFolder } from './fixtures.ts'
import { type Content, contentOf, profilesOf, withStore } from './store-content.ts'

const moments = 30
const atATime = 2

/** What the child said, and how many milliseconds after it was started. */
interface Line {
  readonly text: string
  readonly at: number
}

/** A point of an import: so many milliseconds after so many lines of the child. */
interface Moment {
  readonly lines: number
  readonly longer: number
}

test(`an import that is killed at ${moments} moments keeps what it acknowledged, and importing again completes it`, async (t) => {
  const folder = await temporaryFolder(t)
  const inputs = await Promise.all([
    lastfmFolder(join(folder, 'lastfm'), 10),
    playlistFolder(join(folder, 'playlists'), 20),
    catalogueFolder(join(folder, 'catalogue'), 2),
  ])
  const { lines, killed } = await importing(join(folder, 'whole'), inputs)
  assert.ok(!killed && lines.length > 30)
  const whole = await withStore(join(folder, 'whole'), contentOf)
  assert.equal(whole.profiles.size, 30)

  const chance = new Chance(7)
  const left = Array.from({ length: moments }, (_, i) => ({ i, moment: momentOf(lines, chance) }))
  const outcomes: boolean[] = []
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const data = join(folder, `killed-${next.i}`)
      const { lines, killed } = await importing(data, inputs, next.moment)
      outcomes.push(killed)
      await withStore(data, (store) => assertWhole(store, inputs, acknowledged(lines), whole))
      await rm(data, { recursive: true })
    }
  }
  await Promise.all(Array.from({ length: atATime }, worker))
  const inTime = outcomes.filter((killed) => killed).length
  t.diagnostic(`${inTime} of ${moments} imports were killed before their end`)
  assert.ok(inTime > moments / 2)
})

test('the command that is killed is completed by the same command', async (t) => {
  const folder = await temporaryFolder(t)
  const data = join(folder, 'data')
  const input = await playlistFolder(join(folder, 'playlists'), 60, 10)
  const command = ['import', input, '--data', data]
  const started = performance.now()
  assertDone(await consonance(['import', input, '--data', join(folder, 'whole')]))
  const took = performance.now() - started
  for (const share of [0.4, 0.6, 0.8]) {
    const child = spawn(process.execPath, [mainFile, ...command], { stdio: 'ignore' })
    const end = once(child, 'close')
    await sleep(share * took)
    child.kill('SIGKILL')
    await end
  }
  assertDone(await consonance(command))
  assert.deepEqual(await withStore(data, contentOf), await withStore(join(folder, 'whole'), contentOf))
})

/** A moment of a whole import, all of its time being equally likely. */
function momentOf(lines: readonly Line[], chance: Chance): Moment {
  const started = lines[0]!.at
  const at = started + ((lines.at(-1)!.at - started) * chance.below(1000)) / 1000
  const before = lines.findLastIndex((line) => line.at <= at)
  return { lines: before + 1, longer: at - lines[before]!.at }
}

/** Runs the import, until the moment if there is one. */
async function importing(data: string, inputs: readonly string[], moment?: Moment) {
  const spawned = performance.now()
  const file = join(import.meta.dirname, 'acknowledging-import.ts')
  const child = spawn(process.execPath, [file, data, ...inputs], { stdio: ['ignore', 'pipe', 'inherit'] })
  const end = new Promise<NodeJS.Signals | null>((resolve) => child.on('close', (_, signal) => resolve(signal)))
  const lines: Line[] = []
  let rest = ''
  let kill: Promise<unknown> | undefined
  for await (const text of child.stdout.setEncoding('utf8')) {
    const parts = (rest + text).split('\n')
    rest = parts.pop()!
    for (const part of parts) lines.push({ text: part, at: performance.now() - spawned })
    if (moment && lines.length >= moment.lines) {
      kill ??= sleep(moment.longer).then(() => child.kill('SIGKILL'))
    }
  }
  const signal = await end
  await kill
  return { lines: [...lines, { text: 'ended', at: performance.now() - spawned }], killed: signal === 'SIGKILL' }
}

/** Ids of the listeners that the store had acknowledged. */
function acknowledged(lines: readonly Line[]): string[] {
  return lines.map(({ text }) => text).filter((text) => text.includes(':'))
}

async function assertWhole(store: FeatureStore, inputs: readonly string[], ids: readonly string[], whole: Content) {
  const profiles = await profilesOf(store)
  for (const id of ids) assert.equal(profiles.get(id), whole.profiles.get(id), id)
  const { listeners } = await ingest(inputs, { store, progress: noProgress, now: Date.now() / 1000 })
  assert.equal(listeners.unchanged, profiles.size)
  assert.deepEqual(await contentOf(store), whole)
}
