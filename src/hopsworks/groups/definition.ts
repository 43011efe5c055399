import type { FeatureType } from './feature-types.ts'

export interface FeatureDefinition {
  /** At most 63 characters, `[a-z][a-z0-9_]*`. */
  readonly name: string
  readonly type: FeatureType
  /** Type in the online store where the default (`varchar(100)`, `varbinary(100)`) is too small, such as `varchar(500)`. */
  readonly onlineType?: string
  readonly description?: string
}

/** How the closeness of two vectors is measured. Equal to what the model was trained with. */
export type Similarity = 'cosine' | 'dot_product' | 'l2_norm'

export interface EmbeddingDefinition {
  /** A feature of type `array<float>` (or double, int, bigint). */
  readonly feature: string
  readonly dimension: number
  readonly similarity: Similarity
}

export interface EmbeddingIndexDefinition {
  /** An index of this group's own. Left out, the server puts it into one that all groups of the project share. */
  readonly name?: string
  readonly embeddings: readonly EmbeddingDefinition[]
}

/** What a feature group is made from. It is always a stream group, with HUDI as its offline format: only those can be written without Spark. */
export interface FeatureGroupDefinition {
  /** Lower case, `[a-z][a-z0-9_]*`. */
  readonly name: string
  /** Default 1. */
  readonly version?: number
  readonly description?: string
  readonly features: readonly FeatureDefinition[]
  readonly primaryKey: readonly string[]
  /** A feature of type timestamp, date or bigint. */
  readonly eventTime?: string
  /** Default true. */
  readonly online?: boolean
  readonly embeddingIndex?: EmbeddingIndexDefinition
  /** Seconds that an online row is kept; default for ever. */
  readonly ttl?: number
}
