import type { Corpus } from '../../features/corpus.ts'
import type { Engine } from '../../towers/engine.ts'
import type { ParameterValues } from '../../towers/inference.ts'
import { adagradForTables } from '../../towers/optimisers/adagrad.ts'
import { adamw } from '../../towers/optimisers/adamw.ts'
import type { Optimiser, OptimiserState } from '../../towers/optimisers/optimiser.ts'
import { rateAt } from '../../towers/optimisers/schedule.ts'
import { createParameters, type Parameters } from '../../towers/parameters.ts'
import { isFrozen, type TowerShape } from '../../towers/shape.ts'
import type { TowerInput } from '../../towers/tower-input.ts'
import { type Losses, lossAndGradients } from '../../towers/two-towers.ts'
import { indexVocabulary, type Vocabulary, type VocabularyIndex } from '../../towers/vocabulary.ts'
import { Batches } from './batches.ts'
import type { Snapshot } from './checkpoint.ts'
import type { NetworkConfiguration } from './configuration.ts'
import { type Cooccurrence, fitCooccurrence, noCooccurrence } from './cooccurrence.ts'
import { describeListeners } from './describe-listeners.ts'
import { fitVocabulary } from './fit-vocabulary.ts'
import { initialValues } from './initial-values.ts'
import { listenerKinds } from './listener-kind.ts'

/** What a run starts from, all of it fitted on the training listeners: sizes, vocabulary and first parameters. */
export interface Start {
  readonly shape: TowerShape
  readonly vocabulary: VocabularyIndex
  readonly values: ParameterValues
}

export function prepare(training: Corpus, configuration: NetworkConfiguration, seed: number): Start {
  const cooccurrence = fitForeignCooccurrence(training, configuration, seed)
  const vocabulary = indexVocabulary(fitVocabulary(training, configuration, cooccurrence))
  const whole = [...describeListeners(training, vocabulary)][0]!
  const shape = shapeOf(vocabulary, whole, configuration)
  return { shape, vocabulary, values: initialValues(whole, shape, cooccurrence, configuration, seed) }
}

/**
 * A run: parameters, optimiser and step. Everything random is a function of the seed and the step, so the same data,
 * configuration and seed give the same bits, also when the run was interrupted and continued in between.
 */
export class Trainer {
  readonly steps: number
  readonly stepsPerEpoch: number
  readonly #engine: Engine
  readonly #start: Start
  readonly #configuration: NetworkConfiguration
  readonly #seed: number
  readonly #batches: Batches
  readonly #optimiser: Optimiser
  readonly #parameters: Parameters
  readonly #state: OptimiserState
  #step = 0

  constructor(engine: Engine, training: Corpus, start: Start, configuration: NetworkConfiguration, seed: number) {
    this.#engine = engine
    this.#start = start
    this.#configuration = configuration
    this.#seed = seed
    this.#batches = new Batches(training, start.vocabulary, configuration, seed)
    this.steps = this.#batches.steps
    this.stepsPerEpoch = this.#batches.stepsPerEpoch
    this.#optimiser = optimiserOf(configuration)
    this.#parameters = createParameters(engine, start.shape, start.values)
    this.#state = this.#optimiser.init(engine, this.#parameters)
  }

  /** Steps done. */
  get step(): number {
    return this.#step
  }

  /** One update. Returns the batch's losses and how many listeners it had. */
  advance(): Losses & { readonly listeners: number } {
    const { halfTau, itemTau, itemWeight, dropout, optimiser } = this.#configuration
    const step = ++this.#step
    const batch = this.#batches.at(step)
    if (batch.listeners === 0) return { half: 0, item: 0, listeners: 0 }
    const rates = [dropout.views, dropout.hidden]
    const seed = this.#seed
    return this.#engine.scope(() => {
      const { losses, gradients } = lossAndGradients(this.#engine, this.#start.shape, this.#parameters, batch, {
        halfTau: halfTau[batch.task],
        itemTau,
        itemWeight,
        dropout: (stream) => (rates[stream] ? { rate: rates[stream], seed, step, stream } : undefined),
      })
      const warmUp = Math.min(optimiser.warmUp * this.stepsPerEpoch, this.steps / 4)
      const rate = rateAt({ ...optimiser, warmUp, steps: this.steps }, step)
      this.#optimiser.update(this.#engine, this.#parameters, gradients, this.#state, { step, rate })
      return { ...losses, listeners: batch.listeners }
    })
  }

  /** The parameters as they are now. */
  values(): ParameterValues {
    return copied(this.#parameters)
  }

  /** Everything that the next step depends on besides data, configuration and seed. */
  save(): Omit<Snapshot, 'notes'> {
    return { step: this.#step, parameters: copied(this.#parameters), state: copied(this.#state) }
  }

  /** Continues where `save` was called. */
  restore(saved: Pick<Snapshot, 'step' | 'parameters' | 'state'>): void {
    for (const [name, matrix] of this.#parameters) if (!isFrozen(name)) matrix.data.set(saved.parameters.get(name)!)
    for (const [name, matrix] of this.#state) matrix.data.set(saved.state.get(name)!)
    this.#step = saved.step
  }
}

function optimiserOf({ optimiser }: NetworkConfiguration): Optimiser {
  const exact = adamw({ ...optimiser, otherRows: 'decay' })
  return optimiser.tables === 'adamw' ? exact : adagradForTables(exact, optimiser)
}

function copied(matrices: Parameters): ParameterValues {
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
    rows > 0 ? [[view, [rows, columns[view as keyof typeof sizes]]]] : [],
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
