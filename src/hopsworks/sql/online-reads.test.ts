import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type FeatureDefinition, type FeatureValue, login, type Row, type ScanOptions } from '../index.ts'
import { testProject } from '../test-project.ts'

const features: readonly FeatureDefinition[] = [
  { name: 'n', type: 'bigint' },
  { name: 'key', type: 'string' },
  { name: 'flag', type: 'boolean' },
  { name: 'small', type: 'int' },
  { name: 'big', type: 'bigint' },
  { name: 'single', type: 'float' },
  { name: 'wide', type: 'double' },
  { name: 'text', type: 'string', onlineType: 'text' },
  { name: 'bytes', type: 'binary', onlineType: 'varbinary(500)' },
  { name: 'price', type: 'decimal(12,3)' },
  { name: 'day', type: 'date' },
  { name: 'seen', type: 'timestamp' },
  { name: 'exact', type: 'timestamp', onlineType: 'timestamp(3)' },
  { name: 'list', type: 'array<float>', onlineType: 'varbinary(500)' },
  { name: 'words', type: 'map<string,bigint>', onlineType: 'varbinary(2000)' },
  { name: 'pair', type: 'struct<a:int,b:string>', onlineType: 'varbinary(500)' },
]

const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => handy(value))
const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const single = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const time = (step: number) =>
  fc.integer({ min: 1, max: Math.floor((2 ** 31 * 1_000) / step) - 1 }).map((n) => new Date(n * step))

const values = fc.record({
  flag: fc.option(fc.boolean()),
  small: fc.option(int),
  big: fc.option(long),
  single: fc.option(single),
  wide: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
  text: fc.option(text),
  bytes: fc.option(fc.uint8Array({ maxLength: 40 })),
  price: fc.option(
    fc.integer({ min: -1e11, max: 1e11 }).map((n) => (n / 1000).toFixed(3).replace(/^-(0\.000)$/, '$1')),
  ),
  day: fc.option(time(86_400_000)),
  seen: fc.option(time(1_000)),
  exact: fc.option(time(1_000).map((at) => new Date(at.getTime() + 70))),
  list: fc.option(fc.array(single, { maxLength: 8 })),
  words: fc.option(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), long, { maxKeys: 4, noNullPrototype: true })),
  pair: fc.option(fc.record({ a: fc.option(int), b: fc.option(text) }, { noNullPrototype: true })),
})

const nothing = { day: null, seen: null, exact: null, list: null, words: null, pair: null }
const extremes = {
  ...nothing,
  flag: false,
  small: -(2 ** 31),
  big: -(2n ** 63n),
  single: 2 ** 53,
  wide: 2 ** 60,
  text: "'\\`?",
  bytes: new Uint8Array(),
  price: '-0.010',
}

test('rows that come by SQL are those that come through REST, value for value', async (t) => {
  const { local, project: rest } = await testProject(t)
  local.faults.moveDatabaseEast(2)
  const sql = await login({ ...local.login, onlineReads: 'sql' })
  t.after(() => sql.close())
  const definition = { name: 'everything', primaryKey: ['n', 'key'], features }
  const group = await rest.features.createFeatureGroup(definition)
  const same = (await sql.features.featureGroup('everything', 1))!
  let n = 2n ** 60n
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(text, values), { minLength: 1, maxLength: 12 }), async (given) => {
      const rows = given.map(([key, row]) => ({ n: ++n, key, ...row }))
      await group.insert(rows, { wait: true })
      const keys = rows.map((row) => ({ n: row.n, key: row.key }))
      assert.deepEqual((await same.read(keys)).map(plain), rows.map(plain))
      assert.deepEqual((await group.read(keys)).map(plain), rows.map(plain))
    }),
    { numRuns: 8, examples: [[[['', extremes]]]] },
  )
})

test('many rows come in the order asked, those that are not there as undefined, and only the features asked for', async (t) => {
  const { project } = await testProject(t, { onlineReads: 'sql' })
  const group = await project.features.createFeatureGroup({
    name: 'many',
    primaryKey: ['id'],
    features: [
      { name: 'id', type: 'int' },
      { name: 'text', type: 'string' },
      { name: 'at', type: 'timestamp' },
    ],
  })
  const rows = Array.from({ length: 1_500 }, (_, id) => ({ id, text: `row ${id}`, at: new Date(id * 1_000) }))
  await group.insert(rows, { wait: true })
  const ids = Array.from({ length: 1_300 }, (_, i) => (i * 977) % 1_600)
  const found = await group.read(
    ids.map((id) => ({ id })),
    { features: ['text'] },
  )
  assert.deepEqual(
    found,
    ids.map((id) => (id < 1_500 ? { text: `row ${id}` } : undefined)),
  )
  assert.deepEqual(await group.read([]), [])
  assert.deepEqual(await group.read([{ id: 7 }, { id: 7 }]), [rows[7], rows[7]])
  await assert.rejects(group.read([{ id: 1 }], { features: ['other'] }), /no feature "other"; use one of: id, text, at/)
})

test('times are keys to as many digits as their column has, by SQL and through REST', async (t) => {
  const { local, project: rest } = await testProject(t)
  const sql = await login({ ...local.login, onlineReads: 'sql' })
  t.after(() => sql.close())
  const group = await rest.features.createFeatureGroup({
    name: 'moments',
    primaryKey: ['exact', 'seen', 'day'],
    features: [
      { name: 'exact', type: 'timestamp', onlineType: 'timestamp(3)' },
      { name: 'seen', type: 'timestamp' },
      { name: 'day', type: 'date' },
    ],
  })
  const row = (text: string) => ({ exact: new Date(text), seen: new Date(`${text.slice(0, 19)}Z`), day: new Date(0) })
  const rows = ['2026-01-02T03:04:05.070Z', '2026-01-02T03:04:05.071Z', '2026-01-02T03:04:05Z'].map(row)
  await group.insert(rows, { wait: true })
  const keys = rows.map((key) => ({ ...key, seen: new Date(+key.seen + 1), day: new Date(7) }))
  for (const client of [rest, sql])
    assert.deepEqual(await (await client.features.featureGroup('moments', 1))!.read(keys), rows)
})

test('a group without embeddings is gone through page by page, counted and filtered', async (t) => {
  const { local, project } = await testProject(t, { onlineReads: 'sql' })
  const group = await project.features.createFeatureGroup({
    name: 'scanned',
    primaryKey: ['a', 'b'],
    features: [
      { name: 'a', type: 'string' },
      { name: 'b', type: 'bigint' },
      { name: 'x', type: 'float' },
      { name: 'at', type: 'timestamp', onlineType: 'timestamp(3)' },
      { name: 'tags', type: 'array<int>' },
    ],
  })
  const rows = Array.from({ length: 60 }, (_, i) => ({
    a: `a${i % 3}`,
    b: 2n ** 55n + BigInt(i),
    x: i % 5 === 0 ? null : Math.fround((i % 7) / 10),
    at: new Date(1_700_000_000_070 + (i % 4) * 100),
    tags: [i],
  }))
  await group.insert(rows, { wait: true })
  async function all(options: ScanOptions): Promise<Row[]> {
    const found: Row[] = []
    for await (const page of group.scan(options)) {
      assert.ok(page.length <= (options.pageSize ?? 1_000))
      found.push(...page)
    }
    return found
  }
  const byKey = (list: typeof rows) => list.toSorted((a, b) => (a.a < b.a ? -1 : a.a > b.a ? 1 : Number(a.b - b.b)))

  assert.deepEqual(await all({ pageSize: 7 }), byKey(rows))
  assert.deepEqual(
    await all({ features: ['tags'] }),
    byKey(rows).map(({ tags }) => ({ tags })),
  )
  assert.deepEqual(
    await all({ orderBy: 'x', pageSize: 4 }),
    byKey(rows.filter(({ x }) => x !== null)).toSorted((a, b) => a.x! - b.x!),
  )
  assert.deepEqual(
    await all({ orderBy: 'at', pageSize: 4 }),
    byKey(rows).toSorted((a, b) => +a.at - +b.at),
  )
  assert.equal(await group.count(), 60)
  const counts = {
    eq: [{ feature: 'x', is: 'eq', value: Math.fround(0.1) }, rows.filter(({ x }) => x === Math.fround(0.1))],
    ne: [{ feature: 'x', is: 'ne', value: Math.fround(0.1) }, rows.filter(({ x }) => x !== Math.fround(0.1))],
    in: [{ feature: 'b', is: 'in', value: [2n ** 55n, 2n ** 55n + 9n, 1] }, [rows[0], rows[9]]],
    none: [{ feature: 'b', is: 'in', value: [] }, []],
    time: [{ feature: 'at', is: 'gt', value: new Date(1_700_000_000_170) }, rows.filter((_, i) => i % 4 > 1)],
    both: [
      {
        and: [
          { feature: 'a', is: 'eq', value: 'a1' },
          { feature: 'x', is: 'le', value: 0 },
        ],
      },
      rows.filter(({ a, x }) => a === 'a1' && x === 0),
    ],
    either: [
      {
        or: [
          { feature: 'a', is: 'ge', value: 'a2' },
          { feature: 'b', is: 'lt', value: 2n ** 55n + 3n },
        ],
      },
      rows.filter(({ a }, i) => a === 'a2' || i < 3),
    ],
  } as const
  for (const [name, [filter, expected]] of Object.entries(counts)) {
    assert.equal(await group.count({ filter }), expected.length, name)
    assert.deepEqual(await all({ filter, pageSize: 3 }), byKey(expected as unknown as typeof rows), name)
  }

  await group.deleteRows([{ a: 'a0', b: 2n ** 55n }], { wait: true })
  assert.equal(await group.count(), 59)
  const rest = await login(local.login)
  const unreachable = (await rest.features.featureGroup('scanned', 1))!
  await assert.rejects(unreachable.count(), /has no embedding index.*onlineReads: 'sql'/)
  await rest.close()
})

/** Binary as what it is compared by. */
function plain(row: Row | undefined): unknown {
  return row && Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)]))
}

function plainValue(value: FeatureValue | undefined): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
}

function handy(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}
