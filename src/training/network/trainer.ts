import type { Corpus } from '../../features/corpus.ts'
import type { Engine } from '../../towers/engine.ts'
import type { ParameterValues } from '../../towers/inference.ts'
import { adagradForTables } from '../../towers/optimisers/adagrad.ts'
import { adamw } from '../../towers/optimisers/adamw.ts'
import type { Optimiser, OptimiserState } from '../../towers/optimisers/optimiser.ts'
import { rateAt } from '../../towers/optimisers/schedule.ts'
import { createParameters, type Parameters } from '../../towers/parameters.ts'
import { random } from '../../towers/random.ts'
import { isFrozen, type TowerShape } from '../../towers/shape.ts'
import type { TowerInput } from '../../towers/tower-input.ts'
import { type Losses, type LossFunctions, lossAndGradients } from '../../towers/two-towers.ts'
import { indexVocabulary, type Vocabulary, type VocabularyIndex } from '../../towers/vocabulary.ts'
import { Batches } from './batches.ts'
import type { Snapshot } from './checkpoint.ts'
import type { NetworkConfiguration } from './configuration.ts'
import { type Cooccurrence, fitCooccurrence, noCooccurrence } from './cooccurrence.ts'
import { describeListeners } from './describe-listeners.ts'
import { fitVocabulary } from './fit-vocabulary.ts'
import { initialLayers, initialTables } from './initial-values.ts'
import { listenerKinds } from './listener-kind.ts'

/** What a run starts from, all of it fitted on the training listeners: sizes, vocabulary and first tables. */
export interface Start {
  readonly shape: TowerShape
  readonly vocabulary: VocabularyIndex
  /** Tables; the layers start differently in each member of the ensemble. */
  readonly tables: ParameterValues
}

export function prepare(training: Corpus, configuration: NetworkConfiguration, seed: number): Start {
  const cooccurrence = fitForeignCooccurrence(training, configuration, seed)
  const vocabulary = indexVocabulary(fitVocabulary(training, configuration, cooccurrence))
  const whole = [...describeListeners(training, vocabulary)][0]!
  const shape = shapeOf(vocabulary, whole, configuration)
  return { shape, vocabulary, tables: initialTables(whole, shape, cooccurrence, configuration, seed) }
}

/** Names the random stream that members' seeds come from. */
const memberStream = 0x3e3b

/**
 * A run: the members of an ensemble, one after the other in the same memory, each with its parameters, optimiser and
 * steps. Everything random is a function of the seed, the member and the step, so the same data, configuration and seed give
 * the same bits, also when the run was interrupted and continued in between.
 */
export class Trainer {
  /** Of all members together. */
  readonly steps: number
  readonly stepsPerMember: number
  readonly stepsPerEpoch: number
  /** Parameters of the members that are trained. */
  readonly finished: ParameterValues[] = []
  readonly #engine: Engine
  readonly #training: Corpus
  readonly #start: Start
  readonly #configuration: NetworkConfiguration
  readonly #seed: number
  readonly #losses: LossFunctions | undefined
  readonly #optimiser: Optimiser
  readonly #parameters: Parameters
  readonly #state: OptimiserState
  #step = 0
  #memberSeed = 0
  #batches: Batches

  /** @param losses those of docs/model.md by default */
  constructor(
    engine: Engine,
    training: Corpus,
    start: Start,
    configuration: NetworkConfiguration,
    seed: number,
    losses?: LossFunctions,
  ) {
    this.#losses = losses
    this.#engine = engine
    this.#training = training
    this.#start = start
    this.#configuration = configuration
    this.#seed = seed
    this.#batches = this.#seedMember()
    this.stepsPerMember = this.#batches.steps
    this.steps = configuration.members * this.stepsPerMember
    this.stepsPerEpoch = this.#batches.stepsPerEpoch
    this.#optimiser = optimiserOf(configuration)
    this.#parameters = createParameters(engine, start.shape, this.#firstValues())
    this.#state = this.#optimiser.init(engine, this.#parameters)
  }

  /** Steps done, of all members together. */
  get step(): number {
    return this.#step
  }

  /** One update. Returns the batch's losses and how many listeners it had. */
  advance(): Losses & { readonly listeners: number } {
    const step = (this.#step % this.stepsPerMember) + 1
    const losses = this.#update(step)
    this.#step++
    if (step === this.stepsPerMember) this.#nextMember()
    return losses
  }

  /** The parameters of the member that was trained last. */
  newest(): ParameterValues {
    const atEnd = this.#step > 0 && this.#step % this.stepsPerMember === 0
    return atEnd ? this.finished.at(-1)! : this.#values()
  }

  #update(step: number): Losses & { readonly listeners: number } {
    const { halfTau, itemTau, itemWeight, dropout, optimiser } = this.#configuration
    const batch = this.#batches.at(step)
    if (batch.listeners === 0) return { half: 0, item: 0, listeners: 0 }
    const rates = [dropout.views, dropout.hidden]
    const seed = this.#memberSeed
    return this.#engine.scope(() => {
      const { losses, gradients } = lossAndGradients(this.#engine, this.#start.shape, this.#parameters, batch, {
        halfTau: halfTau[batch.task],
        itemTau,
        itemWeight,
        losses: this.#losses,
        dropout: (stream) => (rates[stream] ? { rate: rates[stream], seed, step, stream } : undefined),
      })
      const steps = this.stepsPerMember
      const warmUp = Math.min(optimiser.warmUp * this.stepsPerEpoch, steps / 4)
      const rate = rateAt({ ...optimiser, warmUp, steps }, step)
      this.#optimiser.update(this.#engine, this.#parameters, gradients, this.#state, { step, rate })
      return { ...losses, listeners: batch.listeners }
    })
  }

  #nextMember(): void {
    this.finished.push(this.#values())
    if (this.#step === this.steps) return
    this.#batches = this.#seedMember()
    const values = this.#firstValues()
    for (const [name, matrix] of this.#parameters) matrix.data.fill(0).set(values.get(name) ?? [])
    for (const matrix of this.#state.values()) matrix.data.fill(0)
  }

  /** Seeds the member that comes next, and draws its batches. */
  #seedMember(): Batches {
    const member = this.finished.length
    this.#memberSeed = member === 0 ? this.#seed : random(this.#seed, memberStream, member).below(2 ** 32)
    return new Batches(this.#training, this.#start.vocabulary, this.#configuration, this.#memberSeed)
  }

  #values(): ParameterValues {
    const now = copied(this.#parameters)
    return this.#withFrozen((name) => now.get(name)!)
  }

  /** Values of all parameters, of which what is frozen is in memory once for all members. */
  #withFrozen(moving: (name: string) => Float32Array): ParameterValues {
    const names = [...this.#parameters.keys()]
    return new Map(names.map((name) => [name, isFrozen(name) ? this.#start.tables.get(name)! : moving(name)]))
  }

  #firstValues(): ParameterValues {
    return new Map([...this.#start.tables, ...initialLayers(this.#start.shape, this.#memberSeed)])
  }

  /** Everything that the next step depends on besides data, configuration and seed. */
  save(): Omit<Snapshot, 'notes'> {
    const parameters = new Map(copied(this.#parameters))
    for (const [member, values] of this.finished.entries())
      for (const [name, value] of values) if (!isFrozen(name)) parameters.set(`${member}.${name}`, value)
    return { step: this.#step, parameters, state: copied(this.#state) }
  }

  /** Continues where `save` was called. */
  restore(saved: Pick<Snapshot, 'step' | 'parameters' | 'state'>): void {
    const members = Math.floor(saved.step / this.stepsPerMember)
    for (let member = 0; member < members; member++)
      this.finished.push(this.#withFrozen((name) => saved.parameters.get(`${member}.${name}`)!))
    this.#batches = this.#seedMember()
    for (const [name, matrix] of this.#parameters) if (!isFrozen(name)) matrix.data.set(saved.parameters.get(name)!)
    for (const [name, matrix] of this.#state) matrix.data.set(saved.state.get(name)!)
    this.#step = saved.step
  }
}

function optimiserOf({ optimiser }: NetworkConfiguration): Optimiser {
  const exact = adamw({ ...optimiser, otherRows: 'decay' })
  return optimiser.tables === 'adamw' ? exact : adagradForTables(exact, optimiser)
}

function copied(matrices: Parameters): Map<string, Float32Array> {
  return new Map(
    [...matrices].map(([name, { rows, columns, data }]) => [name, Float32Array.from(data.subarray(0, rows * columns))]),
  )
}

function shapeOf(vocabulary: Vocabulary, whole: TowerInput, { columns }: NetworkConfiguration): TowerShape {
  const sizes = {
    id: vocabulary.artists.length,
    genre: vocabulary.genres.length,
    tag: vocabulary.tags.length,
    cooccurrence: vocabulary.cooccurringArtists.length,
    track: vocabulary.tracks.length,
  }
  const tables = Object.entries(sizes).flatMap(([view, rows]) =>
    rows > 0 && columns[view as keyof typeof sizes] > 0 ? [[view, [rows, columns[view as keyof typeof sizes]]]] : [],
  )
  return {
    tables: Object.fromEntries(tables),
    audio: whole.hasAudio.some((has) => has > 0) ? columns.audio : 0,
    hidden: columns.hidden,
    output: columns.output,
  }
}

/**
 * What stands together in the lists of listeners whose tracks are known describes the others, of whom only artists are
 * known: it is knowledge from elsewhere to them. To its own lists it would be knowledge of themselves.
 */
function fitForeignCooccurrence(training: Corpus, configuration: NetworkConfiguration, seed: number): Cooccurrence {
  const kinds = listenerKinds(training)
  const lists = [...kinds.keys()].filter((row) => kinds[row] === 'tracks')
  if (lists.length === 0 || lists.length === kinds.length) return noCooccurrence
  return fitCooccurrence(training, lists, {
    dimensions: configuration.columns.cooccurrence,
    leastListeners: configuration.leastListeners.cooccurrence,
    seed,
  })
}
