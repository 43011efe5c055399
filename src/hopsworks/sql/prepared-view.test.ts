import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FeatureGroupDefinition, HopsworksError, login, type Row } from '../index.ts'
import { testProject, vectorGroup } from '../test-project.ts'

const at = new Date('2026-03-01T10:00:00Z')

const songs: FeatureGroupDefinition = {
  name: 'songs',
  primaryKey: ['song', 'out'],
  features: [
    { name: 'song', type: 'bigint' },
    { name: 'out', type: 'date' },
    { name: 'tempo', type: 'float' },
    { name: 'sounds', type: 'array<int>' },
    { name: 'cover', type: 'binary' },
    { name: 'at', type: 'timestamp' },
  ],
}

const plays: FeatureGroupDefinition = {
  name: 'plays',
  primaryKey: ['who', 'song'],
  features: [
    { name: 'who', type: 'string' },
    { name: 'song', type: 'bigint' },
    { name: 'id', type: 'int' },
    { name: 'liked', type: 'boolean' },
    { name: 'price', type: 'decimal(10,2)' },
  ],
}

test('rows of a feature view come by SQL as they do through REST, from all of its groups', async (t) => {
  const { local, project: rest } = await testProject(t)
  const { features } = rest
  const [left, right] = [await features.createFeatureGroup(plays), await features.createFeatureGroup(songs)]
  const out = new Date('2025-12-31')
  await right.insert([{ song: 1, out, tempo: 0.1, sounds: [3, 4], cover: new Uint8Array([0, 255]), at }], {
    wait: true,
  })
  await left.insert(
    [
      { who: 'ann', song: 1, id: 70, liked: true, price: '12.50' },
      { who: 'ann', song: 2, id: 80, liked: null, price: null },
    ],
    { wait: true },
  )
  await features.createFeatureView({
    name: 'tastes',
    query: {
      group: left,
      joins: [{ group: right, features: ['tempo', 'sounds', 'cover', 'at', 'out'], on: ['song'] }],
    },
    labels: ['liked'],
  })
  const sql = await login({ ...local.login, onlineReads: 'sql' })
  t.after(() => sql.close())
  const same = (await sql.features.featureView('tastes', 1))!
  const view = (await features.featureView('tastes', 1))!

  const whole = { who: 'ann', song: 1, id: 70, price: '12.50', tempo: Math.fround(0.1), sounds: [3, 4], at, out }
  const expected: (Row | undefined)[] = [
    { ...whole, cover: new Uint8Array([0, 255]) },
    { who: 'ann', song: 2, id: 80, price: null, tempo: null, sounds: null, cover: null, at: null, out },
    undefined,
  ]
  const keys = [
    { who: 'ann', song: 1, out },
    { who: 'ann', song: 2, out },
    { who: 'nobody', song: 2, out: at },
  ]
  assert.deepEqual(await same.read(keys), expected)
  assert.deepEqual(await view.read(keys), expected)
  assert.deepEqual(await same.read([keys[1]!]), [expected[1]])
  assert.deepEqual(await same.read([]), [])
  const asked = local.requests.filter(({ path }) => /preparedstatement/.test(path))
  assert.equal(asked.length, 1)

  const advice = /give who, song, out, and nothing else/
  await assert.rejects(same.read([keys[0]!, { who: 'ann', song: 1 }]), /a key lacks "out"/)
  await assert.rejects(same.read([{ ...keys[0]!, extra: 1 }]), (error: Error) => {
    return (
      error instanceof HopsworksError &&
      /"extra" is in no primary key/.test(error.message) &&
      advice.test(error.message)
    )
  })
})

test('a key that a group has no row for is not taken for a feature of another group', async (t) => {
  const { local, project: rest } = await testProject(t)
  const { features } = rest
  const left = await features.createFeatureGroup(plays)
  const right = await features.createFeatureGroup({
    name: 'takes',
    primaryKey: ['song', 'id'],
    features: [
      { name: 'song', type: 'bigint' },
      { name: 'id', type: 'int' },
      { name: 'tempo', type: 'float' },
    ],
  })
  await left.insert([{ who: 'ann', song: 1, id: 70, liked: true, price: '1.00' }], { wait: true })
  const joins = [{ group: right, features: ['tempo'], on: ['song'] }]
  await features.createFeatureView({ name: 'taken', query: { group: left, features: ['who', 'id', 'liked'], joins } })
  const sql = await login({ ...local.login, onlineReads: 'sql' })
  t.after(() => sql.close())
  for (const project of [rest, sql]) {
    const view = (await project.features.featureView('taken', 1))!
    assert.deepEqual(await view.read([{ who: 'ann', song: 1, id: 5 }]), [
      { who: 'ann', id: 70, liked: true, tempo: null },
    ])
  }
})

test('a row that is nothing but its key is found, also where what is joined to it is missing', async (t) => {
  const { local, project: rest } = await testProject(t)
  const { features } = rest
  const left = await features.createFeatureGroup({
    name: 'follows',
    primaryKey: ['who', 'song'],
    features: plays.features.slice(0, 2),
  })
  const right = await features.createFeatureGroup({
    name: 'tempos',
    primaryKey: ['song'],
    features: [
      { name: 'song', type: 'bigint' },
      { name: 'tempo', type: 'float' },
    ],
  })
  const kept = { who: 'ann', song: 1 }
  await left.insert([kept], { wait: true })
  await features.createFeatureView({
    name: 'followed',
    query: { group: left, joins: [{ group: right, features: ['tempo'] }] },
  })
  const sql = await login({ ...local.login, onlineReads: 'sql' })
  t.after(() => sql.close())
  const found = { ...kept, tempo: null }
  for (const project of [rest, sql]) {
    const view = (await project.features.featureView('followed', 1))!
    assert.deepEqual(await view.read([kept]), [found])
    assert.deepEqual(await view.read([{ ...kept, song: 2 }, kept]), [undefined, found])
  }
})

test('a day in a key is sent as a day, also where the view leaves it out', async (t) => {
  const { local, project: rest } = await testProject(t)
  const { features } = rest
  const group = await features.createFeatureGroup(songs)
  const key = { song: 1, out: new Date('2025-12-31') }
  await group.insert([{ ...key, tempo: 0.5 }], { wait: true })
  await features.createFeatureView({ name: 'tempo', query: { group, features: ['tempo'] } })
  const sql = await login({ ...local.login, onlineReads: 'sql' })
  t.after(() => sql.close())
  for (const project of [rest, sql])
    assert.deepEqual(await (await project.features.featureView('tempo', 1))!.read([key]), [{ tempo: 0.5 }])
  const asked = local.requests.findLast(({ path }) => path.endsWith('/feature_store'))!.body
  assert.deepEqual((asked as { entries: unknown }).entries, { song: 1, out: '2025-12-31' })
})

test('a view over what is in the vector database is not read by SQL', async (t) => {
  const { project } = await testProject(t, { onlineReads: 'sql' })
  const group = await project.features.createFeatureGroup(vectorGroup)
  const view = await project.features.createFeatureView({ name: 'near', query: { group } })
  await assert.rejects(view.read([{ key: 'a' }]), /"key" is in the vector database; read its feature group by itself/)
})
