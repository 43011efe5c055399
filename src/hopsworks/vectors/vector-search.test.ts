import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FeatureGroup, Row } from '../index.ts'
import { counted, testProject, vectorGroup } from '../test-project.ts'

const rows = Array.from({ length: 40 }, (_, i) => ({
  key: `row-${i}`,
  n: i,
  emb: [Math.cos(i / 20), Math.sin(i / 20), 0],
  ts: new Date(1_700_000_000_000 + i),
}))

async function filled(group: FeatureGroup): Promise<FeatureGroup> {
  await group.insert(rows, { wait: true })
  await counted(group, rows.length)
  return group
}

for (const version of ['5.0.6', '5.1.0', '5.2.1'])
  test(`finds the nearest rows with their cosines, with ${version}`, async (t) => {
    const { local, project } = await testProject(t, {}, { version })
    const group = await filled(await project.features.createFeatureGroup(vectorGroup))
    const near = await group.nearest([1, 0, 0], { k: 3 })
    assert.deepEqual(
      near.map(({ row }) => row.key),
      ['row-0', 'row-1', 'row-2'],
    )
    assert.deepEqual(near[1]!.row, { key: 'row-1', n: 1, ts: rows[1]!.ts })
    for (const [i, { similarity }] of near.entries()) assert.ok(Math.abs(similarity - Math.cos(i / 20)) < 1e-6)
    const filter = { feature: 'n', is: 'ge', value: 30 } as const
    const far = await group.nearest(Float32Array.of(1, 0, 0), { k: 5, filter, features: ['n', 'emb'] })
    assert.deepEqual(
      far.map(({ row }) => row.n),
      [30, 31, 32, 33, 34],
    )
    assert.ok(Math.abs(far[0]!.similarity - Math.cos(1.5)) < 1e-6)
    assert.deepEqual(far[0]!.row.emb, [...Float32Array.from(rows[30]!.emb)])
    const inside = local.requests.some(
      ({ path, body }) => /_search/.test(path) && /"knn":.*"filter":\{"bool":\{"must"/.test(JSON.stringify(body)),
    )
    assert.equal(inside, version >= '5.1')
    assert.equal((await group.nearest([1, 0, 0], { k: 50, filter })).length, 10)
  })

for (const similarity of ['dot_product', 'l2_norm'] as const)
  test(`gives the true ${similarity}`, async (t) => {
    const { project } = await testProject(t)
    const index = { embeddings: [{ feature: 'emb', dimension: 3, similarity }] }
    const group = await filled(await project.features.createFeatureGroup({ ...vectorGroup, embeddingIndex: index }))
    const query = [0.5, -2, 1]
    for (const { row, similarity: got } of await group.nearest(query, { k: 40, features: ['emb'] })) {
      const [dot, distance] = [0, 1, 2].reduce(
        ([p, d], i) => {
          const value = (row.emb as number[])[i]!
          return [p! + value * query[i]!, d! + (value - query[i]!) ** 2]
        },
        [0, 0],
      )
      assert.ok(Math.abs(got - (similarity === 'l2_norm' ? -distance! : dot!)) < 1e-5)
    }
  })

test('counts, reads by key and scans, also in an index that groups share', async (t) => {
  const { project } = await testProject(t)
  const shared = { embeddings: vectorGroup.embeddingIndex!.embeddings }
  const other = await project.features.createFeatureGroup({ ...vectorGroup, name: 'others', embeddingIndex: shared })
  await other.insert([{ ...rows[3]!, n: 1000 }], { wait: true })
  await counted(other, 1)
  for (const embeddingIndex of [shared, vectorGroup.embeddingIndex!]) {
    const name = `g${embeddingIndex === shared ? 1 : 2}`
    const group = await filled(await project.features.createFeatureGroup({ ...vectorGroup, name, embeddingIndex }))
    assert.equal(await group.count({ filter: { feature: 'n', is: 'lt', value: 10 } }), 10)
    const read = await group.read([{ key: 'row-3' }, { key: 'row' }, { key: 'ROW-3' }, { key: 'row-30' }], {
      features: ['n'],
    })
    assert.deepEqual(read, [{ n: 3 }, undefined, undefined, { n: 30 }])
    assert.deepEqual(await group.read([{ key: 'row-7' }], { features: ['key', 'ts'] }), [
      { key: 'row-7', ts: rows[7]!.ts },
    ])
    for (const options of [
      {},
      { orderBy: 'n' },
      { orderBy: 'ts', filter: { feature: 'n', is: 'ge', value: 0 } },
    ] as const) {
      const pages: Row[][] = []
      for await (const page of group.scan({ ...options, pageSize: 7, features: ['n'] })) pages.push(page)
      const all = pages.flat().map(({ n }) => n as number)
      assert.deepEqual(
        options.orderBy ? all : all.toSorted((a, b) => a - b),
        rows.map(({ n }) => n),
      )
    }
    await group.delete()
  }
  assert.equal(await other.count(), 1)
})

test('follows a group: rows with one value on both sides of a page come once', async (t) => {
  const { project } = await testProject(t)
  const group = await project.features.createFeatureGroup(vectorGroup)
  const equal = rows.map((row, i) => ({ ...row, n: Math.floor(i / 9) }))
  await group.insert(equal, { wait: true })
  await counted(group, rows.length)
  const keys: unknown[] = []
  for await (const page of group.scan({ orderBy: 'n', pageSize: 4 })) {
    keys.push(...page.map(({ key }) => key))
    if (keys.length === 4) {
      await group.insert([{ ...rows[0]!, key: 'late', n: 99 }], { wait: true })
      await counted(group, rows.length + 1)
    }
  }
  assert.equal(keys.length, rows.length + 1)
  assert.equal(new Set(keys).size, rows.length + 1)
  assert.equal(keys.at(-1), 'late')
})

test('signs in again when its token has expired, and waits for a restart', async (t) => {
  const { local, project } = await testProject(t)
  const group = await filled(await project.features.createFeatureGroup(vectorGroup))
  local.faults.expireTokens()
  assert.equal((await group.nearest([1, 0, 0], { k: 1 })).length, 1)
  await local.faults.openSearch.stop()
  const work = group.nearest([1, 0, 0], { k: 2 })
  setTimeout(() => local.faults.openSearch.start(), 50)
  assert.equal((await work).length, 2)
})

test('says what it can not search for', async (t) => {
  const { local, project } = await testProject(t, { timeouts: { patience: 0 } })
  const group = await project.features.createFeatureGroup(vectorGroup)
  await assert.rejects(group.nearest([1, 0], { k: 1 }), /a vector of 2 numbers for "profiles"."emb" of 3/)
  await assert.rejects(group.nearest([1, 0, 0], { k: 0 }), /0 neighbours/)
  await assert.rejects(group.nearest([1, 0, 0], { k: 1, embedding: 'n' }), /no single embedding "n"; name one of: emb/)
  await assert.rejects(group.read([{ n: 1 }]), /a key for "profiles" lacks "key"/)
  const plain = await project.features.createFeatureGroup({
    name: 'plain',
    primaryKey: ['id'],
    features: [{ name: 'id', type: 'int' }],
  })
  await assert.rejects(plain.nearest([1], { k: 1 }), /"plain" has no embedding index/)
  await local.faults.openSearch.stop()
  await assert.rejects(
    group.count(),
    new RegExp(`hopsworks opensearch: count of "profiles": can't reach .* port ${local.ports.openSearch} is open`),
  )
})
