/** Feature views, training data sets and provenance, with the official client: called by the proof, on its parts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FeatureView, Project, Row, TrainingDataset } from '../../../src/hopsworks/index.ts'
import type { LoggedRequest } from '../fast/local-hopsworks.ts'
import type { Running } from './offline-tests.ts'

const day = (n: number) => new Date(Date.UTC(2026, 0, n))
const text = (date: Date) => date.toISOString().slice(0, 19).replace('T', ' ')

const played = [
  { who: 'ann', song: 1, times: 7, liked: true, at: day(5) },
  { who: 'ann', song: 2, times: 1, liked: false, at: day(10) },
  { who: 'bob', song: 1, times: 3, liked: true, at: day(15) },
  { who: 'bob', song: 2, times: 4, liked: false, at: day(25) },
  { who: 'cyd', song: 1, times: 5, liked: true, at: day(30) },
]
const timed = [
  { name: 'train', from: day(1), until: day(15) },
  { name: 'test', from: day(15), until: day(32) },
]
const random = [
  { name: 'train', share: 0.75 },
  { name: 'test', share: 0.25 },
]
const features = [
  ['who', 'string', false],
  ['song', 'bigint', false],
  ['times', 'bigint', false],
  ['liked', 'boolean', true],
  ['at', 'timestamp', false],
  ['m_mood', 'string', false],
  ['m_scores', 'array<double>', false],
]
/** Rows without their label, as of their own time; the filter leaves one out. */
const train = [['ann', 1, 7, text(day(5)), 'calm', [0.5]]]
const tests = [
  ['bob', 1, 3, text(day(15)), null, null],
  ['bob', 2, 4, text(day(25)), 'new', null],
  ['cyd', 1, 5, text(day(30)), null, null],
]
/** Online rows have the newest mood of all. */
const vectors = [
  ['ann', 1, 7, text(day(5)), 'glad', [0.25, 1]],
  ['bob', 2, 4, text(day(25)), 'new', null],
  ['cyd', 1, 5, text(day(30)), null, null],
]
const keys = [
  { who: 'ann', song: 1 },
  { who: 'bob', song: 2 },
  { who: 'cyd', song: 1 },
]
const model = new Map([['model.bin', Buffer.from('model')]])

/** The tests, on parts that are up when they run. */
export function viewsTests(parts: () => Running): void {
  const seen: { theirs: readonly LoggedRequest[]; ours: readonly LoggedRequest[] } = { theirs: [], ours: [] }

  test('the official client creates a view, reads vectors and training data, makes a model of it', async () => {
    const { local, official } = parts()
    const from = local.requests.length
    const result = told(await official.run('views', 'theirs'))
    seen.theirs = local.requests.slice(from)
    assert.deepEqual(result, {
      vector: vectors[0],
      vectors: vectors.slice(1),
      features,
      random: [1, 3, 1],
      timed: [2, train, tests, [false, true, true]],
      batch: tests.slice(0, 2),
      models: [['theirs_made', 1]],
      origin: 'theirs_view',
    })
  })

  test('our client reads that view, its training data and where the model comes from', async () => {
    const { project } = parts()
    const view = (await project.features.featureView('theirs_view', 1))!
    assert.deepEqual(
      view.features.map(({ name, type, isLabel }) => [name, type, isLabel]),
      features,
    )
    await checkRows(view)
    const [shuffled, cut] = await view.trainingDatasets()
    assert.deepEqual([cut!.description, cut!.splits], ['timed', timed])
    await checkSplits(cut!)
    assert.deepEqual([shuffled!.description, shuffled!.splits, shuffled!.seed], ['random', random, undefined])
    await assert.rejects(all(shuffled!.read({ split: 'train' })), /was made without a seed/)
    const made = (await project.models.model('theirs_made', 1))!
    assert.deepEqual(await made.provenance(), {
      featureView: { name: 'theirs_view', version: 1 },
      trainingDataset: cut!.version,
    })
  })

  test('the official client reads a view, training data and a model of ours as its own', async () => {
    const { local, project, official } = parts()
    const from = local.requests.length
    const view = await createView(project)
    await checkRows(view)
    const shuffled = await view.createTrainingDataset({ splits: random, seed: 7, description: 'random' })
    const drawn = await Promise.all(random.map(({ name: split }) => all(shuffled.read({ split }))))
    assert.deepEqual(listed(drawn.flat().map(unlabelled)), listed([...train, ...tests]))
    const cut = await view.createTrainingDataset({ splits: timed, description: 'timed' })
    await checkSplits(cut)
    const provenance = { featureView: { name: view.name, version: view.version }, trainingDataset: cut.version }
    await project.models.save({
      name: 'ours_made',
      files: model,
      metrics: { recall: 0.5 },
      description: 'd',
      provenance,
    })
    seen.ours = local.requests.slice(from)

    const [ours, theirs] = [await official.run('read_views', 'ours'), await official.run('read_views', 'theirs')].map(
      told,
    )
    const expected = JSON.parse(JSON.stringify(theirs).replaceAll('theirs', 'ours')) as {
      readonly sets: unknown[][]
      readonly vector: unknown
    }
    const sets = expected.sets.map(([description, version, , splits]) => [
      description,
      version,
      description === 'random' ? 7 : null,
      splits,
    ])
    assert.deepEqual(ours, { ...expected, sets })
    assert.deepEqual(expected.vector, vectors[0])
  })

  test('both clients ask for the same things to make views, training data sets and models, and to read rows', () => {
    const body = (of: 'theirs' | 'ours', method: string, path: RegExp, with_?: string) => {
      const found = seen[of].find(
        (request) =>
          request.method === method &&
          path.test(request.path) &&
          (!with_ || JSON.stringify(request.body).includes(with_)),
      )
      assert.ok(found, `${of}: ${method} ${path}`)
      return normal(found.body, of) as Record<string, unknown>
    }
    const same = (
      method: string,
      path: RegExp,
      differ: Readonly<Record<string, readonly [unknown, unknown]>>,
      with_?: string,
    ) => {
      const [ours, theirs] = [body('ours', method, path, with_), body('theirs', method, path, with_)]
      for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)]))
        assert.deepEqual([ours[name], theirs[name]], differ[name] ?? [theirs[name], theirs[name]], `${path}: ${name}`)
    }
    same('POST', /featureview$/, {})
    same('POST', /trainingdatasets$/, { seed: [7, null] }, 'random')
    same('POST', /trainingdatasets$/, {}, 'timed')
    // Theirs goes by the features of the view alone; ours asks for the names, too.
    const metadataOptions = [{ featureName: true, featureType: true }, undefined] as const
    same('POST', /\/feature_store/, { metadataOptions, passedFeatures: [{}, null] })
    // Theirs asks for what became of each group unless rows may be missing.
    const options = [true, false].map((includeDetailedStatus) => ({
      validatePassedFeatures: false,
      includeDetailedStatus,
    })) as [unknown, unknown]
    same('POST', /batch_feature_store/, { metadataOptions, options })
    same('PUT', /modelregistries/, {})
  })
}

async function createView({ features: store }: Project): Promise<FeatureView> {
  const moods = await store.createFeatureGroup({
    name: 'ours_moods',
    primaryKey: ['who'],
    eventTime: 'at',
    features: [
      { name: 'who', type: 'string' },
      { name: 'mood', type: 'string' },
      { name: 'scores', type: 'array<double>' },
      { name: 'at', type: 'timestamp' },
    ],
  })
  const plays = await store.createFeatureGroup({
    name: 'ours_plays',
    primaryKey: ['who', 'song'],
    eventTime: 'at',
    features: [
      { name: 'who', type: 'string' },
      { name: 'song', type: 'bigint' },
      { name: 'times', type: 'bigint' },
      { name: 'liked', type: 'boolean' },
      { name: 'at', type: 'timestamp' },
    ],
  })
  await moods.insert(
    [
      { who: 'ann', mood: 'calm', scores: [0.5], at: day(1) },
      { who: 'bob', mood: 'new', scores: null, at: day(20) },
    ],
    { wait: true },
  )
  await moods.insert([{ who: 'ann', mood: 'glad', scores: [0.25, 1], at: day(10) }], { wait: true })
  await plays.insert(played, { wait: true })
  for (const group of [moods, plays]) await (await group.materialize())?.finished()
  return store.createFeatureView({
    name: 'ours_view',
    description: 'd',
    query: {
      group: plays,
      joins: [{ group: moods, features: ['mood', 'scores'], on: ['who'], prefix: 'm_' }],
      filter: { feature: 'times', is: 'gt', value: 1 },
    },
    labels: ['liked'],
  })
}

async function checkRows(view: FeatureView): Promise<void> {
  const [first] = await view.read(keys.slice(0, 1))
  const read = [first, ...(await view.read(keys.slice(1)))]
  assert.deepEqual(
    read.map((row) => values(row!)),
    vectors,
  )
  const batch = await all(view.readOffline({ from: day(10), until: day(30) }))
  assert.deepEqual(listed(batch.map(values)), tests.slice(0, 2))
}

async function checkSplits(set: TrainingDataset): Promise<void> {
  for (const [split, expected] of [
    ['train', train],
    ['test', tests],
  ] as const) {
    const read = await all(set.read({ split }))
    assert.deepEqual(listed(read.map(unlabelled)), expected)
    for (const row of read)
      assert.equal(row.liked, played.find((each) => each.who === row.who && each.song === row.song)!.liked)
  }
}

async function all(pages: AsyncIterable<Row[]>): Promise<Row[]> {
  const rows: Row[] = []
  for await (const page of pages) rows.push(...page)
  return rows
}

function values(row: Row): unknown[] {
  return Object.values(row).map((value) => (value instanceof Date ? text(value) : value))
}

function unlabelled({ liked: _, ...row }: Row): unknown[] {
  return values(row)
}

function listed(rows: readonly (readonly unknown[])[]): unknown {
  return rows.toSorted((a, b) => (`${a}` < `${b}` ? -1 : 1))
}

/** With times as the tables of this file have them. */
function told(result: unknown): unknown {
  return JSON.parse(JSON.stringify(result), (_name, value: { readonly time?: string } | null) =>
    value?.time ? text(new Date(value.time)) : value,
  )
}

/** What a group or feature is sent with beside its name the server told both of them, each passes on as much as it keeps. */
const named: Readonly<Record<string, readonly string[]>> = {
  leftFeatureGroup: ['name', 'version', 'type', 'eventTime'],
  featuregroup: ['name', 'version', 'type', 'eventTime'],
  featureView: ['name', 'version', 'type', 'featurestoreId', 'query'],
  leftFeatures: ['name', 'primary', 'useFullyQualifiedName'],
  on: ['name'],
  feature: ['name'],
}

/** Without the beginning of the names, and things that the server told reduced to what names them. */
function normal(body: unknown, of: string): unknown {
  const reduced = (value: unknown, keys: readonly string[]): unknown =>
    Array.isArray(value)
      ? value.map((each) => reduced(each, keys))
      : value && Object.fromEntries(keys.map((key) => [key, (value as Record<string, unknown>)[key]]))
  return JSON.parse(JSON.stringify(body).replaceAll(`${of}_`, ''), (name, value: unknown) =>
    named[name] ? reduced(value, named[name]) : value,
  )
}
