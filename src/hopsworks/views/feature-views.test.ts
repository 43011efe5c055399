import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { avroType } from '../avro/avro-type.ts'
import { schemaOfType } from '../avro/schema-of-type.ts'
import { HopsworksError } from '../error.ts'
import type { FeatureGroupDefinition, FeatureView } from '../index.ts'
import { type TestProject, testProject } from '../test-project.ts'

const songsGroup: FeatureGroupDefinition = {
  name: 'songs',
  primaryKey: ['song'],
  features: [
    { name: 'song', type: 'bigint' },
    { name: 'tempo', type: 'double' },
    { name: 'sounds', type: 'array<int>' },
    { name: 'cover', type: 'binary' },
    { name: 'out', type: 'date' },
  ],
}

const playsGroup: FeatureGroupDefinition = {
  name: 'plays',
  primaryKey: ['who', 'song'],
  eventTime: 'at',
  features: [
    { name: 'who', type: 'string' },
    { name: 'song', type: 'bigint' },
    { name: 'times', type: 'int' },
    { name: 'liked', type: 'boolean' },
    { name: 'at', type: 'timestamp' },
  ],
}

const at = new Date('2026-03-01T10:00:00Z')
const cover = new Uint8Array([0, 1, 255])
const out = new Date('2025-12-31')

interface TestView extends TestProject {
  readonly view: FeatureView
}

async function withView(t: TestContext): Promise<TestView> {
  const test = await testProject(t)
  const { features } = test.project
  const songs = await features.createFeatureGroup(songsGroup)
  const plays = await features.createFeatureGroup(playsGroup)
  await songs.insert([{ song: 1, tempo: 120.5, sounds: [3, 4], cover, out }], { wait: true })
  const rows = [
    { who: 'ann', song: 1, times: 7, liked: true, at },
    { who: 'ann', song: 2, times: 1, liked: false, at },
  ]
  await plays.insert(rows, { wait: true })
  const view = await features.createFeatureView({
    name: 'tastes',
    version: 2,
    query: {
      group: plays,
      joins: [{ group: songs, features: ['tempo', 'sounds', 'cover', 'out'], prefix: 's_' }],
      filter: { feature: 'times', is: 'gt', value: 0 },
    },
    labels: ['liked', 's_tempo'],
  })
  return { ...test, view }
}

const sent = ({ local }: TestProject, method: string, path: RegExp) =>
  local.requests.findLast((request) => request.method === method && path.test(request.path))!.body as Record<
    string,
    unknown
  >

test('creates a view over joined groups, with labels and a filter', async (t) => {
  const made = await withView(t)
  assert.deepEqual(
    made.view.features.map(({ name, type, isLabel }) => `${name} ${type}${isLabel ? ' label' : ''}`),
    [
      'who string',
      'song bigint',
      'times int',
      'liked boolean label',
      'at timestamp',
      's_tempo double label',
      's_sounds array<int>',
      's_cover binary',
      's_out date',
    ],
  )
  const labels = sent(made, 'POST', /featureview$/).features as { name: string; featuregroup: { name: string } }[]
  assert.deepEqual(
    labels.map(({ name, featuregroup }) => `${featuregroup.name}.${name}`),
    ['plays.liked', 'songs.tempo'],
  )
  const { features } = made.project
  const group = (await features.featureGroup('plays', 1))!
  await assert.rejects(
    features.createFeatureView({ name: 'v', query: { group, features: ['none'] } }),
    /"plays" has no feature "none"; use one of: who, song, times/,
  )
  await assert.rejects(
    features.createFeatureView({ name: 'v', query: { group, features: ['who', 'times'] }, labels: ['liked'] }),
    /feature view "v": the label "liked" is none of its features; use some of: who, times/,
  )
  await assert.rejects(
    features.createFeatureView({ name: 'tastes', version: 2, query: { group } }),
    (error) => error instanceof HopsworksError && error.errorCode === 270_179,
  )
})

test('reads rows of a view, one or many, from all of its groups', async (t) => {
  const { local, view } = await withView(t)
  const whole = { who: 'ann', song: 1, times: 7, at, s_sounds: [3, 4], s_cover: cover, s_out: out }
  const half = { who: 'ann', song: 2, times: 1, at, s_sounds: null, s_cover: null, s_out: null }
  assert.deepEqual(await view.read([{ who: 'ann', song: 1 }]), [whole])
  const keys = [
    { who: 'ann', song: 2 },
    { who: 'nobody', song: 9 },
    { who: 'ann', song: 1 },
  ]
  assert.deepEqual(await view.read(keys), [half, undefined, whole])
  assert.deepEqual(await view.read([]), [])
  await assert.rejects(
    view.read([{ who: 'ann', song: 1 }, { x: 2 }]),
    /rondb: rows of feature view "tastes": one of them could not be read; check that the key has all/,
  )
  await assert.rejects(view.read([{ who: 'ann' }]), /Incorrect primary key/)

  // Older servers tell complex values as Avro, and need not name the features.
  const list = avroType(schemaOfType('array<int>')).toBuffer([7]).toString('base64')
  const body = { features: ['bob', 3, 1, null, list, null, null], metadata: null, status: 'COMPLETE' }
  local.faults.answer({ path: /\/feature_store/, status: 200, body })
  assert.deepEqual((await view.read([{ who: 'bob', song: 3 }]))[0]!.s_sounds, [7])
})

test('registers training data sets, with tags and statistics', async (t) => {
  const made = await withView(t)
  const { view } = made
  const from = new Date(1_700_000_000_000)
  const until = new Date(1_700_000_100_000)
  const random = [
    { name: 'train', share: 0.9 },
    { name: 'test', share: 0.1 },
  ] as const
  const first = await view.createTrainingDataset({ splits: random, seed: 7, from })
  assert.deepEqual({ ...first }, { version: 1, description: '', splits: random, seed: 7, from, until: undefined })
  const { trainSplit, seed, eventStartTime, eventEndTime } = sent(made, 'POST', /trainingdatasets$/)
  assert.deepEqual([trainSplit, seed, eventStartTime, eventEndTime], ['train', 7, from.getTime(), null])

  const splits = [{ name: 'train', from, until }]
  const second = await view.createTrainingDataset({ splits, description: 'until then' })
  const plain = { seed: undefined, from: undefined, until: undefined }
  assert.deepEqual({ ...second }, { version: 2, description: 'until then', splits, ...plain })
  await second.setTag('origin', { rows: 7 })
  assert.deepEqual(await second.tags(), new Map([['origin', { rows: 7 }]]))
  assert.deepEqual(await first.tags(), new Map())
  await second.removeTag('origin')
  assert.deepEqual(await second.tags(), new Map())
  assert.equal(await second.statistics(), undefined)
  assert.deepEqual(
    (await view.trainingDatasets()).map(({ version }) => version),
    [1, 2],
  )
  await first.delete()
  await first.delete()
  assert.deepEqual(
    (await view.trainingDatasets()).map(({ version }) => version),
    [2],
  )
})

test('names the training data set as the origin of a model', async (t) => {
  const { local, project, view } = await withView(t)
  const { version } = await view.createTrainingDataset()
  const files = new Map([['model', new Uint8Array(1)]])
  const provenance = { featureView: { name: 'tastes', version: 2 }, trainingDataset: version }
  const model = await project.models.save({ name: 'tower', files, provenance })
  assert.deepEqual(await model.provenance(), provenance)
  const [listed] = await project.models.models('tower')
  assert.deepEqual(await listed!.provenance(), provenance)
  const plain = await project.models.save({ name: 'tower', files })
  assert.equal(await plain.provenance(), undefined)

  // Servers that tell it with the model need not be asked again.
  const body = { name: 'tower', version: 1, featureView: { name: 'v', version: 3 }, trainingDatasetVersion: 4 }
  local.faults.answer({ path: /models\/tower_1\?/, status: 200, body })
  const asked = local.requests.length
  const told = await (await project.models.model('tower', 1))!.provenance()
  assert.deepEqual(told, { featureView: { name: 'v', version: 3 }, trainingDataset: 4 })
  assert.equal(local.requests.length, asked + 1)

  await view.delete()
  assert.equal(await project.features.featureView('tastes', 2), undefined)
  assert.equal(await model.provenance(), undefined)
})

test('knows what there is not, and the newest of what there is', async (t) => {
  const { project } = await withView(t)
  assert.equal(await project.features.featureView('none'), undefined)
  assert.equal(await project.features.featureView('tastes', 1), undefined)
  const group = (await project.features.featureGroup('plays', 1))!
  await project.features.createFeatureView({ name: 'tastes', version: 1, query: { group } })
  const newest = (await project.features.featureView('tastes'))!
  assert.equal(newest.version, 2)
  await newest.setTag('for', 'the towers')
  assert.deepEqual(await newest.tags(), new Map([['for', 'the towers']]))
  await newest.removeTag('for')
  assert.deepEqual(await newest.tags(), new Map())
})
