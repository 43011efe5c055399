import { Problem } from '../src/taste/problem.ts'
import { createWasmEngine } from '../src/towers/engine/wasm.ts'
import type { Engine } from '../src/towers/engine.ts'
import { adamw } from '../src/towers/optimisers/adamw.ts'
import type { OptimiserState } from '../src/towers/optimisers/optimiser.ts'
import { createParameters, type Parameters } from '../src/towers/parameters.ts'
import { lossAndGradients } from '../src/towers/two-towers.ts'
import { networkPresets } from '../src/training/network/configuration.ts'
import { PyTorch, type Settings, type Steps, type Variant } from './peers/pytorch.ts'
import { median, quantile } from './statistics.ts'
import { Clock } from './timed-engine.ts'
import { createWorkload, type Workload } from './workload.ts'

export interface TrainOptions {
  readonly threads: number
  readonly rounds: number
  readonly steps: number
  /** A Python that has PyTorch; without one only our own step is measured. */
  readonly python?: string | undefined
  /** The PyTorch variants to choose the fastest of, by name; all by default. */
  readonly variants?: readonly string[] | undefined
}

const { optimiser: recipe, dropout, halfTau, itemTau, itemWeight } = networkPresets.standard
const { rate, beta1, beta2, epsilon, decay } = recipe
const settings: Settings = {
  rate,
  beta1,
  beta2,
  epsilon,
  decay,
  halfTau: halfTau.artists,
  itemTau,
  itemWeight,
  dropoutViews: dropout.views,
  dropoutHidden: dropout.hidden,
}

/** Steps whose losses must agree with PyTorch, and how closely. */
const comparedSteps = 100
const tolerance = 1e-4

const known = new Map<string, Variant>(
  (['embedding_bag', 'csr'] as const).flatMap((bags) =>
    (['fused', 'foreach'] as const).flatMap((kind) =>
      [false, true].map((compile): [string, Variant] => [
        [bags, kind, ...(compile ? ['compiled'] : [])].join('+'),
        { bags, adamw: kind, compile },
      ]),
    ),
  ),
)
const variantNames = [...known.keys()]

/**
 * The shipped training step, batches prepared beforehand: examples per second, beside PyTorch's in turns, and where our time
 * goes. Prints lines; throws when the losses differ.
 */
export async function benchTrain({
  threads,
  rounds,
  steps,
  python,
  variants = variantNames,
}: TrainOptions): Promise<void> {
  const workload = createWorkload(1, 10)
  const engine = await createWasmEngine({ threads })
  const twin = python ? await PyTorch.start(python, threads, workload, settings) : undefined
  try {
    if (twin) await compareLosses(engine, twin, workload)
    const variant = twin && (await fastestOf(twin, variants))
    const ours = new Run(engine, workload)
    ours.steps(20, true)
    const milliseconds: { ours: number; theirs: number }[] = []
    for (let round = 0; round < rounds; round++) {
      const own = 1000 * median(ours.steps(steps, true).seconds)
      const their = variant && (await twin.run(variant, steps, { reset: round === 0, dropout: true }))
      milliseconds.push({ ours: own, theirs: their ? 1000 * median(their.seconds) : Number.NaN })
    }
    report(milliseconds, workload.batches[0]!.listeners, threads, twin?.version)
    reportKernels(engine, workload, steps)
  } finally {
    engine.close()
    await twin?.close()
  }
}

/** Our side of a comparison: parameters and optimiser from the workload's start. */
class Run {
  readonly #engine: Engine
  readonly #workload: Workload
  readonly #parameters: Parameters
  readonly #state: OptimiserState
  readonly #optimiser = adamw({ beta1, beta2, epsilon, decay, tableRate: 1, otherRows: 'decay' })
  #step = 0

  constructor(engine: Engine, workload: Workload) {
    this.#engine = engine
    this.#workload = workload
    this.#parameters = createParameters(engine, workload.shape, workload.values)
    this.#state = this.#optimiser.init(engine, this.#parameters)
  }

  steps(count: number, withDropout: boolean): Steps {
    const losses: number[] = []
    const seconds: number[] = []
    for (let i = 0; i < count; i++) {
      const start = performance.now()
      losses.push(this.#advance(withDropout))
      seconds.push((performance.now() - start) / 1000)
    }
    return { losses, seconds }
  }

  #advance(withDropout: boolean): number {
    const { shape, batches } = this.#workload
    const step = ++this.#step
    const rates = withDropout ? [dropout.views, dropout.hidden] : []
    return this.#engine.scope(() => {
      const batch = batches[(step - 1) % batches.length]!
      const { losses, gradients } = lossAndGradients(this.#engine, shape, this.#parameters, batch, {
        ...settings,
        dropout: (stream) => (rates[stream] ? { rate: rates[stream], seed: 1, step, stream } : undefined),
      })
      this.#optimiser.update(this.#engine, this.#parameters, gradients, this.#state, { step, rate })
      return losses.half + itemWeight * losses.item
    })
  }
}

/** The losses of the first steps on both sides, without dropout. */
async function compareLosses(engine: Engine, twin: PyTorch, workload: Workload): Promise<void> {
  const own = engine.scope(() => new Run(engine, workload).steps(comparedSteps, false).losses)
  const variant = known.get('embedding_bag+fused')!
  const their = (await twin.run(variant, comparedSteps, { reset: true, dropout: false })).losses
  const worst = Math.max(...own.map((loss, i) => Math.abs(loss - their[i]!)))
  console.log(`losses of ${comparedSteps} steps: from ${own[0]!.toFixed(4)} to ${own.at(-1)!.toFixed(4)}`)
  console.log(`  largest difference from PyTorch ${worst.toExponential(1)}, allowed ${tolerance.toExponential(0)}`)
  if (!(worst <= tolerance)) throw new Problem('bench: the losses differ from those of PyTorch')
}

async function fastestOf(twin: PyTorch, names: readonly string[]): Promise<Variant> {
  const tried: { variant: Variant; milliseconds: number }[] = []
  for (const name of names) {
    const variant = known.get(name)
    if (!variant)
      throw new Problem(`bench: no PyTorch variant "${name}"`, { do: `there are ${variantNames.join(', ')}` })
    await twin.run(variant, 10, { reset: true, dropout: true })
    const milliseconds = 1000 * median((await twin.run(variant, 20, { reset: false, dropout: true })).seconds)
    console.log(`PyTorch ${name}: ${milliseconds.toFixed(1)} ms a step`)
    tried.push({ variant, milliseconds })
  }
  return tried.sort((a, b) => a.milliseconds - b.milliseconds)[0]!.variant
}

function report(
  rounds: readonly { ours: number; theirs: number }[],
  examples: number,
  threads: number,
  version: string | undefined,
): void {
  const line = (name: string, values: readonly number[]) => {
    const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => quantile(values, q)) as [number, number, number]
    const rate = Math.round((1000 * examples) / middle)
    console.log(
      `${name}: ${middle.toFixed(2)} ms a step (quartiles ${low.toFixed(2)} to ${high.toFixed(2)}), ${rate} examples/s`,
    )
  }
  console.log(`${rounds.length} rounds in turns, ${threads} threads, batch ${examples}`)
  line(
    'consonance',
    rounds.map(({ ours }) => ours),
  )
  if (!version) return
  line(
    `PyTorch ${version}`,
    rounds.map(({ theirs }) => theirs),
  )
  const ratios = rounds.map(({ ours, theirs }) => theirs / ours)
  const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => quantile(ratios, q).toFixed(2))
  console.log(`speed against PyTorch: ${middle}x (quartiles ${low} to ${high})`)
}

function reportKernels(engine: Engine, workload: Workload, steps: number): void {
  const clock = new Clock()
  const { seconds } = engine.scope(() => {
    const run = new Run(clock.around(engine), workload)
    run.steps(10, true)
    clock.seconds.clear()
    clock.calls.clear()
    clock.flops = 0
    return run.steps(steps, true)
  })
  const total = seconds.reduce((sum, value) => sum + value, 0)
  const inProducts = [...clock.seconds].reduce(
    (sum, [name, value]) => sum + (name.startsWith('product') ? value : 0),
    0,
  )
  console.log(
    `our step by operation (${(clock.flops / steps / 1e9).toFixed(2)} GFLOP in products, at ${(clock.flops / inProducts / 1e9).toFixed(0)} GFLOP/s)`,
  )
  const rows = [...clock.seconds].sort(([, a], [, b]) => b - a)
  const rest = total - rows.reduce((sum, [, value]) => sum + value, 0)
  for (const [name, value] of [...rows, ['outside the engine', rest] as const]) {
    const calls = clock.calls.get(name)
    const milliseconds = ((1000 * value) / steps).toFixed(2)
    console.log(
      `  ${name.padEnd(20)} ${milliseconds.padStart(6)} ms ${((100 * value) / total).toFixed(0).padStart(3)} %${calls ? `  ${calls / steps} calls` : ''}`,
    )
  }
}
