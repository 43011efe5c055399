import { artistCounts } from '../features/bags.ts'
import type { Corpus } from '../features/corpus.ts'
import type { SparseRows } from '../features/sparse-rows.ts'
import { assertFinite, expectedRank, highest } from './metrics.ts'
import type { Scorer } from './scorer.ts'
import { Transfer } from './transfer.ts'

/** The task of finding a listener's other half, on corpora that share one catalogue. */
export interface HalvesTask {
  /** Known halves, one row per query listener. */
  readonly known: Corpus
  /** Hidden halves of everybody, one row per candidate; the right answer is the one with the query's id. */
  readonly hidden: Corpus
  /** Whole profiles of the listeners that a model was trained on: who votes in transfer. */
  readonly stored: Corpus
  /** The stored listeners whose popular artists are recommended for comparison. */
  readonly peers: Corpus
}

/** Measurements by name, such as `all.mrr`: one per query listener, NaN where it does not apply. */
export type Columns = ReadonlyMap<string, Float64Array>

/** Among how many nearest wrong answers membership is looked for. */
const nearest = 10
const voters = [
  { path: 'transfer.recall50', count: 10 },
  { path: 'transfer.recall50With30', count: 30 },
] as const

/**
 * Ranks the hidden halves of everybody for each known half by one score, in two pools: `all` candidates, and `unseen`
 * ones, which are query listeners themselves. `unseenShare.top10` says how many of the ten nearest wrong answers are
 * unseen: far from `unseenShare.expected`, a score tells trained listeners from others rather than tastes.
 */
export function measureHalves({ known, hidden, stored }: HalvesTask, scorer: Scorer): Columns {
  const queries = known.listeners.length
  const columns = new Columnar(queries)
  const rowOf = new Map(hidden.listeners.map((id, row) => [id, row]))
  const storedRowOf = new Map(stored.listeners.map((id, row) => [id, row]))
  const unseen = new Uint8Array(hidden.listeners.length)
  for (const id of known.listeners) unseen[rowOf.get(id)!] = 1
  const unseenExpected = hidden.listeners.length > 1 ? (queries - 1) / (hidden.listeners.length - 1) : Number.NaN

  const scores = new Float32Array(hidden.listeners.length)
  const score = scorer.prepare(known, hidden)
  for (const [q, id] of known.listeners.entries()) {
    score(q, scores)
    assertFinite(scores, scorer.name)
    const own = rowOf.get(id)!
    columns.setRank('all', q, expectedRank(scores, own))
    columns.setRank('unseen', q, expectedRank(scores, own, unseen))
    const wrong = highest(scores, nearest, own)
    columns.set('unseenShare.top10', q, wrong.reduce((sum, candidate) => sum + unseen[candidate]!, 0) / wrong.length)
    columns.set('unseenShare.expected', q, unseenExpected)
  }

  const transfer = new Transfer(artistCounts(stored))
  const storedScores = new Float32Array(stored.listeners.length)
  const scoreStored = scorer.prepare(known, stored)
  const [knownCounts, hiddenCounts] = [artistCounts(known), artistCounts(hidden)]
  for (const [q, id] of known.listeners.entries()) {
    scoreStored(q, storedScores)
    assertFinite(storedScores, scorer.name)
    const neighbours = highest(storedScores, Math.max(...voters.map(({ count }) => count)), storedRowOf.get(id))
    for (const { path, count } of voters) {
      const recall = transfer.recall(
        neighbours,
        count,
        columnsOf(knownCounts, q),
        columnsOf(hiddenCounts, rowOf.get(id)!),
      )
      columns.set(path, q, recall)
    }
  }
  return columns.byPath
}

/** Transfer when everybody is recommended what most of the peers have. */
export function measurePopularity({ known, hidden, peers }: HalvesTask): Columns {
  const columns = new Columnar(known.listeners.length)
  const rowOf = new Map(hidden.listeners.map((id, row) => [id, row]))
  const transfer = new Transfer(artistCounts(peers))
  const [knownCounts, hiddenCounts] = [artistCounts(known), artistCounts(hidden)]
  for (const [q, id] of known.listeners.entries()) {
    const recall = transfer.recallOfPopularity(columnsOf(knownCounts, q), columnsOf(hiddenCounts, rowOf.get(id)!))
    for (const { path } of voters) columns.set(path, q, recall)
  }
  return columns.byPath
}

class Columnar {
  readonly byPath = new Map<string, Float64Array>()
  readonly #rows: number

  constructor(rows: number) {
    this.#rows = rows
  }

  set(path: string, row: number, value: number): void {
    let column = this.byPath.get(path)
    if (!column) {
      column = new Float64Array(this.#rows).fill(Number.NaN)
      this.byPath.set(path, column)
    }
    column[row] = value
  }

  setRank(pool: string, row: number, rank: number): void {
    this.set(`${pool}.r1`, row, Number(rank <= 1))
    this.set(`${pool}.r10`, row, Number(rank <= 10))
    this.set(`${pool}.mrr`, row, 1 / rank)
  }
}

function columnsOf(rows: SparseRows, row: number): Uint32Array {
  return rows.indices.subarray(rows.offsets[row]!, rows.offsets[row + 1]!)
}
