import { quantile } from '../statistics.ts'
import { type Engine, hnswlib, ours, usearch } from './engines.ts'
import { dimensions, listeners, rowOf } from './vectors.ts'

const k = 10
const queries = 300
const efforts = [16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024]
const wantedRecall = 0.99
/** How many are deleted, and then as many inserted. */
const replaced = 1000

/** Ours beside the two graphs that npm has, each with the least effort that finds 99 % of the nearest ten. Prints a table. */
export async function benchPeers(sizes: readonly number[], threads: number): Promise<void> {
  for (const size of sizes) {
    const vectors = listeners(size, 2)
    const news = listeners(replaced, 3)
    const asked = listeners(queries, 4)
    console.log(`\n${size} listeners x ${dimensions}, the nearest ${k}, ${queries} queries one by one in turns`)
    const engines: Engine[] = [await ours(threads), await ours(1), usearch(threads), hnswlib(size)]
    const seconds = engines.map((engine) => timed(() => engine.build(vectors, 0)) / 1000)
    const truth = Array.from({ length: queries }, (_, i) => engines[0]!.nearest(rowOf(asked, i), k))
    const tuned = engines.map((engine) => tune(engine, asked, truth))
    const times = rounds(engines, asked)

    const gone = Array.from({ length: replaced }, (_, i) => i * Math.floor(size / replaced))
    const removes = engines.map((engine) => gone.map((i) => timed(() => engine.remove(i))))
    const inserts = engines.map((engine) => gone.map((_, i) => timed(() => engine.insert(size + i, rowOf(news, i)))))
    const truthAfter = Array.from({ length: queries }, (_, i) => engines[0]!.nearest(rowOf(asked, i), k))
    const recallAfter = engines.map((engine) => recall(engine, asked, truthAfter))
    const timesAfter = rounds(engines, asked)

    console.log(
      'engine                   effort  recall   p50 ms   p99 ms   build s   insert us   delete us   after 1000 replaced: recall   p50 ms',
    )
    for (const [e, engine] of engines.entries()) {
      const { effort, found } = tuned[e]!
      const columns = [
        engine.name.padEnd(24),
        (effort === undefined ? 'exact' : `${effort}`).padStart(6),
        found.toFixed(4).padStart(7),
        quantile(times[e]!, 0.5).toFixed(3).padStart(8),
        quantile(times[e]!, 0.99).toFixed(3).padStart(8),
        seconds[e]!.toFixed(2).padStart(9),
        (1000 * quantile(inserts[e]!, 0.5)).toFixed(1).padStart(11),
        (1000 * quantile(removes[e]!, 0.5)).toFixed(1).padStart(11),
        recallAfter[e]!.toFixed(4).padStart(28),
        quantile(timesAfter[e]!, 0.5).toFixed(3).padStart(8),
      ]
      console.log(columns.join(' '))
      engine.close()
    }
  }
}

interface Tuned {
  readonly effort?: number
  readonly found: number
}

function tune(engine: Engine, asked: Float32Array, truth: readonly (readonly number[])[]): Tuned {
  if (!engine.tune) return { found: recall(engine, asked, truth) }
  let found = 0
  for (const effort of efforts) {
    engine.tune(effort)
    found = recall(engine, asked, truth)
    if (found >= wantedRecall) return { effort, found }
  }
  return { effort: efforts.at(-1)!, found }
}

function recall(engine: Engine, asked: Float32Array, truth: readonly (readonly number[])[]): number {
  let hits = 0
  for (const [i, wanted] of truth.entries()) {
    const found = new Set(engine.nearest(rowOf(asked, i), k))
    hits += wanted.filter((row) => found.has(row)).length
  }
  return hits / (k * truth.length)
}

/** Milliseconds of each query, engine by engine in turns, so that all of them meet the same disturbances. */
function rounds(engines: readonly Engine[], asked: Float32Array): number[][] {
  const times = engines.map((): number[] => [])
  const inTurn = 25
  for (let start = 0; start < queries; start += inTurn) {
    for (const [e, engine] of engines.entries()) {
      // Once unmeasured: what the others left in the caches is not its own doing.
      engine.nearest(rowOf(asked, start), k)
      for (let i = start; i < start + inTurn; i++) times[e]!.push(timed(() => engine.nearest(rowOf(asked, i), k)))
    }
  }
  return times
}

function timed(work: () => void): number {
  const start = performance.now()
  work()
  return performance.now() - start
}
