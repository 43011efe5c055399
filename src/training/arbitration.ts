import type { ListenerId } from '../taste/listener-id.ts'
import { simpleWays } from './baselines/baselines.ts'
import { type Bootstrap, bootstrap } from './bootstrap.ts'
import { type Contestants, type Difference, scoresOf } from './evaluation.ts'
import type { FittedModel } from './model.ts'
import { type Judged, judgedBy, type MeasuredTask, queriesOf, type ValidationTask } from './validation.ts'

/** One of the numbers behind a validation score, for both kinds. */
export interface Ruling {
  readonly source: string
  readonly task: ValidationTask['kind']
  readonly measure: Judged['measure']
  /** Means by kind. */
  readonly means: Readonly<Record<string, number>>
  /** The winner's minus the other's. */
  readonly difference: Difference
}

/** Two kinds of model compared on the same validation listeners. */
export interface Arbitration {
  readonly winner: string
  readonly other: string
  /** Validation scores by kind. */
  readonly scores: Readonly<Record<string, number>>
  /** The winner's validation score minus the other's, paired by listener. */
  readonly difference: Difference
  /** The best of the simple ways by the same score, and the winner's minus its. */
  readonly simple: { readonly name: string; readonly score: number; readonly difference: Difference }
  readonly rulings: readonly Ruling[]
}

/** What is known of the listeners by several models, under names that tell the models apart: `linear pair`. */
export function scoresOfAll(models: readonly FittedModel[]): Contestants['scores'] {
  return new Map(
    models.flatMap((model) => [...scoresOf(model)].map(([name, s]) => [`${model.kind} ${name}`, s] as const)),
  )
}

/** The measurements with one kind's scores first and under plain names, `embedding` and `pair`; the others' stay. */
export function seenBy(kind: string, tasks: readonly MeasuredTask[]): readonly MeasuredTask[] {
  const own = `${kind} `
  return tasks.map(({ measured, ...rest }) => {
    const scores = [...measured.scores]
    const plain = scores
      .filter(([name]) => name.startsWith(own))
      .map(([name, c]) => [name.slice(own.length), c] as const)
    const others = scores.filter(([name]) => !name.startsWith(own))
    return { ...rest, measured: { ...measured, scores: new Map([...plain, ...others]) } }
  })
}

/**
 * Which of two kinds is better by the validation score, and by how much: the mean over the tasks of what each is judged
 * by. `asked` must be ahead to win. Intervals are of a bootstrap over the listeners of all tasks together, because one
 * listener is asked for in several.
 * @param tasks measured with `scoresOfAll`, at least one
 */
export function arbitrate(
  tasks: readonly MeasuredTask[],
  asked: string,
  simpler: string,
  options: { readonly seed: number },
): Arbitration {
  const rowOf = new Map<ListenerId, number>()
  for (const { task } of tasks)
    for (const listener of queriesOf(task)) if (!rowOf.has(listener)) rowOf.set(listener, rowOf.size)
  const columns: Float64Array[] = []
  const add = (embedding: string, pair: string) =>
    tasks.flatMap((measured) => {
      const rows = queriesOf(measured.task).map((listener) => rowOf.get(listener)!)
      return judgedBy(measured, embedding, pair).map(({ measure, column }) => {
        const spread = new Float64Array(rowOf.size).fill(Number.NaN)
        for (const [i, row] of rows.entries()) spread[row] = column[i]!
        return { task: measured.task, measure, number: columns.push(spread) - 1 }
      })
    })
  const byKind = new Map([asked, simpler].map((kind) => [kind, add(`${kind} embedding`, `${kind} pair`)]))
  const byWay = new Map(simpleWays.map((name) => [name, add(name, name)]))

  const resampled = bootstrap(columns, options)
  const scoreOf = (entries: readonly { readonly number: number }[]) => meanOf(resampled, entries)
  const scores = Object.fromEntries([...byKind].map(([kind, entries]) => [kind, scoreOf(entries)]))
  const [winner, other] = scores[asked]! > scores[simpler]! ? [asked, simpler] : [simpler, asked]
  const [best, beaten] = [byKind.get(winner)!, byKind.get(other)!]
  const [name, simple] = [...byWay].reduce((a, b) => (scoreOf(b[1]) > scoreOf(a[1]) ? b : a))
  return {
    winner,
    other,
    scores,
    difference: differenceOf(resampled, best, beaten),
    simple: { name, score: scoreOf(simple), difference: differenceOf(resampled, best, simple) },
    rulings: best.map(({ task, measure, number }, i) => ({
      source: task.source,
      task: task.kind,
      measure,
      means: { [winner]: resampled.mean(number), [other]: resampled.mean(beaten[i]!.number) },
      difference: differenceOf(resampled, [best[i]!], [beaten[i]!]),
    })),
  }
}

type Entries = readonly { readonly number: number }[]

function differenceOf(resampled: Bootstrap, mine: Entries, theirs: Entries): Difference {
  const numbers = (entries: Entries) => entries.map(({ number }) => number)
  return {
    difference: meanOf(resampled, mine) - meanOf(resampled, theirs),
    ci95: resampled.meanDifferenceInterval(numbers(mine), numbers(theirs)),
  }
}

/** Of the means that apply to somebody, as `validationScore`. */
function meanOf(resampled: Bootstrap, entries: Entries): number {
  const means = entries.map(({ number }) => resampled.mean(number)).filter((mean) => !Number.isNaN(mean))
  return means.reduce((sum, mean) => sum + mean, 0) / means.length
}
