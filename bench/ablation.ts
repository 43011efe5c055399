import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { embeddingCosine } from '../src/features/scorers.ts'
import { Problem } from '../src/taste/problem.ts'
import { measureHalves } from '../src/training/measure-halves.ts'
import { fingerprint } from '../src/training/network/fingerprint.ts'
import type { Towers } from '../src/training/network/towers.ts'
import { type DataSet, readDataSets } from './ablation/data.ts'
import { fitVariant } from './ablation/fit.ts'
import { askAboutInterests, askAboutSound, type Question } from './ablation/questions.ts'
import { ablationTable, questionsTable, type Result, Results } from './ablation/results.ts'
import { configurationOf, recipe, type Variant, variants } from './ablation/variants.ts'

export interface AblationOptions {
  /** A data folder with at least one data set imported. It is only read. */
  readonly data: string
  /** Folder of the results; what is there already is not measured again. */
  readonly out: string
  /** Names of variants, or the start of such names; all by default. */
  readonly only?: readonly string[] | undefined
  /** This source alone; all by default. */
  readonly source?: string | undefined
  /** Most training listeners of a source. */
  readonly listeners: number
  /** Share of the epochs. */
  readonly epochs: number
  readonly seed: number
  /** The results are the same for any number of them. */
  readonly threads: number
}

const measures = ['unseen.r10', 'unseen.mrr', 'all.r10', 'transfer.recall50']

/**
 * Takes the recipe apart: fits each variant on the training listeners of every source, asks all for the same validation
 * listeners and prints their paired differences from the recipe.
 */
export async function benchAblation(options: AblationOptions): Promise<void> {
  const { only, out } = options
  const chosen = variants.filter(({ name }) => !only || only.some((start) => name.startsWith(start)))
  if (chosen.length === 0)
    throw new Problem(`bench: no variant begins with ${only?.join(' or ')}`, {
      do: `there are ${variants.map(({ name }) => name).join(', ')}`,
    })
  const asked = chosen.includes(recipe) ? chosen : [recipe, ...chosen]
  const results = new Results(out)
  const tables: string[] = []
  for (const set of await readDataSets(options.data, options.listeners)) {
    if (set.tasks.length === 0 || (options.source !== undefined && set.source !== options.source)) continue
    const data = fingerprint(set.training)
    const found: Result[] = []
    for (const variant of asked) {
      if (!applies(variant, set)) continue
      const configuration = configurationOf(variant, options.epochs)
      const queries = set.tasks.map(({ halves }) => halves.known.listeners)
      const key = createHash('sha256')
        .update(JSON.stringify([data, queries, variant.name, configuration, options.seed]))
        .digest('hex')
      const known = await results.read(set.source, variant.name, key)
      found.push(known ?? (await measured(set, variant, key, options)))
      if (!known) await results.write(found.at(-1)!)
    }
    tables.push(ablationTable(found, recipe.name), questionsTable(found))
  }
  const text = tables.filter((table) => table !== '').join('\n\n')
  await writeFile(join(out, 'table.md'), `${text}\n`)
  console.log(text)
}

function applies({ needs }: Variant, { training, tasks }: DataSet): boolean {
  if (needs === 'tracks') return tasks.some(({ kind }) => kind === 'tracks')
  return needs !== 'tags' || training.tagged.tags.length > 0
}

async function measured(set: DataSet, variant: Variant, key: string, options: AblationOptions): Promise<Result> {
  const begin = performance.now()
  const towers = await fitVariant(set.training, variant, configurationOf(variant, options.epochs), options)
  const seconds = (performance.now() - begin) / 1000
  console.error(`${set.source}: ${variant.name} fitted in ${seconds.toFixed(0)} s`)
  const columns = set.tasks.flatMap(({ kind, halves }) => {
    const byPath = measureHalves(halves, embeddingCosine('embedding', towers))
    return measures.map((path) => [`${kind} ${path}`, byPath.get(path)!] as const)
  })
  const questions = questionsFor(set, variant, towers)
  return { key, variant: variant.name, source: set.source, seconds, columns: Object.fromEntries(columns), questions }
}

function questionsFor(set: DataSet, variant: Variant, towers: Towers): readonly Question[] {
  const hears = towers.views.includes('audio')
  if (variant === recipe)
    return [...askAboutInterests(set, towers), ...(hears ? askAboutSound(set, towers, 'recipe') : [])]
  return variant.name.includes('audio view') ? askAboutSound(set, towers, variant.name) : []
}
