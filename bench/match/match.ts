import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { unpackTerms } from '../../src/matching/description/description-bytes.ts'
import { Generation } from '../../src/pipelines/live/generation.ts'
import { LiveMatcher } from '../../src/pipelines/live-matcher.ts'
import { Problem } from '../../src/taste/problem.ts'
import { random } from '../../src/towers/random.ts'
import { quantile } from '../statistics.ts'
import { type BenchOptions, benchStore } from './store.ts'

export interface MatchBenchOptions extends BenchOptions {
  /** Questions that are timed. */
  readonly rounds: number
  readonly threads: number
  /** Names of parts; all by default. */
  readonly only?: readonly string[] | undefined
}

/** Seconds that the rate is measured for. */
const rateSeconds = 8
/** Questions answered by comparing with everybody, too. */
const compared = 150
/** Candidates that each way brings. */
const candidatesEach = [25, 50, 100, 200]
const k = 10

const parts = {
  store: async (options: MatchBenchOptions) => (await benchStore(options)).close(),
  time: measureTime,
  recall: measureRecall,
  rate: measureRate,
} as const

/** Matches end to end: from the id of a stored listener to ranked, explained JSON. @throws Problem when there is no such part. */
export async function benchMatch(options: MatchBenchOptions): Promise<void> {
  for (const name of options.only ?? Object.keys(parts)) {
    if (!Object.hasOwn(parts, name))
      throw new Problem(`bench: no part "${name}" of match`, { do: `there are ${Object.keys(parts).join(', ')}` })
    await parts[name as keyof typeof parts](options)
  }
}

async function measureTime(options: MatchBenchOptions): Promise<void> {
  const opened = await benchStore(options)
  const memory = process.memoryUsage().rss
  const started = performance.now()
  const live = await LiveMatcher.open(opened)
  const { bytes, candidates } = live.state()
  const loaded = performance.now()
  await live.settled()
  console.log(
    `loading ${candidates} listeners: ${seconds(started, loaded)} s, and ${seconds(loaded, performance.now())} s to find out how crowded it ` +
      `is around them; ${(bytes / 1e6).toFixed(0)} MB in tables, RSS ${(memory / 1e6).toFixed(0)} MB before and ` +
      `${(process.memoryUsage().rss / 1e6).toFixed(0)} MB after`,
  )
  const { uniform } = random(3)
  const ask = async () => {
    const listener = `synthetic:${String(Math.floor(options.listeners * uniform())).padStart(7, '0')}`
    const before = performance.now()
    const { length } = JSON.stringify(await live.match({ listener }, k))
    return { time: performance.now() - before, length }
  }
  print('the first 50', await asked(ask, 50))
  await asked(ask, 800)
  const before = process.cpuUsage()
  print(`${options.rounds} more`, await asked(ask, options.rounds))
  const { user, system } = process.cpuUsage(before)
  console.log(
    `processor time of all threads: ${((user + system) / 1000 / options.rounds).toFixed(1)} ms a match; ` +
      `RSS ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`,
  )
  await live.close()
  await opened.close()
}

function seconds(from: number, to: number): string {
  return ((to - from) / 1000).toFixed(1)
}

interface Asked {
  readonly time: number
  readonly length: number
}

async function asked(ask: () => Promise<Asked>, count: number): Promise<readonly Asked[]> {
  const all: Asked[] = []
  for (let i = 0; i < count; i++) all.push(await ask())
  return all
}

function print(what: string, all: readonly Asked[]): void {
  const at = (q: number) =>
    quantile(
      all.map(({ time }) => time),
      q,
    ).toFixed(1)
  const size = quantile(
    all.map(({ length }) => length),
    0.5,
  )
  console.log(
    `match of ten, ${what}: p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms (${(size / 1000).toFixed(0)} kB of JSON)`,
  )
}

/** How many of the ten with the highest pair score are among the candidates. */
async function measureRecall(options: MatchBenchOptions): Promise<void> {
  const { store, registry, close } = await benchStore(options)
  const generation = await Generation.load(store, registry, 1)
  const { population } = generation
  const keys = Array.from(population.entries(), ([key]) => key).sort()
  const chosen = Array.from({ length: compared }, (_, i) => keys[Math.floor((i * keys.length) / compared)]!)
  const rows = await store.descriptionsOf(1, chosen)
  const queries = rows.map((row) => ({ key: row!.key, vector: row!.vector, terms: unpackTerms(row!.terms)! }))
  const found = new Map(candidatesEach.map((candidates) => [candidates, 0]))
  for (const query of queries) {
    const exclude = new Set([query.key])
    const exact = population.retrieve(query, { k, exclude, candidates: population.size }).slice(0, k)
    for (const candidates of candidatesEach) {
      const retrieved = new Set(population.retrieve(query, { k, exclude, candidates }).map(({ key }) => key))
      const share = exact.filter(({ key }) => retrieved.has(key)).length / exact.length
      found.set(candidates, found.get(candidates)! + share / queries.length)
    }
  }
  for (const [candidates, share] of found)
    console.log(`recall of the exact ten with ${candidates} candidates each way: ${share.toFixed(4)}`)
  const times: number[] = []
  for (const query of queries) {
    const before = performance.now()
    population.retrieve(query, { k, exclude: new Set([query.key]) })
    times.push(performance.now() - before)
  }
  console.log(
    `retrieval and scores alone: p50 ${quantile(times, 0.5).toFixed(2)} ms, p99 ${quantile(times, 0.99).toFixed(2)} ms`,
  )
  generation.retire()
  await close()
}

async function measureRate(options: MatchBenchOptions): Promise<void> {
  const { threads, data, listeners, kind } = options
  await (await benchStore(options)).close()
  const workers = Array.from(
    { length: threads },
    (_, seed) =>
      new Worker(new URL('./asking-thread.ts', import.meta.url), {
        workerData: { data, listeners, kind, seed, seconds: rateSeconds },
      }),
  )
  await Promise.all(workers.map((worker) => once(worker, 'message')))
  for (const worker of workers) worker.postMessage('go')
  const rates = await Promise.all(workers.map(async (worker) => ((await once(worker, 'message')) as [number])[0]))
  console.log(`${threads} threads: ${rates.reduce((sum, rate) => sum + rate, 0).toFixed(0)} matches a second`)
}
