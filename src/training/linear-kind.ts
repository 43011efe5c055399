import { hash } from 'node:crypto'
import { z } from 'zod'
import type { Corpus } from '../features/corpus.ts'
import { LinearModel } from '../features/linear-model.ts'
import { PairScore } from '../matching/pair-score.ts'
import type { ModelFiles } from '../store/model-registry.ts'
import { Problem } from '../taste/problem.ts'
import { readSafetensors, type Tensor, writeSafetensors } from '../towers/safetensors.ts'
import type { FitOptions, FittedModel, ModelKind } from './model.ts'
import { pairHeader } from './pair-header.ts'

const kind = 'linear'
/** Of the files; a reader refuses newer ones. */
const formatVersion = 1
const dimensions = 64

/** Truncated SVD of TF-IDF, and the pair score on top of it: fitted in seconds, and the measure of everything else. */
export const linearKind: ModelKind = {
  kind,
  refit: true,
  async fit(training, { seed, progress, marks = [] }) {
    progress?.({ step: 'decomposing', done: 0 })
    const linear = LinearModel.fit(training, { seed, dimensions })
    progress?.({ step: 'comparing listeners', done: 0.8 })
    const pair = PairScore.fit(training, linear.parameters.statistics, linear, { seed })
    return new FittedLinear(linear, pair, { seed, dimensions }, marks)
  },
  async open(files) {
    return read(files)
  },
}

type Configuration = Pick<FitOptions, 'seed'> & { readonly dimensions: number }

class FittedLinear implements FittedModel {
  readonly kind = kind
  readonly configuration: Configuration
  readonly pair: PairScore
  readonly #linear: LinearModel
  readonly #marks: readonly string[]
  #files: ModelFiles | undefined

  constructor(linear: LinearModel, pair: PairScore, configuration: Configuration, marks: readonly string[]) {
    this.#linear = linear
    this.pair = pair
    this.configuration = configuration
    this.#marks = marks
  }

  get dimensions(): number {
    return this.#linear.dimensions
  }

  get hash(): string {
    return hash('sha256', Buffer.concat([...this.save().values()]), 'hex')
  }

  embed(corpus: Corpus): Float32Array {
    return this.#linear.embed(corpus)
  }

  save(): ModelFiles {
    this.#files ??= write(this.#linear, this.pair, this.configuration, this.#marks)
    return this.#files
  }
}

const header = z.object({
  kind: z.literal(kind),
  version: z.literal(formatVersion),
  configuration: z.object({ seed: z.number(), dimensions: z.number() }),
  marks: z.array(z.string()).readonly(),
  listeners: z.number(),
  artists: z.array(z.string()).readonly(),
  genres: z.array(z.string()).readonly(),
  pair: pairHeader,
})

const headerFile = 'linear.json'
const tensorFile = 'linear.safetensors'

function write(
  linear: LinearModel,
  { parameters: pair }: PairScore,
  configuration: Configuration,
  marks: readonly string[],
): ModelFiles {
  const { statistics, projection, genres, genreProjection } = linear.parameters
  const { references, medians, spread, breadth, cosineMean, cosineDeviation, embeddingWeight } = pair
  const text = JSON.stringify({
    kind,
    version: formatVersion,
    configuration,
    marks,
    listeners: statistics.listeners,
    artists: statistics.keys,
    genres,
    pair: { spread, breadth, cosineMean, cosineDeviation, embeddingWeight, medians: [...medians] },
  } satisfies z.infer<typeof header>)
  const vector = (data: Tensor['data']): Tensor => ({ shape: [data.length], data })
  const tensors = new Map<string, Tensor>([
    ['frequencies', vector(statistics.frequencies)],
    ['projection', { shape: [statistics.keys.length, linear.dimensions], data: projection }],
    ['genreProjection', { shape: [genres.length, linear.dimensions], data: genreProjection }],
    ['centroid', vector(pair.centroid)],
    ['references.offsets', vector(references.offsets)],
    ['references.indices', vector(references.indices)],
    ['references.values', vector(references.values)],
  ])
  return new Map([
    [headerFile, new TextEncoder().encode(text)],
    [tensorFile, writeSafetensors(tensors)],
  ])
}

function read(files: ModelFiles): FittedModel {
  const { configuration, marks, listeners, artists, genres, pair } = readHeader(files.get(headerFile))
  const { tensors } = readSafetensors(files.get(tensorFile) ?? new Uint8Array(), `model file ${tensorFile}`)
  const statistics = { listeners, keys: artists, frequencies: integers(tensors, 'frequencies', artists.length) }
  const offsets = tensors.get('references.offsets')
  const rows = (offsets?.data.length ?? 0) - 1
  const entries = offsets?.data.at(-1) ?? 0
  const linear = new LinearModel({
    statistics,
    dimensions: configuration.dimensions,
    projection: floats(tensors, 'projection', artists.length * configuration.dimensions),
    genres,
    genreProjection: floats(tensors, 'genreProjection', genres.length * configuration.dimensions),
  })
  const references = {
    rows,
    columns: artists.length,
    offsets: integers(tensors, 'references.offsets', rows + 1),
    indices: integers(tensors, 'references.indices', entries),
    values: floats(tensors, 'references.values', entries),
  }
  const { dimensions } = configuration
  const centroid = tensors.has('centroid') ? floats(tensors, 'centroid', dimensions) : new Float32Array(dimensions)
  const parameters = { ...pair, statistics, references, centroid, medians: new Map(pair.medians) }
  return new FittedLinear(linear, new PairScore(parameters, linear), configuration, marks)
}

function readHeader(bytes: Uint8Array | undefined): z.infer<typeof header> {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw damaged(headerFile, cause)
  }
  const newer = z.object({ version: z.number().gt(formatVersion) }).safeParse(json)
  if (newer.success)
    throw new Problem(`the model was written by a newer version of consonance (format ${newer.data.version})`, {
      do: 'upgrade, or promote another model',
    })
  const parsed = header.safeParse(json)
  if (!parsed.success) throw damaged(headerFile, parsed.error)
  return parsed.data
}

function floats(tensors: ReadonlyMap<string, Tensor>, name: string, length: number): Float32Array {
  const data = tensors.get(name)?.data
  if (!(data instanceof Float32Array) || data.length !== length) throw damaged(`${tensorFile}, ${name}`)
  return data
}

function integers(tensors: ReadonlyMap<string, Tensor>, name: string, length: number): Uint32Array {
  const data = tensors.get(name)?.data
  if (!(data instanceof Uint32Array) || data.length !== length) throw damaged(`${tensorFile}, ${name}`)
  return data
}

function damaged(what: string, cause?: unknown): Problem {
  return new Problem(`model file ${what} is damaged`, { do: 'train again or promote another model', cause })
}
