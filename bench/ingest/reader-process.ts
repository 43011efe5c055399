import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultApp } from '../../simulator/spotify/settings.ts'
import { ingestSpotify } from '../../src/pipelines/ingest-spotify.ts'
import type { Progress } from '../../src/pipelines/progress.ts'
import { connect } from '../../src/spotify/index.ts'
import { openStore } from '../../src/store/open.ts'
import type { Mark, ReaderSettings } from './processes.ts'

const openGate = { perSecond: Number.POSITIVE_INFINITY, burst: 1, concurrency: 6, perDay: Number.POSITIVE_INFINITY }
const megabyte = 2 ** 20

/** `consonance ingest` as a process of its own, which tells how far it is and what it takes. */
const { hosts, listeners, folder, every } = JSON.parse(process.argv[2]!) as ReaderSettings

const { store, close } = await openStore(undefined, folder, {}, { create: true })
const client = await connect({ credentials: defaultApp('extended_pre2024'), hosts, limits: openGate })
const text = await (await fetch(`${new URL(hosts.api).origin}/simulator/links?count=${listeners}`)).text()
const started = performance.now()
const before = process.cpuUsage()

function mark(done: number): Mark {
  // What is garbage by now says nothing about what is kept.
  const { rss } = process.memoryUsage()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  const { user, system } = process.cpuUsage(before)
  const seconds = (performance.now() - started) / 1000
  const cpu = (user + system) / 1000
  return { done, seconds, cpu, rss: rss / megabyte, heap: heapUsed / megabyte, external: external / megabyte }
}

const progress: Progress = {
  start() {
    let done = 0
    return {
      advance(by) {
        done += by
        if (done % every === 0) process.send!(mark(done))
      },
      finish() {},
      [Symbol.dispose]() {},
    }
  },
}
const now = () => Math.floor(Date.now() / 1000)
const { outcomes, requests, artists, tracks } = await ingestSpotify(text.trim().split('\n'), {
  client,
  store,
  progress,
  now,
})
const total = mark(listeners)
await close()
const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size))
const stored = sizes.reduce((sum, size) => sum + size, 0) / megabyte
process.send!({ total, outcomes, requests, artists: artists.asked, tracks: tracks.asked, stored })
process.disconnect()
