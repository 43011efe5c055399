import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import {
  type FeatureGroup,
  type FeatureGroupDefinition,
  HopsworksError,
  type LoginOptions,
  login,
  type Project,
  type Row,
} from '../../../src/hopsworks/index.ts'
import type { LocalHopsworks } from '../fast/local-hopsworks.ts'
import type { MariadbPart } from './mariadb-part.ts'
import type { OfficialClient } from './official-client.ts'

interface Running {
  readonly local: LocalHopsworks
  readonly mariadb: MariadbPart
  readonly official: OfficialClient
  readonly project: Project
}

/** What `official/sql.py` tells. */
interface Told {
  readonly rows: readonly Row[]
  readonly some: readonly Row[]
  readonly vector: readonly unknown[]
  readonly vectors: readonly (readonly unknown[])[]
}

/** As `official/sql.py` makes it. */
const definition: FeatureGroupDefinition = {
  name: 'ours_sql',
  primaryKey: ['who', 'n'],
  features: [
    { name: 'who', type: 'string' },
    { name: 'n', type: 'bigint' },
    { name: 'whole', type: 'int' },
    { name: 'score', type: 'double' },
    { name: 'single', type: 'float' },
    { name: 'flag', type: 'boolean' },
    { name: 'price', type: 'decimal(4,2)' },
    { name: 'born', type: 'date' },
    { name: 'at', type: 'timestamp' },
    { name: 'content', type: 'binary' },
    { name: 'tags', type: 'array<string>' },
    { name: 'pair', type: 'struct<a:bigint,b:array<string>>' },
  ],
}
const ann: Row = {
  ...{ who: 'ann', n: 1, whole: -7, score: 0.1, single: 0.5, flag: true, price: '-12.50' },
  ...{ born: new Date('1999-12-31'), at: new Date('2026-01-02T03:04:05Z'), content: new Uint8Array([0, 1, 255]) },
  ...{ tags: ['x', 'y'], pair: { a: 3, b: ['z'] } },
}
const bob: Row = {
  ...{ who: 'bob', n: 2n ** 60n + 1n, whole: 8, score: null, single: null, flag: null, price: null, born: null },
  ...{ at: new Date('2038-01-19T03:14:07Z'), content: null, tags: null, pair: null },
}
const zoe: Row = {
  ...{ who: 'Zoë', n: 3, whole: 9, score: 1e-9, single: -2.25, flag: false, price: '0.05' },
  ...{ born: new Date('2026-01-02'), at: new Date('2026-07-01'), content: new Uint8Array(), tags: [] },
  pair: { a: null, b: null },
}
const rows = [ann, bob, zoe]
const keys = [
  { who: 'Zoë', n: 3 },
  { who: 'nobody', n: 1 },
  { who: 'bob', n: 2n ** 60n + 1n },
]

/** Online reads by SQL, with the official client, on MariaDB. */
export function sqlTests(running: () => Running): void {
  let theirs: Told
  const by = async (options: Partial<LoginOptions>, work: (project: Project) => Promise<void>) => {
    const project = await login({ ...running().local.login, onlineReads: 'sql', ...options })
    try {
      await work(project)
    } finally {
      await project.close()
    }
  }

  test('our client reads by SQL what the official one wrote and reads, from groups and views', async () => {
    const { official, project } = running()
    theirs = (await official.run('sql', 'theirs', 'write')) as Told
    assert.deepEqual(
      theirs.vectors.map((vector) => vector[0]),
      ['Zoë', null, 'bob'],
    )
    await by({}, async (sql) => {
      for (const client of [sql, project]) {
        const group = (await client.features.featureGroup('theirs_sql', 1))!
        const view = (await client.features.featureView('theirs_sql', 1))!
        assert.deepEqual(await group.read(keys), [zoe, undefined, bob])
        assert.deepEqual(await view.read(keys), [unlabelled(zoe), undefined, unlabelled(bob)])
        assert.deepEqual(await view.read([{ who: 'ann', n: 1 }]), [unlabelled(ann)])
      }
      const group = (await sql.features.featureGroup('theirs_sql', 1))!
      assert.deepEqual(await all(group), rows)
      assert.equal(await group.count({ filter: { feature: 'score', is: 'gt', value: 0.01 } }), theirs.some.length)
    })
  })

  test('the official client reads by SQL what ours wrote, value for value', async () => {
    const { official, project } = running()
    const group = await project.features.createFeatureGroup(definition)
    await group.insert(rows, { wait: true })
    await project.features.createFeatureView({ name: 'ours_sql', query: { group }, labels: ['whole'] })
    assert.deepEqual(await official.run('sql', 'ours', 'read'), theirs)
  })

  test('many rows come by SQL as through REST; the server decides which keys are equal', async () => {
    const { project } = running()
    const group = await project.features.createFeatureGroup({ ...definition, name: 'many_sql' })
    const many = Array.from({ length: 700 }, (_, i) => ({
      ...rows[i % 3]!,
      n: 2n ** 60n + BigInt(i),
      score: Math.sin(i) * 10 ** (i % 300),
      single: Math.fround(Math.sin(i)),
    }))
    await group.insert(many, { wait: true })
    await by({}, async (sql) => {
      const same = (await sql.features.featureGroup('many_sql', 1))!
      const asked = many.map((row: Row) => ({ who: row.who!, n: row.n! })).toReversed()
      assert.deepEqual(await same.read(asked), many.toReversed())
      assert.deepEqual(await group.read(asked), many.toReversed())
      assert.equal((await all(same, 100)).length, 700)
      assert.equal(new Set((await all(same, 99)).map(({ n }) => n)).size, 700)
      const { n } = many[0]!
      assert.deepEqual(await same.read([{ who: 'ANN', n }, asked[0]!]), [many[0], many.at(-1)])
      const nobody = Array.from({ length: 60 }, (_, i) => ({ who: `nobody ${i}`, n }))
      const alike = [{ who: 'ANN', n }, ...nobody, { who: 'ann', n }, { who: 'Ann', n }, asked[0]!]
      const found = [many[0], ...nobody.map(() => undefined), many[0], many[0], many.at(-1)]
      assert.deepEqual(await same.read(alike), found)
    })
  })

  test('connections are encrypted unless that is switched off', async () => {
    const { local, mariadb } = running()
    const count = async (project: Project) => (await project.features.featureGroup('ours_sql', 1))!.count()
    await mariadb.wantsTls(true)
    await by({}, async (project) => assert.equal(await count(project), 3))
    await by({ mysqlTls: false }, async (project) => {
      await assert.rejects(count(project), (error) => error instanceof HopsworksError && error.part === 'mysql')
      await mariadb.wantsTls(false)
      assert.equal(await count(project), 3)
    })
    await local.faults.mysql.stop()
    await by({ timeouts: { patience: 500 } }, async (project) => {
      await assert.rejects(count(project), (error: Error) => /hopsworks mysql: .*port 3306 is open/.test(error.message))
    })
    await local.faults.mysql.start()
  })

  test('a MariaDB that is killed and comes back has every row, once', async () => {
    const { mariadb, project } = running()
    const group = await project.features.createFeatureGroup({ ...definition, name: 'killed_sql' })
    await group.insert([ann], { wait: true })
    await by({}, async (sql) => {
      const same = (await sql.features.featureGroup('killed_sql', 1))!
      assert.deepEqual(await same.read([{ who: 'ann', n: 1 }]), [ann])
      await mariadb.kill()
      const late = await group.insert([bob, zoe, { ...ann, whole: 70 }])
      const reading = same.read([{ who: 'ann', n: 1 }])
      await wait(1_000)
      await mariadb.start()
      assert.equal((await reading)[0]!.who, 'ann')
      await late.ingested({ signal: AbortSignal.timeout(60_000) })
      assert.deepEqual(await all(same), [{ ...ann, whole: 70 }, bob, zoe])
    })
  })
}

/** As a view of theirs has it. */
function unlabelled({ whole: _whole, ...row }: Row): Row {
  return row
}

async function all(group: FeatureGroup, pageSize?: number): Promise<Row[]> {
  const found: Row[] = []
  for await (const page of group.scan({ ...(pageSize && { pageSize }) })) found.push(...page)
  return found
}
