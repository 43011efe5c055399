import type { Difference, Evaluation, Score, Tree } from './evaluation.ts'

/** A table for people: `head` and each row have as many cells. */
export interface EvaluationTable {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** What is measured, and under which heading it is shown. */
type Measures = readonly (readonly [path: string, heading: string])[]

const measures: Readonly<Record<Evaluation['task'], Measures>> = {
  halves: [
    ['all.r1', 'R@1'],
    ['all.r10', 'R@10'],
    ['all.mrr', 'MRR'],
    ['unseen.r1', 'unseen R@1'],
    ['unseen.r10', 'R@10'],
    ['unseen.mrr', 'MRR'],
    ['transfer.recall50', 'transfer R@50'],
    ['transfer.recall50With30', 'of 30'],
  ],
  friends: [
    ['recall10', 'R@10'],
    ['mrr', 'MRR'],
    ['auc', 'AUC'],
  ],
}
const compared: Readonly<Record<Evaluation['task'], Measures>> = {
  halves: [
    ['unseen.r10', 'unseen R@10'],
    ['unseen.mrr', 'MRR'],
    ['transfer.recall50', 'transfer R@50'],
  ],
  friends: measures.friends,
}

/** One row per score and baseline; then how far each score is ahead of each baseline, with 95 % intervals. */
export function evaluationTables(evaluation: Evaluation): readonly EvaluationTable[] {
  const { task, queries, candidates, scores, baselines, paired } = evaluation
  const rowOf = ([name, score]: readonly [string, Score]) => [
    name,
    ...measures[task].map(([path]) => share(at(score, path) as number | null | undefined)),
  ]
  const differences = Object.entries(paired).flatMap(([score, byBaseline]) =>
    Object.entries(byBaseline).map(([baseline, tree]) => [
      `${score} - ${baseline}`,
      ...compared[task].map(([path]) => signed(at(tree, path) as Difference | null | undefined)),
    ]),
  )
  return [
    {
      title: `${queries} queries, ${candidates} candidates`,
      head: ['score', ...measures[task].map(([, heading]) => heading)],
      rows: [...Object.entries(scores), ...Object.entries(baselines)].map(rowOf),
    },
    {
      title: 'paired differences, with 95 % intervals',
      head: ['score - baseline', ...compared[task].map(([, heading]) => heading)],
      rows: differences,
    },
  ].filter(({ rows }) => rows.length > 0)
}

function at<T>(tree: Tree<T>, path: string): unknown {
  let node: unknown = tree
  for (const name of path.split('.')) node = (node as Readonly<Record<string, unknown>> | undefined)?.[name]
  return node
}

function share(value: number | null | undefined): string {
  return typeof value === 'number' ? value.toFixed(3) : '–'
}

function signed(value: Difference | null | undefined): string {
  if (!value) return '–'
  const sign = (number: number) => `${number < 0 ? '-' : '+'}${Math.abs(number).toFixed(3)}`
  return `${sign(value.difference)} [${sign(value.ci95[0])}, ${sign(value.ci95[1])}]`
}
