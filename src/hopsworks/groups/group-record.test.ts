import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FeatureGroupDefinition } from './definition.ts'
import { creationOf } from './group-record.ts'
import { checkDefinition } from './names.ts'

const definition: FeatureGroupDefinition = {
  name: 'profiles',
  primaryKey: ['user_id'],
  eventTime: 'ts',
  features: [
    { name: 'user_id', type: 'string' },
    { name: 'emb', type: 'array<double>' },
    { name: 'ts', type: 'timestamp', onlineType: 'timestamp', description: 'when' },
  ],
  embeddingIndex: { embeddings: [{ feature: 'emb', dimension: 3, similarity: 'cosine' }] },
}

/** As the official client 5.1 sent it, but for the features other than the first. */
const sent =
  JSON.parse(`{"id":null,"name":"profiles","version":1,"description":"","onlineEnabled":true,"timeTravelFormat":"HUDI",
  "features":[{"name":"user_id","type":"string","description":null,"partition":false,"hudiPrecombineKey":false,"offlineOnly":false,
   "primary":true,"foreign":false,"onlineType":null,"defaultValue":null,"featureGroupId":null,"onDemand":false,"useFullyQualifiedName":false,"columnName":"user_id"}],
  "featurestoreId":67,"type":"streamFeatureGroupDTO",
  "statisticsConfig":{"enabled":false,"correlations":false,"histograms":false,"exactUniqueness":false,"columns":[]},
  "eventTime":"ts","expectationSuite":null,"parents":[],"topicName":null,"notificationTopicName":null,"deprecated":false,
  "transformationFunctions":[],"ttl":null,"ttlEnabled":false,"sinkEnabled":false,"onlinePartitionColumns":false,
  "dataSource":{"query":null,"database":null,"group":null,"table":null,"path":null,"format":null,"metrics":[],"dimensions":[],"restEndpoint":null,"spreadsheetId":null},
  "embeddingIndex":{"indexName":null,"features":[{"name":"emb","dimension":3,"similarityFunctionType":"cosine"}],"colPrefix":null},
  "deltaStreamerJobConf":{"writeOptions":[{"name":"wait_for_job","value":false}],"sparkJobConfiguration":null}}`)

test('creates a group with the body that the official client sends', () => {
  const { features, ...rest } = creationOf(definition, 67) as { features: Record<string, unknown>[] }
  const { features: wanted, ...others } = sent
  assert.deepEqual(rest, others)
  assert.deepEqual(features[0], wanted[0])
  assert.deepEqual(
    features
      .slice(1)
      .map(({ name, type, primary, onlineType, description }) => ({ name, type, primary, onlineType, description })),
    [
      { name: 'emb', type: 'array<double>', primary: false, onlineType: null, description: null },
      { name: 'ts', type: 'timestamp', primary: false, onlineType: 'timestamp', description: 'when' },
    ],
  )
})

test('says what is wrong with a definition before the server is asked', () => {
  const wrong: readonly (readonly [Partial<FeatureGroupDefinition>, RegExp])[] = [
    [{ name: 'Profiles' }, /the name is not allowed/],
    [{ version: 0 }, /version 0 is not allowed/],
    [{ primaryKey: [] }, /no primary key/],
    [{ primaryKey: ['emb'] }, /"emb" of type array<double> can't be a primary key/],
    [{ primaryKey: ['id'] }, /primary key "id" is none of its features/],
    [{ eventTime: 'user_id' }, /event time "user_id" is a string/],
    [{ features: [...definition.features, { name: 'ts', type: 'int' }] }, /two features are called "ts"/],
    [{ features: [...definition.features, { name: '9', type: 'int' }] }, /the feature's name "9"/],
    [{ online: false }, /has embeddings but is not online/],
    [
      { embeddingIndex: { embeddings: [{ feature: 'ts', dimension: 3, similarity: 'cosine' }] } },
      /embedding "ts" is a timestamp/,
    ],
    [{ embeddingIndex: { embeddings: [{ feature: 'emb', dimension: 0, similarity: 'cosine' }] } }, /the dimension 0/],
  ]
  checkDefinition(definition)
  for (const [change, message] of wrong) assert.throws(() => checkDefinition({ ...definition, ...change }), message)
})
