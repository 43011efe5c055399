import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Corpus } from '../../features/corpus.ts'
import { Problem } from '../../taste/problem.ts'
import type { Engine } from '../../towers/engine.ts'
import type { ParameterValues } from '../../towers/inference.ts'
import type { FitProgress, TrailPoint } from '../model.ts'
import { Checkpoint } from './checkpoint.ts'
import type { NetworkConfiguration } from './configuration.ts'
import { fingerprint } from './fingerprint.ts'
import { prepare, type Start, Trainer } from './trainer.ts'

/** Milliseconds between two looks at the clock, at interruptions and at progress. */
const breath = 200
/** How often a member is validated. */
const validations = 4

export interface FitNetworkOptions {
  readonly configuration: NetworkConfiguration
  readonly seed: number
  readonly engine: Engine
  readonly progress?: ((progress: FitProgress) => void) | undefined
  /** Aborted to stop early: the best so far is the result. */
  readonly signal?: AbortSignal | undefined
  /** Scores parameters of one member on listeners that the run never sees; higher is better. */
  readonly validate?: ((start: Start, values: ParameterValues) => number) | undefined
  /** File that a run continues from after a kill. */
  readonly checkpoint?: string | undefined
  /** Milliseconds between two checkpoints. */
  readonly checkpointInterval?: number
}

export interface FittedNetwork extends Start {
  /** Parameters of each network of the ensemble. */
  readonly members: readonly ParameterValues[]
  /** SHA-256 of what was trained on. */
  readonly data: string
  readonly trail: readonly TrailPoint[]
  /** Steps behind `members`; fewer than planned where the run was stopped. */
  readonly steps: number
}

/**
 * Trains an ensemble on the rows of `training`. When stopped, the result is the members that were finished or, before there
 * is one, the best validated state of the first (the newest where nothing was validated).
 * @throws Problem when there is nothing to learn from, or when the loss stops being a number.
 */
export async function fitNetwork(training: Corpus, options: FitNetworkOptions): Promise<FittedNetwork> {
  const { configuration, seed, engine, progress, signal, checkpointInterval = 10_000 } = options
  progress?.({ step: 'describing listeners', done: 0 })
  const data = fingerprint(training)
  const start = prepare(training, configuration, seed)
  const trainer = new Trainer(engine, training, start, configuration, seed)
  if (trainer.steps === 0)
    throw new Problem(`none of the ${training.listeners.length} listeners has two artists`, {
      do: 'a network learns from the two halves of a listener: import more listening data',
    })

  const run = createHash('sha256')
    .update(JSON.stringify([data, configuration, seed]))
    .digest('hex')
  const checkpoint = options.checkpoint === undefined ? undefined : new Checkpoint(options.checkpoint, run)
  const snapshot = await checkpoint?.load()
  const { trail, epoch } = (snapshot?.notes ?? { trail: [], epoch: { ...noLosses } }) as Notes
  if (snapshot) trainer.restore(snapshot)
  let best: { readonly score: number; readonly members: readonly ParameterValues[]; readonly steps: number } | undefined
  const speed = new Speed()
  const validateEvery = Math.max(1, Math.ceil(trainer.stepsPerMember / validations))
  let saved = performance.now()
  let breathed = 0
  while (trainer.step < trainer.steps && !signal?.aborted) {
    const losses = trainer.advance()
    if (!Number.isFinite(losses.half + losses.item))
      throw new Problem(`the loss of step ${trainer.step} is not a number`, { do: 'lower the learning rate' })
    add(epoch, losses)
    speed.add(losses.listeners)
    const place = ((trainer.step - 1) % trainer.stepsPerMember) + 1
    const last = place === trainer.stepsPerMember
    if (place % trainer.stepsPerEpoch === 0 || last) {
      const validates = options.validate && (last || place % validateEvery < trainer.stepsPerEpoch)
      const values = validates ? trainer.newest() : undefined
      const validation = values && options.validate?.(start, values)
      const network = Math.ceil(trainer.step / trainer.stepsPerMember)
      trail.push({ step: trainer.step, network, ...taken(epoch), ...(validation === undefined ? {} : { validation }) })
      if (values && validation !== undefined && validation >= (best?.score ?? Number.NEGATIVE_INFINITY))
        best = { score: validation, members: [values], steps: trainer.step }
    }
    const now = performance.now()
    if (now - breathed < breath) continue
    breathed = now
    progress?.({
      step: stepName(trainer, place),
      done: trainer.step / trainer.steps,
      loss: losses.half + configuration.itemWeight * losses.item,
      examplesPerSecond: speed.perSecond(),
    })
    if (checkpoint && now - saved > checkpointInterval) {
      await checkpoint.save({ ...trainer.save(), notes: { trail, epoch } })
      saved = performance.now()
    }
    await setImmediate() // so that an interruption is heard
  }
  if (trainer.step === trainer.steps) await checkpoint?.remove()
  else await checkpoint?.save({ ...trainer.save(), notes: { trail, epoch } })
  const { finished: members } = trainer
  if (members.length > 0) return { ...start, members, steps: members.length * trainer.stepsPerMember, data, trail }
  return { ...start, ...(best ?? { members: [trainer.newest()], steps: trainer.step }), data, trail }
}

function stepName({ step, steps, stepsPerMember, stepsPerEpoch }: Trainer, place: number): string {
  const epoch = `epoch ${Math.ceil(place / stepsPerEpoch)} of ${Math.round(stepsPerMember / stepsPerEpoch)}`
  return steps === stepsPerMember
    ? epoch
    : `network ${Math.ceil(step / stepsPerMember)} of ${steps / stepsPerMember}, ${epoch}`
}

/** What a continued run must know besides the trainer's state. */
interface Notes {
  readonly trail: TrailPoint[]
  readonly epoch: LossSums
}

interface LossSums {
  half: number
  item: number
  steps: number
}

const noLosses: LossSums = { half: 0, item: 0, steps: 0 }

function add(sums: LossSums, { half, item }: { half: number; item: number }): void {
  sums.half += half
  sums.item += item
  sums.steps++
}

/** The means; the sums start again. */
function taken(sums: LossSums): { half: number; item: number } {
  const means = { half: sums.half / sums.steps, item: sums.item / sums.steps }
  Object.assign(sums, noLosses)
  return means
}

/** Listeners per second since the first step. */
class Speed {
  readonly #start = performance.now()
  #listeners = 0

  add(listeners: number): void {
    this.#listeners += listeners
  }

  perSecond(): number {
    return (this.#listeners / Math.max(1, performance.now() - this.#start)) * 1000
  }
}
