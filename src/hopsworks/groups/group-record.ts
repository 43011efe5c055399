import type { EmbeddingIndexDefinition, FeatureDefinition, FeatureGroupDefinition, Similarity } from './definition.ts'
import type { FeatureType } from './feature-types.ts'

/** A feature group as the API tells it, as far as this client reads it. */
export interface GroupRecord {
  readonly id: number
  readonly name: string
  readonly version: number
  readonly description?: string | null
  readonly onlineEnabled?: boolean
  readonly eventTime?: string | null
  readonly onlineTopicName?: string | null
  readonly topicName?: string | null
  readonly features?: readonly FeatureRecord[] | null
  readonly embeddingIndex?: EmbeddingIndexRecord | null
}

interface FeatureRecord {
  readonly name: string
  readonly type: string
  readonly primary?: boolean
  readonly onlineType?: string | null
  readonly description?: string | null
}

interface EmbeddingIndexRecord {
  readonly indexName?: string | null
  readonly colPrefix?: string | null
  readonly features?: readonly {
    readonly name: string
    readonly dimension: number
    readonly similarityFunctionType?: string | null
  }[]
}

/** Sent with everything that returns a group, so that the answer has its features. */
export const expandGroup = {
  expand: ['features', 'expectationsuite', 'transformationfunctions', 'mandatorytags'],
} as const

/** The body that creates a group: byte for byte the keys that the official client sends. */
export function creationOf(definition: FeatureGroupDefinition, featurestoreId: number): unknown {
  const { name, version = 1, description = '', features, primaryKey, eventTime, online = true, ttl } = definition
  const index = definition.embeddingIndex
  return {
    id: null,
    name,
    version,
    description,
    onlineEnabled: online,
    // HUDI as a stream group is what can be written through Kafka alone; Delta needs HDFS.
    timeTravelFormat: 'HUDI',
    features: features.map((feature) => featureOf(feature, primaryKey.includes(feature.name))),
    featurestoreId,
    type: 'streamFeatureGroupDTO',
    // Computing statistics at each insertion marks jobs as failed whose rows arrived.
    statisticsConfig: { enabled: false, correlations: false, histograms: false, exactUniqueness: false, columns: [] },
    eventTime: eventTime ?? null,
    expectationSuite: null,
    parents: [],
    topicName: null,
    notificationTopicName: null,
    deprecated: false,
    transformationFunctions: [],
    ttl: ttl ?? null,
    ttlEnabled: ttl !== undefined,
    sinkEnabled: false,
    onlinePartitionColumns: false,
    dataSource: noSource,
    ...(index && {
      embeddingIndex: {
        indexName: index.name ?? null,
        features: index.embeddings.map(({ feature, dimension, similarity }) => ({
          name: feature,
          dimension,
          similarityFunctionType: similarity,
        })),
        colPrefix: null,
      },
    }),
    deltaStreamerJobConf: { writeOptions: [{ name: 'wait_for_job', value: false }], sparkJobConfiguration: null },
  }
}

/** Of what has no data source outside of Hopsworks. */
export const noSource = {
  query: null,
  database: null,
  group: null,
  table: null,
  path: null,
  format: null,
  metrics: [],
  dimensions: [],
  restEndpoint: null,
  spreadsheetId: null,
}

function featureOf({ name, type, onlineType, description }: FeatureDefinition, primary: boolean): unknown {
  return {
    name,
    type,
    description: description ?? null,
    partition: false,
    hudiPrecombineKey: false,
    offlineOnly: false,
    primary,
    foreign: false,
    onlineType: onlineType ?? null,
    defaultValue: null,
    featureGroupId: null,
    onDemand: false,
    useFullyQualifiedName: false,
    columnName: name,
  }
}

export function featuresOf(record: GroupRecord): FeatureDefinition[] {
  return (record.features ?? []).map(({ name, type, onlineType, description }) => ({
    name,
    type: type.toLowerCase() as FeatureType,
    ...(onlineType && { onlineType }),
    ...(description && { description }),
  }))
}

export function primaryKeyOf(record: GroupRecord): string[] {
  return (record.features ?? []).filter((feature) => feature.primary).map((feature) => feature.name)
}

export function embeddingIndexOf({ embeddingIndex }: GroupRecord): EmbeddingIndexDefinition | undefined {
  if (!embeddingIndex?.features?.length) return undefined
  return {
    ...(embeddingIndex.indexName && { name: embeddingIndex.indexName }),
    embeddings: embeddingIndex.features.map(({ name, dimension, similarityFunctionType }) => ({
      feature: name,
      dimension,
      similarity: (similarityFunctionType?.toLowerCase() ?? 'l2_norm') as Similarity,
    })),
  }
}
