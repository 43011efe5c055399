import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FeatureView, Row } from '../index.ts'
import { type TestProject, testProject } from '../test-project.ts'

const day = (n: number) => new Date(Date.UTC(2026, 0, n))

interface TestView extends TestProject {
  readonly view: FeatureView
}

/** 40 plays of 20 listeners, one a day, and what mood they were in from which day on; the view leaves out who it was. */
async function withView(made: TestProject): Promise<TestView> {
  const { features } = made.project
  const plays = await features.createFeatureGroup({
    name: 'plays',
    primaryKey: ['who', 'n'],
    eventTime: 'at',
    features: [
      { name: 'who', type: 'string' },
      { name: 'n', type: 'bigint' },
      { name: 'liked', type: 'boolean' },
      { name: 'at', type: 'timestamp' },
    ],
  })
  const moods = await features.createFeatureGroup({
    name: 'moods',
    primaryKey: ['who'],
    eventTime: 'at',
    features: [
      { name: 'who', type: 'string' },
      { name: 'mood', type: 'array<double>' },
      { name: 'at', type: 'timestamp' },
    ],
  })
  const played = Array.from({ length: 40 }, (_, n) => ({
    who: `listener ${n % 20}`,
    n,
    liked: n % 3 === 0,
    at: day(n + 1),
  }))
  const mood = (of: number, at: Date, value: number) => ({ who: `listener ${of}`, mood: [value], at })
  await plays.insert(played)
  await moods.insert([mood(0, day(1), 0.5), mood(1, day(30), 0.25)])
  await moods.insert([mood(0, day(25), 0.75)])
  for (const group of [plays, moods]) await (await group.materialize())!.finished()
  const view = await features.createFeatureView({
    name: 'tastes',
    query: {
      group: plays,
      features: ['n', 'liked'],
      joins: [{ group: moods, features: ['mood'], on: ['who'] }],
      filter: { feature: 'n', is: 'lt', value: 35 },
    },
    labels: ['liked'],
  })
  return { ...made, view }
}

async function all(pages: AsyncIterable<Row[]>): Promise<Row[]> {
  const rows: Row[] = []
  for await (const page of pages) rows.push(...page)
  return rows.toSorted((a, b) => Number(a.n) - Number(b.n))
}

const numbers = (rows: readonly Row[]) => rows.map(({ n }) => n)
const range = (from: number, until: number) => Array.from({ length: until - from }, (_, i) => from + i)

test('reads training data', async (t) => {
  const { local, project, view } = await withView(await testProject(t))

  await t.test('reads rows of a view offline, as of their time, between two times', async () => {
    const rows = await all(view.readOffline())
    assert.deepEqual(numbers(rows), range(0, 35))
    assert.deepEqual(rows[0], { n: 0, mood: [0.5] })
    assert.deepEqual(rows[1], { n: 1, mood: null }, 'their mood is known later only')
    assert.deepEqual(rows[20], { n: 20, mood: [0.5] }, 'their mood changes later')
    const some = await all(view.readOffline({ from: day(21), until: day(23), labels: true }))
    assert.deepEqual(some, [
      { n: 20, liked: false, mood: [0.5] },
      { n: 21, liked: true, mood: null },
    ])
  })

  await t.test('reads training data sets split by time', async () => {
    const set = await view.createTrainingDataset({
      splits: [
        { name: 'train', from: day(1), until: day(11) },
        { name: 'test', from: day(11), until: day(100) },
      ],
    })
    const train = await all(set.read({ split: 'train' }))
    assert.deepEqual(numbers(train), range(0, 10))
    assert.deepEqual(Object.keys(train[0]!), ['n', 'liked', 'mood'])
    assert.deepEqual(numbers(await all(set.read({ split: 'test' }))), range(10, 35))
    const narrow = await view.createTrainingDataset({ splits: set.splits, from: day(6), until: day(11) })
    assert.deepEqual(numbers(await all(narrow.read({ split: 'train' }))), range(5, 10))
    assert.deepEqual(await all(narrow.read({ split: 'test' })), [])
    for (const split of [undefined, 'none'])
      await assert.rejects(
        all(set.read({ ...(split && { split }) })),
        /training data set \d+ of "tastes" has no split ".*"; say one of: train, test/,
      )
  })

  await t.test('reads random splits: every row once, the same ones again, all of a key together', async () => {
    const splits = [
      { name: 'train', share: 0.75 },
      { name: 'test', share: 0.25 },
    ]
    const made = await view.createTrainingDataset({ splits, from: day(3), until: day(31) })
    assert.ok(made.seed !== undefined, 'a seed was drawn')
    const stored = (await (await project.features.featureView('tastes'))!.trainingDatasets()).at(-1)
    assert.deepEqual([stored!.seed, stored!.from, stored!.until], [made.seed, day(3), day(31)])
    const train = await all(stored!.read({ split: 'train' }))
    const test = await all(made.read({ split: 'test' }))
    assert.deepEqual(
      numbers([...train, ...test]).toSorted((a, b) => Number(a) - Number(b)),
      range(2, 30),
    )
    assert.deepEqual(Object.keys(train[0]!), ['n', 'liked', 'mood'], 'who it was stays out')
    assert.deepEqual(await all(made.read({ split: 'train' })), train)

    const whole = await view.createTrainingDataset({ seed: 1, filter: { feature: 'n', is: 'le', value: 20 } })
    assert.deepEqual(numbers(await all(whole.read())), range(0, 21))
    await assert.rejects(all(whole.read({ split: 'train' })), /has no split "train"; leave the split out/)

    const leftFeatureGroup = { id: 1, name: 'plays', version: 1, features: [{ name: 'n', type: 'bigint' }] }
    local.faults.answer({
      path: /query\/batch/,
      status: 200,
      body: { leftFeatureGroup, leftFeatures: [{ name: 'n' }] },
    })
    await assert.rejects(
      all(made.read({ split: 'train' })),
      /"plays" has no primary key to draw random splits by; make a training data set that is/,
    )
  })

  await t.test('refuses splits that make no sense, and to guess a seed', async () => {
    const create = (...shares: readonly number[]) =>
      view.createTrainingDataset({ splits: shares.map((share, i) => ({ name: `${i}`, share })) })
    await assert.rejects(
      create(0.5, 0.4),
      /the shares of its splits are 0.5, 0.4; use positive numbers that add up to 1/,
    )
    await assert.rejects(create(1.5, -0.5), /the shares of its splits are 1.5, -0.5/)
    const mixed = [
      { name: 'train', share: 1 },
      { name: 'test', from: day(1), until: day(2) },
    ]
    await assert.rejects(view.createTrainingDataset({ splits: mixed }), /some splits are shares, others are times/)
    const theirs = { version: 9, seed: null, splits: [{ name: 'train', percentage: 1 }] }
    local.faults.answer({ path: /trainingdatasets$/, status: 200, body: { items: [theirs] } })
    const [set] = await view.trainingDatasets()
    await assert.rejects(
      all(set!.read({ split: 'train' })),
      /training data set 9 of "tastes": it was made without a seed/,
    )
  })
})
