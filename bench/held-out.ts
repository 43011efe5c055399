import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { Problem } from '../src/taste/problem.ts'
import { type Estimate, pooled } from './pooled.ts'

interface Interval {
  readonly difference: number
  readonly ci95: readonly [number, number]
}
interface Tree {
  readonly [name: string]: Tree | number | readonly number[] | null
}
interface Report {
  readonly task: 'halves' | 'friends'
  readonly queries: number
  readonly scores: Readonly<Record<string, Tree>>
  readonly baselines: Readonly<Record<string, Tree>>
  readonly paired: Readonly<Record<string, Readonly<Record<string, Tree>>>>
}

/** What each task is judged by: a score and the path of its measure. */
const judged = {
  halves: [
    ['embedding', 'unseen.r10'],
    ['embedding', 'unseen.mrr'],
    ['embedding', 'all.r10'],
    ['embedding', 'transfer.recall50'],
    ['pair', 'transfer.recall50'],
  ],
  friends: [
    ['pair', 'recall10'],
    ['pair', 'mrr'],
    ['pair', 'auc'],
  ],
} as const

const command = promisify(execFile)

/**
 * Holds listeners out, trains without them and evaluates, once per seed, on a copy of a store; then pools the seeds. What
 * is compared with the best simple way is the paired difference on the same listeners.
 */
export async function benchHeldOut({
  data,
  seeds,
  share,
}: {
  readonly data: string
  readonly seeds: readonly number[]
  readonly share: number
}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'consonance-held-out-'))
  const reports = new Map<string, Report[]>()
  try {
    for (const seed of seeds) {
      const store = join(folder, `seed-${seed}`)
      const files = join(folder, `files-${seed}`)
      mkdirSync(store)
      for (const file of readdirSync(data).filter((name) => name.startsWith('consonance.db')))
        cpSync(join(data, file), join(store, file))
      await run('halves', '--data', store, '--out', files, '--share', String(share), '--seed', String(seed))
      const begin = performance.now()
      await run('train', '--data', store, '--exclude', join(files, 'exclude.txt'), '--seed', String(seed))
      console.error(`seed ${seed}: trained in ${((performance.now() - begin) / 1000).toFixed(0)} s`)
      for (const file of readdirSync(files).filter((name) => name.endsWith('.jsonl.gz'))) {
        const task = file.includes('.friends.') ? '--friends' : '--halves'
        const report = JSON.parse(await run('evaluate', '--data', store, task, join(files, file), '--json')) as Report
        const name = basename(file).replace(
          /\.(halves|friends)\.jsonl\.gz$/,
          report.task === 'friends' ? ' friends' : '',
        )
        reports.set(name, [...(reports.get(name) ?? []), report])
      }
      rmSync(store, { recursive: true })
      if (seed !== seeds.at(-1)) console.error(`so far:\n${table(reports)}`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  console.log(table(reports))
}

async function run(name: string, ...args: readonly string[]): Promise<string> {
  const main = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts')
  try {
    const { stdout } = await command(process.execPath, [main, name, ...args], { maxBuffer: 1 << 28 })
    return stdout
  } catch (error) {
    const { stderr } = error as { readonly stderr?: string }
    throw new Problem(`bench: "${name}" failed: ${stderr?.trim().split('\n').at(-1) ?? error}`)
  }
}

function table(reports: ReadonlyMap<string, readonly Report[]>): string {
  const lines = [
    '| task | queries | score, measure | ours | best simple way | difference, 95 % |',
    '|---|---|---|---|---|---|',
  ]
  for (const [name, runs] of [...reports].sort()) {
    const queries = runs.reduce((sum, { queries }) => sum + queries, 0)
    for (const [score, path] of judged[runs[0]!.task]) {
      const ours = mean(runs.map((run) => numberAt(run.scores[score], path)))
      const simple = Object.keys(runs[0]!.baselines)
        .map((baseline) => ({ baseline, value: mean(runs.map((run) => numberAt(run.baselines[baseline], path))) }))
        .filter(({ value }) => !Number.isNaN(value))
      const best = simple.reduce((a, b) => (b.value > a.value ? b : a))
      const { difference, half } = pooled(runs.map((run) => estimateAt(run.paired[score]?.[best.baseline], path)))
      const signed = `${difference >= 0 ? '+' : ''}${difference.toFixed(4)} ± ${half.toFixed(4)}`
      lines.push(
        `| ${name} | ${queries} | ${score}, ${path} | ${ours.toFixed(3)} | ${best.value.toFixed(3)} (${best.baseline}) | ${signed} |`,
      )
    }
  }
  return lines.join('\n')
}

function at(tree: Tree | undefined, path: string): Tree[string] | undefined {
  return path.split('.').reduce<Tree[string] | undefined>((node, name) => (node as Tree | undefined)?.[name], tree)
}

function numberAt(tree: Tree | undefined, path: string): number {
  const value = at(tree, path)
  return typeof value === 'number' ? value : Number.NaN
}

function estimateAt(tree: Tree | undefined, path: string): Estimate {
  const { difference, ci95 } = at(tree, path) as unknown as Interval
  return { difference, half: (ci95[1] - ci95[0]) / 2 }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
