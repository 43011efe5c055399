import { artistCounts } from '../features/bags.ts'
import type { Corpus } from '../features/corpus.ts'
import { columnCounts } from '../features/sparse-rows.ts'
import { simpleWays } from './baselines/baselines.ts'
import { bootstrap } from './bootstrap.ts'
import { selectListeners } from './cut-corpus.ts'
import type { Difference } from './evaluation.ts'
import { hide, on } from './hidden-knowledge.ts'
import type { Scorer } from './scorer.ts'
import { reciprocalRanks, unseenHalves } from './unseen-ranks.ts'
import { type Judged, judgedBy, type MeasuredTask } from './validation.ts'

/** A model beside the best simple way on some of a task's query listeners. */
export interface Slice {
  readonly source: string
  readonly task: MeasuredTask['task']['kind']
  readonly measure: Judged['measure']
  /** Who, such as `niche`. */
  readonly name: string
  readonly listeners: number
  readonly model: number
  /** The simple way that is best on these listeners. */
  readonly best: string
  readonly simple: number
  /** The model's minus the simple way's, paired by listener. */
  readonly difference: Difference
}

/** Fewer listeners than this say nothing about their like. */
const leastOfSlice = 20
/** Shares of what a listener has that must be described by genre, or by sound, to count as known. */
const known = 0.5
/** Numbers of artists at which sizes part. */
const sizes = [10, 25, 50, 100] as const

/** Where a model is better or worse than the simple ways: by what kind of listener, wherever there are enough. */
export function slicesOf(tasks: readonly MeasuredTask[], options: { readonly seed: number }): readonly Slice[] {
  return tasks.flatMap((measured) => {
    const { task } = measured
    const groups = groupsOf(askedOf(task), task.peers)
    const own = judgedBy(measured, 'embedding', 'pair')
    const simple = simpleWays.map((name) => ({ name, judged: judgedBy(measured, name, name) }))
    return own.flatMap(({ measure, column }, i) => {
      const ways = new Map(simple.map(({ name, judged }) => [name, judged[i]!.column]))
      return [...groups].flatMap(([name, rows]) =>
        compare({ source: task.source, task: task.kind, measure, name }, rows, column, ways, options),
      )
    })
  })
}

/**
 * The same for listeners known by genre and sound only: all their artists and tracks are taken for ones that nobody has
 * met. Only halves without a shared artist ask this, because artists shared by name would still be shared.
 */
export function namelessSlices(
  tasks: readonly MeasuredTask[],
  embedding: Scorer,
  options: { readonly seed: number },
): readonly Slice[] {
  return tasks.flatMap(({ task, simple }) => {
    if (task.kind !== 'artists') return []
    const halves = unseenHalves(task.halves)
    const catalogue = hide(halves.known.catalogue, ['names'])
    const nameless = { known: on(catalogue, halves.known), hidden: on(catalogue, halves.hidden) }
    const ways = new Map([...simple].map(([name, scorer]) => [name, reciprocalRanks(nameless, scorer)]))
    const described = describe(halves.known).filter(({ genres, sound }) => genres > 0 || sound > 0)
    const rows = described.map(({ row }) => row)
    const name = 'by genre and sound only'
    const slice = { source: task.source, task: task.kind, measure: 'halves', name } as const
    return compare(slice, rows, reciprocalRanks(nameless, embedding), ways, options)
  })
}

/** Nothing where there are too few listeners to whom the measure applies. */
function compare(
  slice: Pick<Slice, 'source' | 'task' | 'measure' | 'name'>,
  rows: readonly number[],
  column: Float64Array,
  ways: ReadonlyMap<string, Float64Array>,
  options: { readonly seed: number },
): readonly Slice[] {
  const applying = rows.filter((row) => !Number.isNaN(column[row]!))
  if (applying.length < leastOfSlice) return []
  const take = (of: Float64Array) => Float64Array.from(applying, (row) => of[row]!)
  const mean = (of: Float64Array) => take(of).reduce((sum, value) => sum + value, 0) / applying.length
  const [best, values] = [...ways].reduce((a, b) => (mean(b[1]) > mean(a[1]) ? b : a))
  const resampled = bootstrap([take(column), take(values)], options)
  const [model, simple] = [mean(column), mean(values)]
  const difference = { difference: model - simple, ci95: resampled.differenceInterval(0, 1) }
  return [{ ...slice, listeners: applying.length, model, best, simple, difference }]
}

/** What is known of the query listeners, in their order. */
function askedOf(task: MeasuredTask['task']): Corpus {
  if (task.kind !== 'friends') return task.halves.known
  const { profiles, queries } = task.friends
  return selectListeners(
    profiles,
    queries.map(({ row }) => row),
  )
}

/** How many artists each listener has, and of which share of what they have the genres and the sound are known. */
function describe(asked: Corpus) {
  const counts = artistCounts(asked)
  const { items, artists } = asked.catalogue
  return asked.listeners.map((_, row) => {
    const had = counts.indices.subarray(counts.offsets[row]!, counts.offsets[row + 1]!)
    const entries = asked.counts.indices.subarray(asked.counts.offsets[row]!, asked.counts.offsets[row + 1]!)
    return {
      row,
      size: had.length,
      artists: had,
      genres: share(had, (artist) => artists.genreRows.offsets[artist + 1]! > artists.genreRows.offsets[artist]!),
      sound: share(entries, (item) => Number.isFinite(items.audio[item * 10])),
    }
  })
}

/** Rows of `asked` by what kind of listener they are. */
function groupsOf(asked: Corpus, peers: Corpus): ReadonlyMap<string, readonly number[]> {
  const listeners = describe(asked)
  const frequencies = columnCounts(artistCounts(peers))
  const popularity = listeners.map(({ artists }) => middle(Array.from(artists, (artist) => frequencies[artist]!)))
  const byPopularity = listeners.toSorted((a, b) => popularity[a.row]! - popularity[b.row]!)
  const third = Math.floor(listeners.length / 3)
  const groups = new Map<string, typeof listeners>([
    ['niche third', byPopularity.slice(0, third)],
    ['mainstream third', byPopularity.slice(listeners.length - third)],
  ])
  for (const [i, to] of [...sizes, Number.POSITIVE_INFINITY].entries()) {
    const from = sizes[i - 1] ?? 0
    const name =
      i === 0
        ? `fewer than ${to} artists`
        : i < sizes.length
          ? `${from} to ${to - 1} artists`
          : `${from} artists and more`
    groups.set(
      name,
      listeners.filter(({ size }) => size >= from && size < to),
    )
  }
  for (const what of ['genres', 'sound'] as const) {
    groups.set(
      `${what} known`,
      listeners.filter((listener) => listener[what] >= known),
    )
    groups.set(
      `${what} mostly unknown`,
      listeners.filter((listener) => listener[what] < known),
    )
  }
  // Everybody is no group.
  const parts = [...groups].filter(([, some]) => some.length < listeners.length)
  return new Map(parts.map(([name, some]) => [name, some.map(({ row }) => row).sort((a, b) => a - b)]))
}

function share(of: Uint32Array, applies: (index: number) => boolean): number {
  let count = 0
  for (const index of of) if (applies(index)) count++
  return of.length > 0 ? count / of.length : 0
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}
