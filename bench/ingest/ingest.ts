import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Shape } from '../../simulator/world/uniform.ts'
import { type Mark, type Result, readAll, withSimulator } from './processes.ts'

const seed = 7
/** With few tracks, many profiles are read in a short time: for the memory. */
const shapes = { usual: { playlists: 8, tracks: 60 }, small: { playlists: 2, tracks: 10 } } as const
const marks = 20

/**
 * Reads simulated profiles of one size through the real client into a store on the disk, gate open, the simulated
 * Spotify in another process: profiles a second, what they cost each side, and how the memory of the reader grows.
 */
export async function benchIngest(options: {
  readonly listeners: number
  readonly shape: keyof typeof shapes
}): Promise<void> {
  const { listeners } = options
  const shape = shapes[options.shape]
  const folder = await mkdtemp(join(tmpdir(), 'consonance-bench-'))
  try {
    await withSimulator({ seed, listeners, shape }, async (hosts, simulatorCpu) => {
      const made = await simulatorCpu()
      console.log('profiles  seconds  profiles/s  CPU ms/profile  RSS MB  heap MB  external MB')
      const seen: Mark[] = [nothing]
      const every = Math.max(1, Math.floor(listeners / marks))
      const result = await readAll({ hosts, listeners, folder, every }, (mark) => {
        console.log(line(`${mark.done}`, seen.at(-1)!, mark))
        seen.push(mark)
      })
      console.log(line('all', nothing, result.total))
      summary(listeners, shape, result, (await simulatorCpu()) - made)
      growth(seen.slice(1))
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const nothing: Mark = { done: 0, seconds: 0, cpu: 0, rss: 0, heap: 0, external: 0 }

function line(what: string, before: Mark, { done, seconds, cpu, rss, heap, external }: Mark): string {
  const profiles = done - before.done
  const rate = profiles / (seconds - before.seconds)
  const cost = (cpu - before.cpu) / profiles
  return [
    what.padStart(8),
    seconds.toFixed(1).padStart(8),
    rate.toFixed(1).padStart(11),
    cost.toFixed(1).padStart(15),
    rss.toFixed(0).padStart(7),
    heap.toFixed(0).padStart(8),
    external.toFixed(0).padStart(12),
  ].join(' ')
}

function summary(
  listeners: number,
  shape: Shape,
  { total, outcomes, requests, artists, tracks, stored }: Result,
  cpu: number,
): void {
  const { playlists, tracks: each } = shape
  const here = total.cpu / listeners
  const there = cpu / listeners
  console.log(`${listeners} profiles, ${playlists} playlists of ${each} tracks each: ${JSON.stringify(outcomes)}`)
  console.log(`processor time a profile: ${here.toFixed(1)} ms reader, ${there.toFixed(1)} ms simulator`)
  console.log(`${requests} requests; asked for genres of ${artists} artists and audio features of ${tracks} tracks`)
  console.log(`${stored.toFixed(0)} MB on the disk`)
}

/** The second quarter against the last one: the first one fills what has a fixed size. */
function growth(marks: readonly Mark[]): void {
  const quarter = Math.floor(marks.length / 4)
  if (quarter === 0) return
  const ratio = (of: (mark: Mark) => number) =>
    mean(marks.slice(-quarter).map(of)) / mean(marks.slice(quarter, 2 * quarter).map(of))
  const highest = Math.max(...marks.map(({ rss }) => rss))
  console.log(
    `last quarter to second quarter: RSS ${ratio(({ rss }) => rss).toFixed(2)}, heap ${ratio(({ heap }) => heap).toFixed(2)}`,
  )
  console.log(`highest RSS ${highest.toFixed(0)} MB`)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
