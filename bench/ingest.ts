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
const shapes = { usual: { playlists: 8, tracks: 60 }, small: { playlists: 2, tracks: 10 } }
const openGate = { perSecond: Number.POSITIVE_INFINITY, burst: 1, concurrency: 6, perDay: Number.POSITIVE_INFINITY }

interface Mark {
  readonly done: number
  readonly seconds: number
  /** Milliseconds that all threads together have computed, the simulator's too. */
  readonly cpu: number
  /** Of the whole process. */
  readonly mb: number
  /** Of the client's thread. */
  readonly heap: number
}

/**
 * Reads simulated profiles of one size through the real client into a store on the disk, gate open, the simulated
 * Spotify in a thread beside it: profiles a second, what they cost, and how the memory of the process grows.
 * @param options.small with profiles of a few tracks, so that many of them are read: for the memory
 */
export async function benchIngest({
  listeners,
  small = false,
}: {
  readonly listeners: number
  readonly small?: boolean
}): Promise<void> {
  const shape = small ? shapes.small : shapes.usual
  const folder = await mkdtemp(join(tmpdir(), 'consonance-bench-'))
  const people = new People(createWorld({ seed, listeners }), noQuirks)
  const links = Array.from({ length: listeners }, (_, i) => profileLink(people.idOf(i)).url)
  const { store, close } = await openStore(undefined, folder, {}, { create: true })
  try {
    await using simulator = await simulateInBackground({ seed, listeners, shape, quirks: noQuirks })
    const credentials = defaultApp('extended_pre2024')
    const client = await connect({ credentials, hosts: simulator.hosts, limits: openGate })
    const started = performance.now()
    const before = process.cpuUsage()
    const mark = (done: number): Mark => {
      const { rss, heapUsed } = process.memoryUsage()
      const { user, system } = process.cpuUsage(before)
      const seconds = (performance.now() - started) / 1000
      return { done, seconds, cpu: (user + system) / 1000, mb: rss / 2 ** 20, heap: heapUsed / 2 ** 20 }
    }
    console.log('profiles  seconds  profiles/s  CPU ms/profile    MB  heap MB')
    let last: Pick<Mark, 'done' | 'seconds' | 'cpu'> = nothing
    const progress = marking(small ? 500 : Math.max(1, Math.floor(listeners / 10)), (done) => {
      const now = mark(done)
      console.log(line(`${done}`, last, now))
      last = now
    })
    const { outcomes, requests, artists, tracks } = await ingestSpotify(links, {
      client,
      store,
      progress,
      now: () => Math.floor(Date.now() / 1000),
    })
    console.log(line('all', nothing, mark(listeners)))
    console.log(
      `${listeners} profiles, ${shape.playlists} playlists of ${shape.tracks} tracks each: ${JSON.stringify(outcomes)}`,
    )
    console.log(
      `${requests} requests; genres of ${artists.asked} artists, audio features of ${tracks.asked} tracks asked for`,
    )
  } finally {
    await close()
    await rm(folder, { recursive: true, force: true })
  }
}

const nothing = { done: 0, seconds: 0, cpu: 0 }

function line(what: string, before: Pick<Mark, 'done' | 'seconds' | 'cpu'>, { done, seconds, cpu, mb, heap }: Mark) {
  const profiles = done - before.done
  const rate = profiles / (seconds - before.seconds)
  const cost = (cpu - before.cpu) / profiles
  return [
    pad(what, 8),
    pad(seconds.toFixed(1), 8),
    pad(rate.toFixed(1), 11),
    pad(cost.toFixed(1), 15),
    pad(mb.toFixed(0), 5),
    pad(heap.toFixed(0), 8),
  ].join(' ')
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
