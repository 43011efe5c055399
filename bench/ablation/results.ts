import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bootstrap } from '../../src/training/bootstrap.ts'
import type { Question } from './questions.ts'

/** What a variant achieved on a source: one measurement per listener. */
export interface Result {
  /** Of everything that the measurements depend on. */
  readonly key: string
  readonly variant: string
  readonly source: string
  readonly seconds: number
  /** By task and measure, such as `artists unseen.mrr`. */
  readonly columns: Readonly<Record<string, ArrayLike<number>>>
  readonly questions: readonly Question[]
}

/** A folder of results, so that a bench that was stopped goes on where it was. */
export class Results {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Undefined where there is none of this key. */
  async read(source: string, variant: string, key: string): Promise<Result | undefined> {
    const text = await readFile(this.#path(source, variant), 'utf8').catch(() => undefined)
    const result = text === undefined ? undefined : (JSON.parse(text, revive) as Result)
    return result?.key === key ? result : undefined
  }

  async write(result: Result): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const path = this.#path(result.source, result.variant)
    await writeFile(`${path}.new`, JSON.stringify(result, replace))
    await rename(`${path}.new`, path)
  }

  #path(source: string, variant: string): string {
    return join(this.#folder, `${source}.${variant.replaceAll(' ', '-')}.json`)
  }
}

/** One table per source: each variant's means, and its differences from the recipe with half their 95 % intervals. */
export function ablationTable(results: readonly Result[], recipe: string): string {
  const [first] = results
  if (!first) return ''
  const paths = Object.keys(first.columns)
  const base = results.find(({ variant }) => variant === recipe)
  const lines = [`| ${first.source} | ${paths.join(' | ')} |`, `|---|${'---|'.repeat(paths.length)}`]
  for (const { variant, columns } of results) {
    const cells = paths.map((path) =>
      base && variant !== recipe ? difference(columns[path]!, base.columns[path]!) : decimals(meanOf(columns[path]!)),
    )
    lines.push(`| ${variant} | ${cells.join(' | ')} |`)
  }
  return lines.join('\n')
}

/** One table of all questions that were asked of a source: the first answer, and the others' differences from it. */
export function questionsTable(results: readonly Result[]): string {
  const questions = new Map<string, Map<string, ArrayLike<number>>>()
  for (const { questions: asked } of results)
    for (const { name, measure, answers } of asked) {
      const row = `${name}, ${measure}`
      const known = questions.get(row) ?? new Map()
      questions.set(row, new Map([...known, ...answers]))
    }
  if (questions.size === 0) return ''
  const lines = [`| ${results[0]!.source} | answers, the others as differences from the first |`, '|---|---|']
  for (const [row, answers] of questions) {
    const [[name, base], ...others] = [...answers] as [[string, ArrayLike<number>], ...[string, ArrayLike<number>][]]
    const parts = others.map(([other, column]) => `${other} ${difference(column, base)}`)
    lines.push(`| ${row} | ${[`${name} ${decimals(meanOf(base))}`, ...parts].join('; ')} |`)
  }
  return lines.join('\n')
}

function difference(column: ArrayLike<number>, base: ArrayLike<number>): string {
  const drawn = bootstrap([Float64Array.from(column), Float64Array.from(base)], { seed: 1 })
  const [low, high] = drawn.differenceInterval(0, 1)
  return `${signed(drawn.mean(0) - drawn.mean(1))} ±${decimals((high - low) / 2)}`
}

function meanOf(column: ArrayLike<number>): number {
  const values = Array.from(column).filter((value) => !Number.isNaN(value))
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function decimals(value: number): string {
  return value.toFixed(3).replace(/^0\./, '.')
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${decimals(Math.abs(value))}`
}

function replace(_: string, value: unknown): unknown {
  if (value instanceof Float64Array) return { $column: Array.from(value, (x) => (Number.isNaN(x) ? null : x)) }
  if (value instanceof Map) return { $map: [...value] }
  return value
}

function revive(_: string, value: unknown): unknown {
  const { $column, $map } = (value ?? {}) as { $column?: (number | null)[]; $map?: [string, unknown][] }
  if ($column) return Float64Array.from($column, (x) => x ?? Number.NaN)
  return $map ? new Map($map) : value
}
