import { avroType, defaultOnlineType, isComplex, parseHiveType } from './hive-type.ts'

/** As it goes over the wire; what is not named here is kept as it came. */
export interface FeatureDto {
  readonly [key: string]: unknown
  readonly name: string
  readonly type: string
  readonly primary: boolean
  readonly hudiPrecombineKey: boolean
  readonly onlineType: string | null
}

export interface EmbeddingDto {
  readonly [key: string]: unknown
  readonly indexName: string
  readonly colPrefix: string
  readonly features: readonly {
    readonly name: string
    readonly dimension: number
    readonly similarityFunctionType: string
  }[]
}

export interface FeatureGroupDto {
  readonly [key: string]: unknown
  readonly id: number
  readonly name: string
  readonly version: number
  readonly features: readonly FeatureDto[]
  readonly eventTime: string | null
  readonly onlineEnabled: boolean
  readonly onlineTopicName: string
  readonly embeddingIndex?: EmbeddingDto | undefined
}

/** The schema of its Kafka messages. */
export interface Subject {
  readonly id: number
  readonly subject: string
  readonly version: number
  /** Avro, as JSON. */
  readonly schema: string
}

/** What the server makes of a feature group that is to be created. */
export function completed(
  asked: Readonly<Record<string, unknown>>,
  server: {
    readonly id: number
    readonly version: number
    readonly project: string
    readonly projectId: number
    readonly user: string
    readonly now: Date
  },
): FeatureGroupDto {
  const given = asked.features as readonly FeatureDto[]
  const eventTime = (asked.eventTime as string | null) ?? null
  const precombine = eventTime ?? given.find((feature) => feature.primary)?.name
  const features = given.map((feature) => ({
    ...feature,
    featureGroupId: server.id,
    hudiPrecombineKey: asked.timeTravelFormat === 'HUDI' ? feature.name === precombine : false,
    onlineType: feature.onlineType ?? defaultOnlineType(parseHiveType(feature.type), feature.type),
  }))
  const store = `${server.project.toLowerCase()}_featurestore`
  return {
    ...asked,
    id: server.id,
    name: asked.name as string,
    version: server.version,
    features,
    eventTime,
    onlineEnabled: asked.onlineEnabled === true,
    onlineTopicName: (asked.topicName as string | null) ?? `${server.project.toLowerCase()}_onlinefs`,
    embeddingIndex: asked.embeddingIndex ? completedIndex(asked.embeddingIndex as EmbeddingDto, server) : undefined,
    featurestoreName: store,
    created: server.now.toISOString(),
    creator: { username: server.user, email: 'local@localhost', firstName: 'Local', lastName: 'User' },
    location: `hopsfs://namenode.service.consul:8020/apps/hive/warehouse/${store}.db/${asked.name}_${server.version}`,
  }
}

function completedIndex(
  asked: EmbeddingDto,
  server: { readonly id: number; readonly projectId: number },
): EmbeddingDto {
  const own = asked.indexName as string | null
  return {
    ...asked,
    indexName: own
      ? `${server.projectId}__embedding_${own}`
      : `${server.projectId}__embedding_default_project_embedding_0`,
    colPrefix: own ? '' : `${server.id}_`,
    features: asked.features.map((feature) => ({
      ...feature,
      similarityFunctionType: feature.similarityFunctionType ?? 'l2_norm',
    })),
  }
}

/** The schema under which rows of the feature group go through Kafka: every field may be null. */
export function subjectSchema(group: FeatureGroupDto, store: string): unknown {
  return {
    type: 'record',
    name: `${group.name}_${group.version}`,
    namespace: `${store}.db`,
    fields: group.features.map(({ name, type }) => ({ name, type: ['null', avroType(parseHiveType(type), name)] })),
  }
}

export function complexFeatures(group: FeatureGroupDto): readonly FeatureDto[] {
  return group.features.filter(({ type }) => isComplex(parseHiveType(type)))
}

export function primaryKey(group: FeatureGroupDto): readonly string[] {
  return group.features.filter(({ primary }) => primary).map(({ name }) => name)
}
