import { setTimeout as sleep } from 'node:timers/promises'
import { simulatedProfile } from '../../simulator/profiles.ts'
import { createWorld } from '../../simulator/world/world.ts'
import { projectPlace } from '../../src/store/hopsworks/test-project-place.ts'
import type { LocalHopsworks } from '../../test/hopsworks/fast/local-hopsworks.ts'
import { quantile } from '../statistics.ts'

const batch = 32
const writes = 40
const reads = 200
/** Milliseconds after which a machine that has written lets go of the lock. */
const rest = 200

/** What the store's calls take, and a new machine's first copy. */
export async function benchStore(local: LocalHopsworks, parts: string, listeners: number): Promise<void> {
  const world = createWorld({ seed: 7, listeners })
  const profiles = Array.from({ length: listeners }, (_, i) => simulatedProfile(world, i, 1_700_000_000))
  const place = await projectPlace(local)
  const say = (text: string) => console.log(`${parts}: ${text}`)
  try {
    const { store } = await place.open()
    const storing = await timed(async () => {
      for (let from = 0; from < listeners; from += batch) await store.putProfiles(profiles.slice(from, from + batch))
    })
    const { entries, artists, tracks } = await store.counts()
    const held = `${listeners} listeners with ${entries} entries, ${artists} artists and ${tracks} tracks`
    say(`${held}, stored ${batch} at a time in ${(storing / 1000).toFixed(1)} s`)
    for (const [pause, which] of [
      [0, 'one after the other'],
      [rest, 'each from rest'],
    ] as const) {
      const taken: number[] = []
      for (let i = 0; i < writes; i++) {
        await sleep(pause)
        const consent = { findable: pause > 0, showName: false, showTracks: true, train: false }
        taken.push(await timed(() => store.setConsent(profiles[i]!.id, consent)))
      }
      say(`${writes} small writes, ${which}: ${spread(taken)}`)
    }
    await sleep(rest)
    const taken: number[] = []
    for (let i = 0; i < reads; i++) taken.push(await timed(() => store.listener(profiles[i % listeners]!.id)))
    say(`${reads} reads, one after the other: ${spread(taken)}`)
    const first = await timed(async () => (await place.open()).store.lastChange())
    say(`the first copy on another machine: ${(first / 1000).toFixed(1)} s`)
  } finally {
    await place.remove()
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

const spread = (times: readonly number[]) =>
  `p50 ${quantile(times, 0.5).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms`
