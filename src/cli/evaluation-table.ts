import type { Evaluation, Score, Tree } from '../training/evaluation.ts'
import { table } from './output.ts'

type Column = readonly [title: string, path: string]

const columns: Readonly<Record<Evaluation['task'], readonly Column[]>> = {
  halves: [
    ['R@1', 'all.r1'],
    ['R@10', 'all.r10'],
    ['MRR', 'all.mrr'],
    ['unseen R@1', 'unseen.r1'],
    ['R@10', 'unseen.r10'],
    ['MRR', 'unseen.mrr'],
    ['transfer Recall@50', 'transfer.recall50'],
  ],
  friends: [
    ['Recall@10', 'recall10'],
    ['MRR', 'mrr'],
    ['AUC', 'auc'],
  ],
}

/** Scores and baselines in one table, each with half the width of its 95 % interval. */
export function evaluationTable({ task, scores, baselines }: Evaluation): string {
  const rows = [...Object.entries(scores), ...Object.entries(baselines)]
  return table(
    ['', ...columns[task].map(([title]) => title)],
    rows.map(([name, score]) => [name, ...columns[task].map(([, path]) => cell(score, path))]),
  )
}

function cell(score: Score, path: string): string {
  const value = at(score, path)
  if (typeof value !== 'number') return '–'
  const interval = at(score.ci95, path) as readonly [number, number] | null | undefined
  return interval ? `${three(value)} ±${three((interval[1] - interval[0]) / 2)}` : three(value)
}

function at(tree: Tree<unknown>, path: string): unknown {
  return path.split('.').reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], tree)
}

/** .873, as tables in this field are written. */
function three(value: number): string {
  return value.toFixed(3).replace(/^0\./, '.')
}
