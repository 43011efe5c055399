import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Problem } from '../../src/taste/problem.ts'
import type { AdamwOptions } from '../../src/towers/optimisers/adamw.ts'
import { type Tensor, writeSafetensors } from '../../src/towers/safetensors.ts'
import { parameterShapes } from '../../src/towers/shape.ts'
import { bagViews } from '../../src/towers/tower-input.ts'
import type { Workload } from '../workload.ts'

/** A way to write the step in PyTorch; which one is fastest differs between machines. */
export interface Variant {
  /** How tables are summed over bags. */
  readonly bags: 'embedding_bag' | 'csr'
  readonly adamw: 'fused' | 'foreach'
  readonly compile: boolean
}

export interface Settings extends Omit<AdamwOptions, 'tableRate' | 'otherRows'> {
  readonly rate: number
  readonly halfTau: number
  readonly itemTau: number
  readonly itemWeight: number
  readonly dropoutViews: number
  readonly dropoutHidden: number
}

export interface Steps {
  readonly losses: readonly number[]
  readonly seconds: readonly number[]
}

/** A PyTorch process that holds the same workload and runs steps of it when asked. */
export class PyTorch {
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #file: string
  version = ''

  private constructor(python: string, file: string, threads: number) {
    const script = fileURLToPath(new URL('./pytorch_step.py', import.meta.url))
    this.#file = file
    this.#process = spawn(python, [script, file, String(threads)], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]()
  }

  static async start(python: string, threads: number, workload: Workload, settings: Settings): Promise<PyTorch> {
    const file = join(tmpdir(), `consonance-bench-${process.pid}.safetensors`)
    await writeFile(file, saved(workload, settings))
    const started = new PyTorch(python, file, threads)
    try {
      await once(started.#process, 'spawn')
      started.version = String((await started.#answer()).torch)
    } catch (cause) {
      await started.close()
      if (cause instanceof Problem) throw cause
      throw new Problem(`bench: "${python}" cannot be run`, { do: 'give a Python that has PyTorch by --python', cause })
    }
    return started
  }

  async run(variant: Variant, steps: number, options: { reset: boolean; dropout: boolean }): Promise<Steps> {
    this.#process.stdin!.write(`${JSON.stringify({ variant, steps, ...options })}\n`)
    return (await this.#answer()) as unknown as Steps
  }

  async close(): Promise<void> {
    this.#process.stdin!.end()
    await rm(this.#file, { force: true })
  }

  async #answer(): Promise<Record<string, unknown>> {
    const { value, done } = await this.#lines.next()
    if (done) throw new Problem('bench: the PyTorch process ended', { do: 'bench/README.md says how to install it' })
    return JSON.parse(value) as Record<string, unknown>
  }
}

function saved({ shape, values, batches }: Workload, settings: Settings): Uint8Array {
  const tensors = new Map<string, Tensor>()
  for (const [name, [rows, columns]] of parameterShapes(shape)) {
    const data = values.get(name) ?? new Float32Array(rows * columns)
    tensors.set(name, { shape: [rows, columns], data })
  }
  const views = bagViews.filter((view) => shape.tables[view])
  const vector = (data: Float32Array | Uint32Array): Tensor => ({ shape: [data.length], data })
  for (const [i, { listeners, input, masks, items }] of batches.entries()) {
    const add = (name: string, tensor: Tensor) => tensors.set(`batch${i}.${name}`, tensor)
    for (const view of views) {
      const { offsets, indices, weights } = input.bags[view]
      add(`${view}.offsets`, vector(offsets))
      add(`${view}.indices`, vector(indices))
      add(`${view}.weights`, vector(Float32Array.from(weights)))
    }
    for (const [view, mask] of masks) add(`${view}.mask`, vector(mask))
    add('audio', { shape: [input.rows, 20], data: input.audio })
    add('hasAudio', vector(input.hasAudio))
    const { targets, owned, logQ } = items
    add('targets', { shape: [listeners, targets.indices.length / listeners], data: targets.indices })
    add('owned', { shape: [listeners, owned.length / listeners], data: Uint32Array.from(owned) })
    add('logQ', vector(logQ))
  }
  const metadata = { ...settings, listeners: batches[0]!.listeners, batches: batches.length, bagViews: views }
  return writeSafetensors(tensors, { settings: JSON.stringify(metadata) })
}
