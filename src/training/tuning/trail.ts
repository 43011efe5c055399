import { open, readFile, rename, rm } from 'node:fs/promises'
import { z } from 'zod'

/** A trial that was fitted for a share of the epochs, and how good it was on the validation listeners. */
export interface TrialResult {
  readonly trial: number
  readonly share: number
  /** Validation score; null where the fit failed, such as for a learning rate too high. */
  readonly score: number | null
}

/** Everything that tuning tried. Stored with the model as `tuning.json`. */
export interface TuningTrail {
  /** How many trials were asked for. */
  readonly trials: number
  /** Shares of the epochs by rung. */
  readonly shares: readonly number[]
  /** By trial, what differs from the recipe, such as `optimiser.rate`; trial 0 is the recipe. */
  readonly changes: readonly Readonly<Record<string, number>>[]
  /** In the order in which they were finished. */
  readonly results: readonly TrialResult[]
  /** The trial that the model is of. */
  readonly winner: number
  /** Share of the epochs behind the model; below 1 where tuning was stopped. */
  readonly share: number
}

const share = z.number().positive().max(1)
const format = z.object({
  run: z.string(),
  results: z.array(z.object({ trial: z.number().int().nonnegative(), share, score: z.number().nullable() })),
})

/** Where tuning keeps the results of finished trials, so that they are not repeated after a kill. */
export class TuningFile {
  readonly #path: string
  readonly #run: string

  /** @param run names the data, the seed and the recipe; results of other runs are not continued */
  constructor(path: string, run: string) {
    this.#path = path
    this.#run = run
  }

  /** What was finished before: nothing where there is no file, a broken one, or another run's. */
  async load(): Promise<readonly TrialResult[]> {
    try {
      const { run, results } = format.parse(JSON.parse(await readFile(this.#path, 'utf8')))
      return run === this.#run ? results : []
    } catch {
      return []
    }
  }

  /** Replaces the file as a whole; on disk when it resolves. */
  async save(results: readonly TrialResult[]): Promise<void> {
    const temporary = `${this.#path}.${process.pid}.new`
    {
      await using file = await open(temporary, 'w')
      await file.writeFile(`${JSON.stringify({ run: this.#run, results })}\n`)
      await file.sync()
    }
    await rename(temporary, this.#path)
  }

  /** Tuning is over. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true })
  }
}

/** The numbers in which a configuration differs from the recipe, by path: `{ 'optimiser.rate': 0.004 }`. */
export function changesOf(recipe: unknown, configuration: unknown, path = ''): Readonly<Record<string, number>> {
  if (typeof configuration === 'number') return configuration === recipe ? {} : { [path]: configuration }
  if (typeof configuration !== 'object' || configuration === null) return {}
  const at = (name: string) => Object(recipe)[name] as unknown
  return Object.assign(
    {},
    ...Object.entries(configuration).map(([name, value]) =>
      changesOf(at(name), value, path ? `${path}.${name}` : name),
    ),
  )
}
