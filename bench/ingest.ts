import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulateInBackground } from '../simulator/spotify/background.ts'
import { People } from '../simulator/spotify/people.ts'
import { defaultApp, noQuirks } from '../simulator/spotify/settings.ts'
import { createWorld } from '../simulator/world/world.ts'
import { ingestSpotify } from '../src/pipelines/ingest-spotify.ts'
import type { Progress } from '../src/pipelines/progress.ts'
import { connect, profileLink } from '../src/spotify/index.ts'
import { openStore } from '../src/store/open.ts'

const seed = 7
const shape = { playlists: 8, tracks: 60 }
const openGate = { perSecond: Number.POSITIVE_INFINITY, burst: 1, concurrency: 6, perDay: Number.POSITIVE_INFINITY }

/**
 * Reads simulated profiles of one size through the real client into a store on the disk, gate open, the simulated
 * Spotify in a thread beside it: profiles a second, and how the memory of the process grows.
 */
export async function benchIngest({ listeners }: { readonly listeners: number }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'consonance-bench-'))
  const people = new People(createWorld({ seed, listeners }), noQuirks)
  const links = Array.from({ length: listeners }, (_, i) => profileLink(people.idOf(i)).url)
  const { store, close } = await openStore(undefined, folder, {}, { create: true })
  try {
    await using simulator = await simulateInBackground({ seed, listeners, shape, quirks: noQuirks })
    const credentials = defaultApp('extended_pre2024')
    const client = await connect({ credentials, hosts: simulator.hosts, limits: openGate })
    const marks: { readonly done: number; readonly seconds: number; readonly mb: number }[] = []
    const started = performance.now()
    const progress = marking(Math.max(1, Math.floor(listeners / 10)), (done) =>
      marks.push({ done, seconds: (performance.now() - started) / 1000, mb: process.memoryUsage.rss() / 2 ** 20 }),
    )
    const { outcomes, requests, artists, tracks } = await ingestSpotify(links, {
      client,
      store,
      progress,
      now: () => Math.floor(Date.now() / 1000),
    })
    const seconds = (performance.now() - started) / 1000
    console.log(
      `${listeners} profiles, ${shape.playlists} playlists of ${shape.tracks} tracks each: ${JSON.stringify(outcomes)}`,
    )
    console.log(
      `${requests} requests; genres of ${artists.asked} artists, audio features of ${tracks.asked} tracks asked for`,
    )
    console.log('profiles  seconds  profiles/s   MB')
    marks.forEach(({ done, seconds: at, mb }, nth) => {
      const before = marks[nth - 1] ?? { done: 0, seconds: 0 }
      const rate = (done - before.done) / (at - before.seconds)
      console.log(`${pad(done, 8)} ${pad(at.toFixed(1), 8)} ${pad(rate.toFixed(1), 11)} ${pad(mb.toFixed(0), 4)}`)
    })
    console.log(`all      ${pad(seconds.toFixed(1), 8)} ${pad((listeners / seconds).toFixed(1), 11)}`)
  } finally {
    await close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Calls `mark` after each `step` profiles. */
function marking(step: number, mark: (done: number) => void): Progress {
  return {
    start() {
      let done = 0
      return {
        advance(by) {
          done += by
          if (done % step === 0) mark(done)
        },
        finish() {},
        [Symbol.dispose]() {},
      }
    },
  }
}

function pad(value: number | string, width: number): string {
  return `${value}`.padStart(width)
}
