import { embeddingCosine } from '../features/scorers.ts'
import { type Bootstrap, bootstrap, type Interval } from './bootstrap.ts'
import { type FriendsTask, measureFriends } from './measure-friends.ts'
import { type Columns, type HalvesTask, measureHalves, measurePopularity } from './measure-halves.ts'
import type { FittedModel } from './model.ts'
import type { Scorer } from './scorer.ts'

/** Numbers by name, in groups: `{ all: { r10: 0.9 } }` for the path `all.r10`. Null where a measure applies to nobody. */
export interface Tree<T> {
  readonly [name: string]: T | Tree<T>
}

/** Means over the query listeners, with their 95 % intervals under `ci95`. */
export type Score = Tree<number | null> & { readonly ci95: Tree<Interval | null> }

/** Mean and 95 % interval of a score minus a baseline on the same listeners. */
export interface Difference {
  readonly difference: number
  readonly ci95: Interval
}

export interface Evaluation {
  readonly task: 'halves' | 'friends'
  readonly queries: number
  readonly candidates: number
  readonly scores: Readonly<Record<string, Score>>
  readonly baselines: Readonly<Record<string, Score>>
  /** Score, baseline, path of the measure. */
  readonly paired: Readonly<Record<string, Readonly<Record<string, Tree<Difference | null>>>>>
}

export interface Contestants {
  /** What the model says, by name: `embedding` and `pair`. */
  readonly scores: ReadonlyMap<string, Scorer>
  readonly baselines: ReadonlyMap<string, Scorer>
}

/** What a model says about two listeners: the cosine of their embeddings, and the pair score. */
export function scoresOf(model: Pick<FittedModel, 'dimensions' | 'embed' | 'pair'>): Contestants['scores'] {
  return new Map([
    ['embedding', embeddingCosine('embedding', model)],
    ['pair', model.pair],
  ])
}

export interface MeasureOptions {
  /** Called after each contestant. */
  readonly progress?: (name: string) => void
}

export interface EvaluationOptions extends MeasureOptions {
  /** Seed of the bootstrap. */
  readonly seed: number
}

/** What each contestant achieved, query listener by query listener. */
export interface Measured {
  readonly scores: ReadonlyMap<string, Columns>
  readonly baselines: ReadonlyMap<string, Columns>
}

/** Full rankings of everybody's hidden half, and transfer. */
export function measureByHalves(task: HalvesTask, contestants: Contestants, options: MeasureOptions = {}): Measured {
  const measured = measure(contestants, options, (scorer) => measureHalves(task, scorer))
  if (contestants.baselines.size === 0) return measured
  return { ...measured, baselines: new Map([...measured.baselines, ['popularity', measurePopularity(task)]]) }
}

/** Full rankings of all other listeners for those with friends. */
export function measureByFriends(task: FriendsTask, contestants: Contestants, options: MeasureOptions = {}): Measured {
  return measure(contestants, options, (scorer) => measureFriends(task, scorer))
}

/** `measureByHalves`, and how each score compares with each baseline. */
export function evaluateHalves(task: HalvesTask, contestants: Contestants, options: EvaluationOptions): Evaluation {
  return halvesEvaluation(task, measureByHalves(task, contestants, options), options)
}

/** `measureByFriends`, and how each score compares with each baseline. */
export function evaluateFriends(task: FriendsTask, contestants: Contestants, options: EvaluationOptions): Evaluation {
  return friendsEvaluation(task, measureByFriends(task, contestants, options), options)
}

/** Means, intervals and comparisons of what was measured. */
export function halvesEvaluation(
  { known, hidden }: HalvesTask,
  measured: Measured,
  { seed }: Pick<EvaluationOptions, 'seed'>,
): Evaluation {
  const [queries, candidates] = [known.listeners.length, hidden.listeners.length]
  return { task: 'halves', queries, candidates, ...compare(measured, seed) }
}

/** Means, intervals and comparisons of what was measured. */
export function friendsEvaluation(
  { profiles, queries }: FriendsTask,
  measured: Measured,
  { seed }: Pick<EvaluationOptions, 'seed'>,
): Evaluation {
  const candidates = profiles.listeners.length
  return { task: 'friends', queries: queries.length, candidates, ...compare(measured, seed) }
}

function measure(
  { scores, baselines }: Contestants,
  { progress }: MeasureOptions,
  columnsOf: (scorer: Scorer) => Columns,
): Measured {
  const run = ([name, scorer]: [string, Scorer]): [string, Columns] => {
    const columns = columnsOf(scorer)
    progress?.(name)
    return [name, columns]
  }
  return { scores: new Map([...scores].map(run)), baselines: new Map([...baselines].map(run)) }
}

function compare(measured: Measured, seed: number) {
  const [scores, baselines] = [[...measured.scores], [...measured.baselines]]
  const all = [...scores, ...baselines].flatMap(([name, columns]) =>
    [...columns].map(([path, column]) => ({ name, path, column })),
  )
  const numberOf = new Map(all.map(({ name, path }, number) => [`${name} ${path}`, number]))
  const resampled = bootstrap(
    all.map(({ column }) => column),
    { seed },
  )
  const scoreOf = ([name, columns]: [string, Columns]) =>
    [name, summarise(resampled, [...columns.keys()], (path) => numberOf.get(`${name} ${path}`)!)] as const
  return {
    scores: Object.fromEntries(scores.map(scoreOf)),
    baselines: Object.fromEntries(baselines.map(scoreOf)),
    paired: Object.fromEntries(
      scores.map(([score, columns]) => [
        score,
        Object.fromEntries(
          baselines.map(([baseline, base]) => {
            const paths = [...columns.keys()].filter((path) => base.has(path) && !path.startsWith('unseenShare'))
            const differenceAt = (path: string) =>
              difference(resampled, numberOf.get(`${score} ${path}`)!, numberOf.get(`${baseline} ${path}`)!)
            return [baseline, tree(paths, differenceAt)]
          }),
        ),
      ]),
    ),
  }
}

function summarise(resampled: Bootstrap, paths: readonly string[], numberOf: (path: string) => number): Score {
  const withSpread = paths.filter((path) => path !== 'unseenShare.expected')
  return {
    ...tree(paths, (path) => orNull(resampled.mean(numberOf(path)))),
    ci95: tree(withSpread, (path) => intervalOrNull(resampled.interval(numberOf(path)))),
  } as Score
}

function difference(resampled: Bootstrap, score: number, baseline: number): Difference | null {
  const mean = orNull(resampled.mean(score) - resampled.mean(baseline))
  const ci95 = intervalOrNull(resampled.differenceInterval(score, baseline))
  return mean === null || ci95 === null ? null : { difference: mean, ci95 }
}

function tree<T>(paths: readonly string[], valueAt: (path: string) => T): Tree<T> {
  const root: Record<string, T | Record<string, T>> = {}
  for (const path of paths) {
    const [group, leaf] = path.split('.') as [string, string | undefined]
    if (leaf === undefined) root[group] = valueAt(path)
    else root[group] = { ...(root[group] as Record<string, T> | undefined), [leaf]: valueAt(path) }
  }
  return root as Tree<T>
}

function intervalOrNull([low, high]: Interval): Interval | null {
  const ends = [orNull(low), orNull(high)]
  return ends[0] === null || ends[1] === null ? null : (ends as unknown as Interval)
}

/** Six decimals are more than any sample here supports. */
function orNull(value: number): number | null {
  return Number.isFinite(value) ? Math.round(value * 1e6) / 1e6 : null
}
