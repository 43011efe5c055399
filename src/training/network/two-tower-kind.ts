import { hash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import type { Corpus } from '../../features/corpus.ts'
import { PairScore } from '../../matching/pair-score.ts'
import type { ModelFiles } from '../../store/model-registry.ts'
import { createWasmEngine } from '../../towers/engine/wasm.ts'
import type { FitOptions, FittedModel, ModelKind, TrailPoint } from '../model.ts'
import { sampleConfiguration, shortened } from '../tuning/search-space.ts'
import { type NetworkConfiguration, networkPresets } from './configuration.ts'
import { fitNetwork } from './fit.ts'
import { kind, readNetwork, type SavedNetwork, writeNetwork } from './model-file.ts'
import { projectionOf } from './projection.ts'
import { Towers } from './towers.ts'

/** How much the network counts against shared artists in the pair score (docs/model.md). */
const embeddingWeight = 3

/** The two-tower network, and the pair score on top of it (docs/model.md). */
export const twoTowerKind: ModelKind = {
  kind,
  refit: true,
  fit: (training, options) => fitTwoTower(training, options),
  trial(number, { seed, preset }) {
    const configuration = sampleConfiguration(networkPresets[preset], seed, number)
    return {
      configuration,
      fit: (training, options, share) => fitTwoTower(training, options, shortened(configuration, share)),
    }
  },
  async open(files) {
    return new FittedTwoTower(readNetwork(files))
  },
}

/**
 * Fits with any configuration.
 * @param threads the model is the same, bit for bit, for any number of them
 */
export async function fitTwoTower(
  training: Corpus,
  { preset, marks = [], validate, ...options }: FitOptions,
  configuration: NetworkConfiguration = networkPresets[preset],
  threads: number = Math.min(4, availableParallelism()),
): Promise<FittedTwoTower> {
  const { itemTau, columns } = configuration
  const engine = await createWasmEngine({ threads })
  try {
    const { shape, vocabulary, members, data, steps, trail } = await fitNetwork(training, {
      ...options,
      configuration,
      engine,
      validate: validate && ((start, values) => validate(new Towers({ ...start, members: [values], itemTau }))),
    })
    options.progress?.({ step: 'comparing listeners', done: 1 })
    const start = { shape, vocabulary, members }
    const projection = projectionOf(training, { ...start, itemTau }, columns)
    const { listeners, artists: keys, artistFrequencies: frequencies } = vocabulary
    const statistics = { listeners, keys, frequencies }
    const { parameters: pair } = PairScore.fit(training, statistics, new Towers({ ...start, projection, itemTau }), {
      seed: options.seed,
      embeddingWeight,
    })
    const made = { seed: options.seed, preset, ...configuration }
    return new FittedTwoTower({ ...start, projection, itemTau, pair, configuration: made, data, steps, trail, marks })
  } finally {
    engine.close()
  }
}

/** A trained network. */
export class FittedTwoTower implements FittedModel {
  readonly kind = kind
  readonly configuration: unknown
  readonly pair: PairScore
  readonly network: SavedNetwork
  /** Also for items. */
  readonly towers: Towers
  #files: ModelFiles | undefined

  constructor(network: SavedNetwork) {
    this.network = network
    this.configuration = network.configuration
    this.towers = new Towers(network)
    const { listeners, artists: keys, artistFrequencies: frequencies } = network.vocabulary
    this.pair = new PairScore({ ...network.pair, statistics: { listeners, keys, frequencies } }, this.towers)
  }

  get dimensions(): number {
    return this.towers.dimensions
  }

  get hash(): string {
    return hash('sha256', Buffer.concat([...this.save().values()]), 'hex')
  }

  get trail(): readonly TrailPoint[] {
    return this.network.trail
  }

  embed(corpus: Corpus): Float32Array {
    return this.towers.embed(corpus)
  }

  /** Both towers as an ONNX file; its inputs are rows of this model's vocabulary. */
  async toOnnx(): Promise<Uint8Array> {
    const { exportOnnx } = await import('../../towers/onnx/export.ts')
    const { shape, members, projection } = this.network
    return exportOnnx(shape, members, projection)
  }

  save(): ModelFiles {
    this.#files ??= writeNetwork(this.network)
    return this.#files
  }
}
