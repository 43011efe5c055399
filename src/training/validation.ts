import type { Corpus } from '../features/corpus.ts'
import { denseDots } from '../features/scorers.ts'
import type { SplitPart } from '../store/feature-store.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import { fitBaselines } from './baselines/baselines.ts'
import { peersOf } from './baselines/peers.ts'
import { cutCorpus, selectListeners } from './cut-corpus.ts'
import {
  type Contestants,
  type Evaluation,
  friendsEvaluation,
  halvesEvaluation,
  type Measured,
  type MeasureOptions,
  measureByFriends,
  measureByHalves,
  type Score,
  scoresOf,
} from './evaluation.ts'
import { type HalvingTask, halvingTasks } from './halving.ts'
import { type FriendsTask, friendsTask } from './measure-friends.ts'
import type { HalvesTask } from './measure-halves.ts'
import { expectedRank } from './metrics.ts'
import type { FittedModel } from './model.ts'
import { headline } from './promotion.ts'
import { draw } from './split.ts'

/** One question that models are compared by, on listeners who were held out. */
export type ValidationTask = { readonly source: string; readonly peers: Corpus } & (
  | { readonly kind: HalvingTask; readonly halves: HalvesTask }
  | { readonly kind: 'friends'; readonly friends: FriendsTask }
)

export interface Validated {
  readonly source: string
  readonly kind: ValidationTask['kind']
  readonly evaluation: Evaluation
}

/** The cuts are the same for every model, so that models can be compared. */
const cutSeed = 1
/** More query listeners make a task no more telling, only slower. */
const mostQueries = 1_000
const halvesMeasures = ['all.r10', 'unseen.r10', 'unseen.mrr', 'transfer.recall50']
const friendsMeasures = ['recall10', 'mrr', 'auc']

/**
 * The questions that the held-out listeners of a corpus allow: halves by artist and, where tracks are known, by track;
 * and friends, where there are links. Candidates are listeners of the same source; voters are all training listeners.
 */
export function validationTasks(
  corpus: Corpus,
  parts: ReadonlyMap<ListenerId, SplitPart>,
  friendsOf: ReadonlyMap<ListenerId, readonly ListenerId[]>,
): readonly ValidationTask[] {
  const isValidation = (listener: ListenerId) => parts.get(listener) === 'validation'
  const rows = [...corpus.listeners.keys()]
  const stored = selectListeners(
    corpus,
    rows.filter((row) => parts.get(corpus.listeners[row]!) === 'train'),
  )
  const tasks: ValidationTask[] = []
  for (const source of [...new Set(corpus.sources)].sort()) {
    const own = selectListeners(
      corpus,
      rows.filter((row) => corpus.sources[row] === source),
    )
    const peers = peersOf(stored, [source])
    for (const kind of halvingTasks) {
      if (kind === 'tracks' && !knowsTracks(own)) continue
      const { a, b } = cutCorpus(own, kind, cutSeed)
      const asked = fewest(a.listeners.filter(isValidation))
      const known = selectListeners(a, rowsOf(a, asked))
      if (asked.size > 0) tasks.push({ source, peers, kind, halves: { known, hidden: b, stored, peers } })
    }
    const linked = fewest(own.listeners.filter((listener) => isValidation(listener) && friendsOf.has(listener)))
    const friends = friendsTask(own, new Map([...friendsOf].filter(([listener]) => linked.has(listener))))
    if (friends.queries.length > 0) tasks.push({ source, peers, kind: 'friends', friends })
  }
  return tasks
}

/** A task with what each contestant achieved on it, in the order of its query listeners. */
export interface MeasuredTask {
  readonly task: ValidationTask
  readonly measured: Measured
  /** The simple ways that were measured, fitted on the training listeners. */
  readonly simple: Contestants['baselines']
}

/** Measures scores, and the simple ways beside them, by every task. */
export function measureTasks(
  tasks: readonly ValidationTask[],
  scores: Contestants['scores'],
  options: { readonly seed: number; readonly progress?: (name: string) => void },
): readonly MeasuredTask[] {
  const fitted = new Map<Corpus, Contestants['baselines']>()
  return tasks.map((task) => {
    const baselines = fitted.get(task.peers) ?? fitBaselines(task.peers, options)
    fitted.set(task.peers, baselines)
    return measureTask(task, { scores, baselines }, options)
  })
}

/** The score that `validationScore` gives a model, without intervals and without the simple ways. NaN without tasks. */
export function scoreModel(tasks: readonly ValidationTask[], model: FittedModel): number {
  const contestants = { scores: scoresOf(model), baselines: new Map() }
  const columns = tasks.flatMap((task) => judgedBy(measureTask(task, contestants), 'embedding', 'pair'))
  const means = columns.map(({ column }) => meanOf(column)).filter((mean) => !Number.isNaN(mean))
  return means.reduce((sum, mean) => sum + mean, 0) / means.length
}

function measureTask(task: ValidationTask, contestants: Contestants, options: MeasureOptions = {}): MeasuredTask {
  const measured =
    task.kind === 'friends'
      ? measureByFriends(task.friends, contestants, options)
      : measureByHalves(task.halves, contestants, options)
  return { task, measured, simple: contestants.baselines }
}

/** Who is asked for, in the order of the columns. */
export function queriesOf(task: ValidationTask): readonly ListenerId[] {
  if (task.kind !== 'friends') return task.halves.known.listeners
  return task.friends.queries.map(({ row }) => task.friends.profiles.listeners[row]!)
}

/** What a task judges a model by. */
export interface Judged {
  readonly measure: 'halves' | 'transfer' | 'friends'
  /** [query listeners]. */
  readonly column: Float64Array
}

/** The columns that `validationScore` is the mean of, for the contestants of these names. */
export function judgedBy({ task, measured }: MeasuredTask, embedding: string, pair: string): readonly Judged[] {
  const at = (name: string, path: string) => (measured.scores.get(name) ?? measured.baselines.get(name))?.get(path)
  const columns =
    task.kind === 'friends'
      ? ([['friends', at(pair, 'mrr')]] as const)
      : ([
          ['halves', at(embedding, 'unseen.mrr')],
          ['transfer', at(pair, 'transfer.recall50')],
        ] as const)
  return columns.flatMap(([measure, column]) => (column ? [{ measure, column }] : []))
}

/** Means, intervals and comparisons by every task. */
export function validatedOf(tasks: readonly MeasuredTask[], options: { readonly seed: number }): readonly Validated[] {
  return tasks.map(({ task, measured }) => ({
    source: task.source,
    kind: task.kind,
    evaluation:
      task.kind === 'friends'
        ? friendsEvaluation(task.friends, measured, options)
        : halvesEvaluation(task.halves, measured, options),
  }))
}

/**
 * One number to choose models by: the mean over the tasks of what each is best judged by. Finding the other half among
 * the unseen (MRR by the embedding), transfer (Recall@50 by the pair score) and friends (MRR by the pair score) count
 * alike, because a model must not win one by losing the others. NaN without tasks.
 */
export function validationScore(validated: readonly Validated[], embedding = 'embedding', pair = 'pair'): number {
  const numbers = validated.flatMap(({ kind, evaluation: { scores, baselines } }) => {
    const all = { ...baselines, ...scores }
    return kind === 'friends'
      ? [numberAt(all[pair], 'mrr')]
      : [numberAt(all[embedding], 'unseen', 'mrr'), numberAt(all[pair], 'transfer', 'recall50')]
  })
  const measured = numbers.filter((number) => number !== undefined)
  return measured.reduce((sum, number) => sum + number, 0) / measured.length
}

/**
 * What a model's card says of its validation: `validation.score`; `validation.gain`, the score minus that of the
 * strongest simple way; and the main measures of everything that was compared, such as
 * `lastfm-2k.artists.embedding.unseen.r10`.
 */
export function validationMetrics(validated: readonly Validated[]): Readonly<Record<string, number>> {
  if (validated.length === 0) return {}
  const metrics: Record<string, number> = {}
  const score = validationScore(validated)
  const simple = Object.keys(validated[0]!.evaluation.baselines).filter((name) => name !== 'popularity')
  const strongest = Math.max(...simple.map((name) => validationScore(validated, name, name)))
  if (Number.isFinite(score)) metrics[headline.score] = score
  if (Number.isFinite(score - strongest)) metrics[headline.gain] = score - strongest
  for (const { source, kind, evaluation } of validated) {
    for (const [name, measures] of Object.entries({ ...evaluation.scores, ...evaluation.baselines })) {
      for (const path of kind === 'friends' ? friendsMeasures : halvesMeasures) {
        const number = numberAt(measures, ...path.split('.'))
        if (number !== undefined) metrics[`${source}.${kind}.${name}.${path}`] = number
      }
    }
  }
  return metrics
}

/** For use while a model is being fitted: mean MRR of its embedding among unseen listeners; NaN without halves. */
export function quickValidation(tasks: readonly ValidationTask[]): (model: Pick<FittedModel, 'embed'>) => number {
  const halves = tasks.flatMap((task) => {
    if (task.kind === 'friends') return []
    const { known, hidden } = task.halves
    return [{ known, hidden: selectListeners(hidden, rowsOf(hidden, new Set(known.listeners))) }]
  })
  return (model) => {
    const means = halves.map(({ known, hidden }) => {
      const queries = model.embed(known)
      const candidates = model.embed(hidden)
      const dimensions = queries.length / known.listeners.length
      const scores = new Float32Array(hidden.listeners.length)
      let sum = 0
      for (const q of known.listeners.keys()) {
        denseDots(queries, q, candidates, dimensions, scores)
        sum += 1 / expectedRank(scores, q)
      }
      return sum / known.listeners.length
    })
    return means.reduce((sum, mean) => sum + mean, 0) / means.length
  }
}

/** Over the listeners that a column applies to. */
function meanOf(column: Float64Array): number {
  const values = column.filter((value) => !Number.isNaN(value))
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function numberAt(score: Score | undefined, ...path: readonly string[]): number | undefined {
  let node: unknown = score
  for (const name of path) node = (node as Readonly<Record<string, unknown>> | undefined)?.[name]
  return typeof node === 'number' ? node : undefined
}

function knowsTracks({ catalogue, counts }: Corpus): boolean {
  return counts.indices.some((item) => catalogue.items.tracks[item] !== undefined)
}

/** At most `mostQueries` of the listeners, always the same. */
function fewest(listeners: readonly ListenerId[]): ReadonlySet<ListenerId> {
  if (listeners.length <= mostQueries) return new Set(listeners)
  const number = new Map(listeners.map((listener) => [listener, draw(listener, 'validation query', cutSeed)]))
  return new Set(listeners.toSorted((a, b) => number.get(a)! - number.get(b)!).slice(0, mostQueries))
}

function rowsOf(corpus: Corpus, listeners: ReadonlySet<ListenerId>): readonly number[] {
  return [...corpus.listeners.keys()].filter((row) => listeners.has(corpus.listeners[row]!))
}
