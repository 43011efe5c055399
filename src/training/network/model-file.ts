import { hash } from 'node:crypto'
import { z } from 'zod'
import type { PairParameters } from '../../matching/pair-score.ts'
import type { ModelFiles } from '../../store/model-registry.ts'
import { Problem } from '../../taste/problem.ts'
import type { ParameterValues } from '../../towers/inference.ts'
import { readSafetensors, type Tensor, writeSafetensors } from '../../towers/safetensors.ts'
import { isFrozen, parameterShapes, type TowerShape } from '../../towers/shape.ts'
import type { Vocabulary } from '../../towers/vocabulary.ts'
import type { TrailPoint } from '../model.ts'
import { pairHeader } from '../pair-header.ts'

export const kind = 'two-tower'
/** Of the files; a reader refuses newer ones. */
const formatVersion = 2
const headerFile = 'two-tower.json'
const tensorFile = 'two-tower.safetensors'

/** A trained network as it is saved. It holds artists, tracks, genres and tags by key, and no listener. */
export interface SavedNetwork {
  readonly shape: TowerShape
  readonly vocabulary: Vocabulary
  /** Parameters of each network of the ensemble. */
  readonly members: readonly ParameterValues[]
  /** [members · output x stored], see `fitProjection`. */
  readonly projection: Float32Array
  /** Temperature of L_item, see `Towers.artistScores`. */
  readonly itemTau: number
  readonly pair: Omit<PairParameters, 'statistics'>
  /** How it was made. */
  readonly configuration: unknown
  /** SHA-256 of what it was trained on. */
  readonly data: string
  readonly steps: number
  readonly trail: readonly TrailPoint[]
  /** Terms that the data puts on the model, such as `research use only`. */
  readonly marks: readonly string[]
}

const size = z.number().int().nonnegative()
const table = z.tuple([size, size]).readonly()
const keys = z.array(z.string()).readonly()
const header = z.object({
  kind: z.literal(kind),
  version: z.number().int().min(1).max(formatVersion),
  /** SHA-256 of the tensors' file. */
  tensors: z.string(),
  shape: z.object({
    tables: z.object({ id: table, genre: table, tag: table, cooccurrence: table, track: table }).partial(),
    audio: size,
    hidden: size,
    output: size,
  }),
  /** Networks in the ensemble; version 1 knew no ensembles. */
  members: z.number().int().positive().default(1),
  stored: size,
  itemTau: z.number().positive(),
  vocabulary: z.object({
    listeners: size,
    artists: keys,
    tracks: keys,
    genres: keys,
    tags: keys,
    taggedArtists: keys,
    cooccurringArtists: keys,
  }),
  pair: pairHeader,
  configuration: z.unknown(),
  data: z.string(),
  steps: size,
  trail: z.array(
    z.object({
      step: size,
      network: size.optional(),
      half: z.number(),
      item: z.number(),
      validation: z.number().optional(),
    }),
  ),
  marks: z.array(z.string()),
})

/** The files of a model: the same network gives the same bytes. */
export function writeNetwork(network: SavedNetwork): ModelFiles {
  const { shape, vocabulary, members, projection, pair } = network
  const stored = projection.length / (members.length * shape.output)
  const vector = (data: Tensor['data']): Tensor => ({ shape: [data.length], data })
  const tensors = new Map<string, Tensor>([
    ...members.flatMap((values, member) =>
      [...parameterShapes(shape)].map(
        ([name, size]) => [tensorName(name, member), { shape: size, data: values.get(name)! }] as const,
      ),
    ),
    ['projection', { shape: [members.length * shape.output, stored], data: projection }],
    ['vocabulary.artistFrequencies', vector(vocabulary.artistFrequencies)],
    ['vocabulary.trackFrequencies', vector(vocabulary.trackFrequencies)],
    ['vocabulary.artistTags.offsets', vector(vocabulary.artistTags.offsets)],
    ['vocabulary.artistTags.indices', vector(vocabulary.artistTags.indices)],
    ['vocabulary.artistTags.weights', vector(Float32Array.from(vocabulary.artistTags.weights))],
    ['vocabulary.audioMean', vector(vocabulary.audioMean)],
    ['vocabulary.audioDeviation', vector(vocabulary.audioDeviation)],
    ['pair.centroid', vector(pair.centroid)],
    ['pair.references.offsets', vector(pair.references.offsets)],
    ['pair.references.indices', vector(pair.references.indices)],
    ['pair.references.values', vector(pair.references.values)],
  ])
  const bytes = writeSafetensors(tensors)
  const text = JSON.stringify({
    kind,
    version: formatVersion,
    tensors: hash('sha256', bytes, 'hex'),
    shape,
    members: members.length,
    stored,
    itemTau: network.itemTau,
    vocabulary: {
      listeners: vocabulary.listeners,
      artists: vocabulary.artists,
      tracks: vocabulary.tracks,
      genres: vocabulary.genres,
      tags: vocabulary.tags,
      taggedArtists: vocabulary.taggedArtists,
      cooccurringArtists: vocabulary.cooccurringArtists,
    },
    pair: {
      spread: pair.spread,
      breadth: pair.breadth,
      cosineMean: pair.cosineMean,
      cosineDeviation: pair.cosineDeviation,
      embeddingWeight: pair.embeddingWeight,
      medians: [...pair.medians],
    },
    configuration: network.configuration,
    data: network.data,
    steps: network.steps,
    trail: [...network.trail],
    marks: [...network.marks],
  } satisfies z.infer<typeof header>)
  return new Map([
    [headerFile, new TextEncoder().encode(text)],
    [tensorFile, bytes],
  ])
}

/** @throws Problem for files of another kind, of a newer version, or damaged. */
export function readNetwork(files: ModelFiles): SavedNetwork {
  const head = readHeader(files.get(headerFile))
  const bytes = files.get(tensorFile) ?? new Uint8Array()
  if (hash('sha256', bytes, 'hex') !== head.tensors) throw damaged(tensorFile)
  const { tensors } = readSafetensors(bytes, `model file ${tensorFile}`)
  const floats = (name: string, length: number) => {
    const data = tensors.get(name)?.data
    if (!(data instanceof Float32Array) || data.length !== length) throw damaged(`${tensorFile}, ${name}`)
    return data
  }
  const integers = (name: string, length: number) => {
    const data = tensors.get(name)?.data
    if (!(data instanceof Uint32Array) || data.length !== length) throw damaged(`${tensorFile}, ${name}`)
    return data
  }
  const sparse = (name: string, rows: number, values: string) => {
    const offsets = integers(`${name}.offsets`, rows + 1)
    const entries = offsets[rows] as number
    return {
      rows,
      offsets,
      indices: integers(`${name}.indices`, entries),
      values: floats(`${name}.${values}`, entries),
    }
  }
  const { shape, members, stored, vocabulary, pair } = head
  const artistTags = sparse('vocabulary.artistTags', vocabulary.taggedArtists.length, 'weights')
  const references = sparse('pair.references', (tensors.get('pair.references.offsets')?.data.length ?? 1) - 1, 'values')
  return {
    shape: shape as TowerShape,
    vocabulary: {
      ...vocabulary,
      artistFrequencies: integers('vocabulary.artistFrequencies', vocabulary.artists.length),
      trackFrequencies: integers('vocabulary.trackFrequencies', vocabulary.tracks.length),
      artistTags: { ...artistTags, weights: artistTags.values },
      audioMean: floats('vocabulary.audioMean', 10),
      audioDeviation: floats('vocabulary.audioDeviation', 10),
    },
    members: Array.from(
      { length: members },
      (_, member) =>
        new Map(
          [...parameterShapes(shape as TowerShape)].map(([name, [rows, columns]]) => [
            name,
            floats(head.version === 1 ? name : tensorName(name, member), rows * columns),
          ]),
        ),
    ),
    projection: floats('projection', members * shape.output * stored),
    itemTau: head.itemTau,
    pair: {
      ...pair,
      medians: new Map(pair.medians),
      centroid: tensors.has('pair.centroid') ? floats('pair.centroid', stored) : new Float32Array(stored),
      references: { ...references, columns: vocabulary.artists.length },
    },
    configuration: head.configuration,
    data: head.data,
    steps: head.steps,
    trail: head.trail as SavedNetwork['trail'],
    marks: head.marks,
  }
}

/** What is frozen is the same in all members, and saved once. */
function tensorName(parameter: string, member: number): string {
  return isFrozen(parameter) ? parameter : `${member}.${parameter}`
}

function readHeader(bytes: Uint8Array | undefined): z.infer<typeof header> {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw damaged(headerFile, cause)
  }
  const { version } = z
    .object({ version: z.number().catch(0) })
    .catch({ version: 0 })
    .parse(json)
  if (version > formatVersion)
    throw new Problem(`the model was written by a newer version of consonance (format ${version})`, {
      do: 'upgrade, or promote another model',
    })
  const parsed = header.safeParse(json)
  if (!parsed.success) throw damaged(headerFile, parsed.error)
  return parsed.data
}

function damaged(what: string, cause?: unknown): Problem {
  return new Problem(`model file ${what} is damaged`, { do: 'train again or promote another model', cause })
}
