import assert from 'node:assert/strict'
import { test } from 'node:test'
import { avroType } from '../avro/avro-type.ts'
import { schemaOfType } from '../avro/schema-of-type.ts'
import { plainGroup, type TestProject, testProject } from '../test-project.ts'

const view = {
  id: 31,
  name: 'tastes',
  version: 2,
  description: 'd',
  features: [
    { name: 'id', type: 'bigint', label: false },
    { name: 'text', type: 'string', label: false },
    { name: 'list', type: 'array<int>', label: false },
    { name: 'close', type: 'boolean', label: true },
  ],
}

/** The local Hopsworks knows no feature views: their answers are those of the reference. */
async function withView(t: Parameters<typeof testProject>[0]): Promise<TestProject> {
  const test = await testProject(t)
  test.local.faults.answer({
    method: 'GET',
    path: /featureview\/tastes\/version\/2\?/,
    status: 200,
    body: view,
    times: 9,
  })
  return test
}

test('creates a view over joined groups, with labels and a filter', async (t) => {
  const { local, project } = await withView(t)
  const left = await project.features.createFeatureGroup(plainGroup)
  const right = await project.features.createFeatureGroup({ ...plainGroup, name: 'other' })
  local.faults.answer({
    method: 'POST',
    path: /featureview/,
    status: 201,
    body: { id: 31, name: 'tastes', version: 2 },
  })
  const made = await project.features.createFeatureView({
    name: 'tastes',
    version: 2,
    query: {
      group: left,
      features: ['id', 'text'],
      joins: [{ group: right, features: ['list'], prefix: 'o_' }],
      filter: {
        and: [
          { feature: 'id', is: 'gt', value: 5 },
          { feature: 'text', is: 'in', value: ['a', 'b'] },
        ],
      },
    },
    labels: ['close'],
  })
  assert.deepEqual(made.features.at(-1), { name: 'close', type: 'boolean', isLabel: true })
  const body = local.requests.find(({ method, path }) => method === 'POST' && /featureview/.test(path))!.body as {
    query: Record<string, unknown> & { leftFeatureGroup: { id: number }; leftFeatures: { name: string }[] }
    features: unknown
  }
  assert.deepEqual(body.features, [{ name: 'close', label: true }])
  const { query } = body
  assert.equal(query.leftFeatureGroup.id, left.id)
  assert.deepEqual(
    query.leftFeatures.map(({ name }) => name),
    ['id', 'text'],
  )
  const [join] = query.joins as { query: typeof query; on: unknown; type: string; prefix: string }[]
  assert.deepEqual(
    [join!.query.leftFeatureGroup.id, join!.on, join!.type, join!.prefix],
    [right.id, [{ name: 'id' }], 'LEFT', 'o_'],
  )
  const single = (feature: string, type: string, condition: string, value: string) => ({
    type: 'SINGLE',
    leftFilter: { feature: { name: feature, type, featureGroupId: left.id }, condition, value },
    rightFilter: null,
    leftLogic: null,
    rightLogic: null,
  })
  assert.deepEqual(query.filter, {
    type: 'AND',
    leftFilter: null,
    rightFilter: null,
    leftLogic: single('id', 'bigint', 'GREATER_THAN', '5'),
    rightLogic: single('text', 'string', 'IN', '["a","b"]'),
  })
  await assert.rejects(
    project.features.createFeatureView({ name: 'v', query: { group: left, features: ['none'] } }),
    /"plain" has no feature "none"; use one of: id, text, list/,
  )
})

test('reads rows of a view, one or many', async (t) => {
  const { local, project } = await withView(t)
  const list = avroType(schemaOfType('array<int>')).toBuffer([1, 2]).toString('base64')
  const metadata = [{ featureName: 'id' }, { featureName: 'text' }, { featureName: 'list' }]
  local.faults.answer({
    path: /\/feature_store/,
    status: 200,
    body: { features: [1, 'a', list], metadata, status: 'COMPLETE' },
  })
  const tastes = (await project.features.featureView('tastes', 2))!
  assert.deepEqual(await tastes.read([{ id: 1 }]), [{ id: 1, text: 'a', list: [1, 2] }])
  const sent = local.requests.find(({ path }) => /feature_store/.test(path))!.body as Record<string, unknown>
  assert.deepEqual(
    [sent.featureStoreName, sent.featureViewName, sent.featureViewVersion, sent.entries],
    ['proj', 'tastes', 2, { id: 1 }],
  )
  const many = {
    features: [
      [1, 'a', null],
      [2, null, null],
      [3, 'c', [7]],
    ],
    metadata: null,
    status: ['COMPLETE', 'MISSING', 'COMPLETE'],
  }
  local.faults.answer({ path: /batch_feature_store/, status: 200, body: many })
  assert.deepEqual(await tastes.read([{ id: 1 }, { id: 2 }, { id: 3 }]), [
    { id: 1, text: 'a', list: null },
    undefined,
    { id: 3, text: 'c', list: [7] },
  ])
  const broken = { features: [[1, 'a', null], null], metadata: null, status: ['COMPLETE', 'ERROR'] }
  local.faults.answer({ path: /batch_feature_store/, status: 200, body: broken })
  await assert.rejects(
    tastes.read([{ id: 1 }, { x: 2 }]),
    /rondb: rows of feature view "tastes": one of them could not be read/,
  )
})

test('registers training data sets, and names them as the origin of a model', async (t) => {
  const { local, project } = await withView(t)
  const tastes = (await project.features.featureView('tastes', 2))!
  const from = new Date(1_700_000_000_000)
  const until = new Date(1_700_000_100_000)
  const splits = [
    { name: 'train', share: 0.9 },
    { name: 'test', from, until },
  ] as const
  const stored = {
    version: 4,
    seed: 7,
    splits: [
      { name: 'train', splitType: 'RANDOM_SPLIT', percentage: 0.9, startTime: null, endTime: null },
      {
        name: 'test',
        splitType: 'TIME_SERIES_SPLIT',
        percentage: null,
        startTime: from.getTime(),
        endTime: until.getTime(),
      },
    ],
  }
  local.faults.answer({ method: 'POST', path: /trainingdatasets/, status: 201, body: stored })
  const made = await tastes.createTrainingDataset({ splits, seed: 7, from })
  const body = local.requests.find(({ method, path }) => method === 'POST' && /trainingdatasets/.test(path))!
    .body as typeof stored & Record<string, unknown>
  assert.deepEqual(body.splits, stored.splits)
  assert.deepEqual(
    [body.trainSplit, body.seed, body.eventStartTime, body.eventEndTime],
    ['train', 7, from.getTime(), null],
  )
  assert.deepEqual({ ...made }, { version: 4, description: '', splits, seed: 7 })
  local.faults.answer({
    method: 'GET',
    path: /trainingdatasets$/,
    status: 200,
    body: { items: [stored, { ...stored, version: 1 }] },
  })
  assert.deepEqual(
    (await tastes.trainingDatasets()).map(({ version }) => version),
    [1, 4],
  )

  const provenance = { featureView: { name: 'tastes', version: 2 }, trainingDataset: 4 }
  const files = new Map([['model', new Uint8Array(1)]])
  const model = await project.models.save({ name: 'tower', files, provenance })
  const put = local.requests.find(({ method, path }) => method === 'PUT' && /modelregistries/.test(path))!
    .body as Record<string, unknown>
  assert.deepEqual([put.featureView, put.trainingDatasetVersion], [view, 4])
  assert.deepEqual(model.provenance, provenance)
})

test('knows what there is not', async (t) => {
  const { local, project } = await withView(t)
  local.faults.answer({ path: /featureview\/none/, status: 404, body: { errorCode: 270181 } })
  assert.equal(await project.features.featureView('none'), undefined)
  local.faults.answer({ path: /featureview\/tastes\?/, status: 200, body: { items: [{ ...view, version: 1 }, view] } })
  assert.equal((await project.features.featureView('tastes'))?.version, 2)
})
