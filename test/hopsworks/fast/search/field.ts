import type { EmbeddingDto, FeatureGroupDto } from '../groups/feature-group.ts'
import type { DecodedRow } from '../ingestion/row-decoder.ts'
import type { Engine, Space } from './score.ts'

/** A field of an index, as its mapping tells. */
export type Field =
  | { readonly type: 'knn_vector'; readonly dimension: number; readonly space: Space; readonly engine: Engine }
  | { readonly type: 'byte' | 'integer' | 'long' | 'float' | 'double' | 'date' | 'text' | 'binary' }

const types: Readonly<Record<string, Exclude<Field['type'], 'knn_vector'>>> = {
  boolean: 'byte',
  tinyint: 'byte',
  smallint: 'integer',
  int: 'integer',
  bigint: 'long',
  float: 'float',
  double: 'double',
  date: 'date',
  timestamp: 'date',
  string: 'text',
}

const spaces: Readonly<Record<string, Space>> = { l2_norm: 'l2', cosine: 'cosinesimil', dot_product: 'innerproduct' }

/** Fields by their names in the index. */
export function fieldsOf(group: FeatureGroupDto, index: EmbeddingDto, engine: Engine): ReadonlyMap<string, Field> {
  return new Map(
    group.features.map(({ name, type }) => {
      const embedding = index.features.find((each) => each.name === name)
      const field: Field = embedding
        ? {
            type: 'knn_vector',
            dimension: embedding.dimension,
            space: spaces[embedding.similarityFunctionType]!,
            engine,
          }
        : { type: types[type] ?? 'binary' }
      return [index.colPrefix + name, field]
    }),
  )
}

/** In the form of `PUT index` and `GET index/_mapping`. */
export function mappingOf(field: Field): unknown {
  if (field.type !== 'knn_vector') return { type: field.type }
  const method = { name: 'hnsw', space_type: field.space, engine: field.engine }
  return { type: 'knn_vector', dimension: field.dimension, method }
}

/** A row as OnlineFS indexes it. */
export function documentOf(group: FeatureGroupDto, index: EmbeddingDto, row: DecodedRow): Record<string, unknown> {
  const vectors = new Set(index.features.map(({ name }) => name))
  return Object.fromEntries(
    group.features.flatMap(({ name, type }) => {
      const value = row.values[name]
      return value === null || value === undefined
        ? []
        : [[index.colPrefix + name, vectors.has(name) ? value : indexed(value, type, row.complex[name])]]
    }),
  )
}

function indexed(value: unknown, type: string, complex: Buffer | undefined): unknown {
  if (complex) return complex.toString('base64')
  if (Buffer.isBuffer(value)) return value.toString('base64')
  if (type === 'boolean') return value ? 1 : 0
  if (type === 'date') return (value as number) * 86_400_000
  if (type === 'timestamp') return Math.floor(Number(value) / 1000)
  return value
}
