import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Problem } from '../../taste/problem.ts'
import type { ParameterValues } from '../../towers/inference.ts'
import { readSafetensors, type Tensor, writeSafetensors } from '../../towers/safetensors.ts'

/** A run in the middle: where it is and everything that it learned. */
export interface Snapshot {
  readonly step: number
  readonly parameters: ParameterValues
  /** The optimiser's. */
  readonly state: ParameterValues
  /** What else the run remembers, as JSON. */
  readonly notes: unknown
}

/**
 * Where a run keeps its newest snapshot, so that it can be continued after a kill. The file is replaced as a whole and
 * is on disk when `save` resolves.
 */
export class Checkpoint {
  readonly #path: string
  readonly #run: string

  /** @param run names the data, configuration and seed; snapshots of other runs are not continued */
  constructor(path: string, run: string) {
    this.#path = path
    this.#run = run
  }

  async save({ step, parameters, state, notes }: Snapshot): Promise<void> {
    const tensors = new Map<string, Tensor>()
    for (const [name, data] of parameters) tensors.set(`parameter ${name}`, { shape: [data.length], data })
    for (const [name, data] of state) tensors.set(`state ${name}`, { shape: [data.length], data })
    const bytes = writeSafetensors(tensors, { run: this.#run, step: String(step), notes: JSON.stringify(notes) })
    const temporary = `${this.#path}.${process.pid}.new`
    await mkdir(dirname(this.#path), { recursive: true })
    try {
      await using file = await open(temporary, 'w')
      await file.writeFile(bytes)
      await file.sync()
    } catch (cause) {
      await rm(temporary, { force: true })
      throw new Problem(`the checkpoint ${this.#path} can't be written: ${reason(cause)}`, {
        do: 'free some space or choose another data folder',
        cause,
      })
    }
    await rename(temporary, this.#path)
  }

  /** The newest snapshot of this run; undefined where there is none, or only a broken one, or another run's. */
  async load(): Promise<Snapshot | undefined> {
    try {
      const { tensors, metadata } = readSafetensors(await readFile(this.#path), this.#path)
      if (metadata.run !== this.#run) return undefined
      const named = (kind: string) =>
        new Map(
          [...tensors].flatMap(([name, { data }]) =>
            name.startsWith(`${kind} `) && data instanceof Float32Array ? [[name.slice(kind.length + 1), data]] : [],
          ),
        )
      return {
        step: Number(metadata.step),
        parameters: named('parameter'),
        state: named('state'),
        notes: JSON.parse(metadata.notes ?? 'null'),
      }
    } catch {
      return undefined
    }
  }

  /** The run is over. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true })
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
