import { createWasmEngine } from '../src/towers/engine/wasm.ts'
import type { Engine, Matrix } from '../src/towers/engine.ts'
import { gaussian, random } from '../src/towers/random.ts'
import { median, quantile } from './statistics.ts'
import { createWorkload } from './workload.ts'

export interface KernelOptions {
  readonly threads: number
  readonly rounds: number
}

/** A kernel at the shapes of the shipped step, and what one call moves or computes. */
interface Kernel {
  readonly name: string
  /** Operations, or for kernels that are bound by memory, bytes read and written. */
  readonly work: number
  readonly unit: 'FLOP' | 'B'
  readonly call: () => void
}

const draws = random(7)

/** Time and rate of each kernel at the shapes of the shipped step, on 1 and on `threads` threads, in turns. Prints a table. */
export async function benchKernels({ threads, rounds }: KernelOptions): Promise<void> {
  const engines = await Promise.all([...new Set([1, threads])].map((count) => createWasmEngine({ threads: count })))
  const kernels = engines.map((engine) => kernelsOf(engine))
  console.log(`median of ${rounds} calls (fastest), on ${[...new Set([1, threads])].join(' and ')} threads`)
  for (const [i, { name, work, unit }] of kernels[0]!.entries()) {
    for (const own of kernels) warmUp(own[i]!.call)
    const times = kernels.map((): number[] => [])
    for (let round = 0; round < rounds; round++) {
      for (const [e, own] of kernels.entries()) {
        const start = performance.now()
        own[i]!.call()
        times[e]!.push(performance.now() - start)
      }
    }
    const columns = times.map((own) => {
      const [middle, best] = [median(own), quantile(own, 0)]
      const rate = (milliseconds: number) => (work / milliseconds / 1e6).toFixed(1).padStart(5)
      return `${middle.toFixed(3).padStart(8)} ms ${rate(middle)} (${rate(best)}) G${unit}/s`
    })
    console.log(`${name.padEnd(44)} ${columns.join('   ')}`)
  }
  for (const engine of engines) engine.close()
}

/** Until the optimising compiler has had its time. */
function warmUp(call: () => void): void {
  const end = performance.now() + 100
  while (performance.now() < end) call()
}

function kernelsOf(engine: Engine): Kernel[] {
  const [R, M, D, k, d] = [512, 900, 336, 256, 128]
  const wild = (rows: number, columns: number): Matrix => {
    const matrix = engine.matrix(rows, columns)
    matrix.data.set(gaussian(rows * columns, draws))
    return matrix
  }
  const product = (form: 'nn' | 'nt' | 'tn', m: number, n: number, depth: number): Kernel => {
    const a = form === 'tn' ? wild(depth, m) : wild(m, depth)
    const b = form === 'nt' ? wild(n, depth) : wild(depth, n)
    const out = engine.matrix(m, n)
    const name = `product ${form} [${m}, ${n}] of ${depth} terms`
    return { name, work: 2 * m * n * depth, unit: 'FLOP', call: () => engine.product(form, a, b, out) }
  }

  const { shape, batches } = createWorkload(1, 1)
  const [artists, columns] = shape.tables.id!
  const given = batches[0]!.input.bags.id
  const bags = engine.bags(given.rows, given.indices.length)
  bags.offsets.set(given.offsets)
  bags.indices.set(given.indices)
  bags.weights.set(given.weights)
  const entries = given.indices.length
  const table = wild(artists, columns)
  const touched = engine.transpose(bags, artists)
  const gradient = engine.matrix(touched.rows.length, columns)
  const gathered = engine.matrix(bags.rows, columns)
  const x = wild(R + M, D)
  const [y, norms, bias] = [engine.matrix(R + M, D), engine.matrix(R + M, 1), wild(1, D)]
  const dropout = { rate: 0.1, seed: 1, step: 1, stream: 1 }
  const elements = 4 * x.rows * x.columns
  const [pairs, losses] = [engine.matrix(256, 256), engine.matrix(256, 1)]
  const logits = engine.matrix(256, M)
  const targets = engine.bags(256, 1024)
  for (let r = 0; r <= 256; r++) targets.offsets[r] = 4 * r
  for (const e of targets.indices.keys()) targets.indices[e] = draws.below(M)
  targets.weights.fill(1)
  const [excluded, offsets] = [engine.bytes(256 * M), wild(1, M)]
  const moments = { first: engine.matrix(artists, columns), second: engine.matrix(artists, columns) }
  const settings = { rate: 1e-3, beta1: 0.9, beta2: 0.98, epsilon: 1e-8, decay: 1e-4, step: 1 }
  const accumulators = engine.matrix(artists, 1)
  const width = 4 * columns
  const parameters = artists * width

  const kernel = (name: string, bytes: number, call: () => void): Kernel => ({ name, work: bytes, unit: 'B', call })
  return [
    product('nn', R, k, D),
    product('nn', R, d, D),
    product('nn', M, d, D),
    product('nt', R, D, k),
    product('nt', 256, M, d),
    product('tn', D, k, R),
    product('tn', D, d, M),
    kernel(`gather ${entries} rows of ${columns}`, entries * width, () => engine.gather(table, bags, gathered)),
    kernel(`gradient of it, ${touched.rows.length} rows`, (entries + touched.rows.length) * width, () =>
      engine.gather(gathered, touched.bags, gradient),
    ),
    kernel(`transpose ${entries} entries`, 12 * entries, () => engine.scope(() => engine.transpose(bags, artists))),
    kernel(`gelu [${x.rows}, ${D}]`, 2 * elements, () => engine.gelu(x, bias, y, dropout)),
    kernel(`geluGradient [${x.rows}, ${D}]`, 3 * elements, () => engine.geluGradient(x, bias, y, y, dropout)),
    kernel(`dropout [${x.rows}, ${D}]`, 2 * elements, () => engine.dropout(x, y, dropout)),
    kernel(`normalise [${x.rows}, ${D}]`, 2 * elements, () => engine.normalise(x, norms, y)),
    kernel(`normaliseGradient [${x.rows}, ${D}]`, 3 * elements, () => engine.normaliseGradient(x, norms, y, y)),
    kernel(`crossEntropy [256, ${M}]`, 8 * 256 * M, () =>
      engine.crossEntropy(logits, targets, losses, { scale: 10, offsets, excluded }),
    ),
    kernel('matchingLoss [256, 256]', 8 * 256 * 256, () =>
      engine.matchingLoss(pairs, losses, { scale: 8, weight: 1 / 256 }),
    ),
    kernel(`adamw ${touched.rows.length} touched of ${artists} rows`, 6 * parameters, () =>
      engine.adamw(table, gradient, moments, settings, { rows: touched.rows, others: 'decay' }),
    ),
    kernel(`adamw ${touched.rows.length} rows`, 7 * touched.rows.length * width, () =>
      engine.adamw(table, gradient, moments, settings, { rows: touched.rows, others: 'keep' }),
    ),
    kernel(`adagrad ${touched.rows.length} rows`, 3 * touched.rows.length * width, () =>
      engine.adagrad(table, gradient, accumulators, touched.rows, { rate: 0.1, epsilon: 1e-8 }),
    ),
    kernel(`columnSums [${x.rows}, ${D}]`, elements, () => engine.columnSums(x, bias)),
    kernel(`squaredNorm [${x.rows}, ${D}]`, elements, () => void engine.squaredNorm(x)),
  ]
}
