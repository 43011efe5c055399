/**
 * Our client and Hopsworks' own against the same local Hopsworks, of real parts: `npm run test:hopsworks`. What the official
 * client sends and understands is the measure; see docs/hopsworks.md for what that proves.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import {
  type FeatureGroup,
  type FeatureGroupDefinition,
  HopsworksError,
  login,
  type Project,
} from '../../../src/hopsworks/index.ts'
import type { LoggedRequest, TopicMessage } from '../fast/local-hopsworks.ts'
import { MemorySearch } from '../fast/search/memory-search.ts'
import { javaVersion } from './java-process.ts'
import { kafkaVersion } from './kafka-server.ts'
import { mariadbVersion } from './mariadb-part.ts'
import { OfficialClient } from './official-client.ts'
import { offlineTests } from './offline-tests.ts'
import { type RealHopsworks, startRealHopsworks } from './real-parts.ts'
import { essence, searched, searchedRows, searches, searchRequest } from './same-answers.ts'
import { openSearchVersion } from './search-part.ts'
import { sqlTests } from './sql-tests.ts'
import { storeTests } from './store-tests.ts'
import { viewsTests } from './views-tests.ts'

let real: RealHopsworks
let official: OfficialClient
let project: Project
const seen: { theirs: readonly LoggedRequest[]; ours: readonly LoggedRequest[] } = { theirs: [], ours: [] }
const model = Buffer.from(Uint8Array.from({ length: 256 * 50_000 }, (_, i) => i % 256))
const query = [0.1, 0.2, 0.3]
const rows = [
  { user_id: 'a', score: 1.5, n: 1, emb: [0.1, 0.2, 0.3], ts: new Date('2026-01-01') },
  { user_id: 'b', score: 2.5, n: 2, emb: [0.4, 0.5, 0.6], ts: new Date('2026-01-02') },
  { user_id: 'c', score: 3.5, n: 3, emb: [0.9, 0.1, 0], ts: new Date('2026-01-03') },
]
const plainGroup: FeatureGroupDefinition = {
  name: 'ours_plain',
  primaryKey: ['k'],
  features: [
    { name: 'k', type: 'bigint' },
    { name: 'content', type: 'binary' },
    { name: 'tags', type: 'array<string>' },
    { name: 'flag', type: 'boolean' },
    { name: 'name', type: 'string' },
  ],
}
const plainRows = [
  { k: 1, content: Buffer.from([0, 1, 255]), tags: ['x', 'y'], flag: true, name: 'Zoë' },
  { k: 2, content: null, tags: null, flag: false, name: null },
]
const cosines = rows.map(({ emb }) => cosine(query, emb))

process.once('SIGINT', () => process.exit(1)).once('SIGTERM', () => process.exit(1))

before(async () => {
  real = await startRealHopsworks()
  official = await OfficialClient.install(real.local, real.folder)
  project = await login(real.local.login)
  process.stdout.write(
    [
      '',
      `client      consonance/hopsworks on Node.js ${process.version}`,
      `official    ${await official.versions()}`,
      `Kafka       Apache Kafka ${kafkaVersion} (KRaft, mutual TLS), real, ${await javaVersion()}`,
      `OpenSearch  OpenSearch ${openSearchVersion} with k-NN (engine lucene), real; token check and TLS in front of it emulated`,
      `MariaDB     MariaDB ${mariadbVersion}, in the place of RonDB's MySQL server, real`,
      'emulated    control plane, OnlineFS, RonDB REST, Feature Query Service, materialization, files, model registry',
      '',
    ].join('\n'),
  )
})

after(async () => {
  await project?.close()
  await real?.close()
})

function vectors(name: string): FeatureGroupDefinition {
  return {
    name: `${name}_vectors`,
    primaryKey: ['user_id'],
    eventTime: 'ts',
    features: [
      { name: 'user_id', type: 'string' },
      { name: 'score', type: 'double' },
      { name: 'n', type: 'bigint' },
      { name: 'emb', type: 'array<double>' },
      { name: 'ts', type: 'timestamp' },
    ],
    embeddingIndex: { name: `${name}_own`, embeddings: [{ feature: 'emb', dimension: 3, similarity: 'cosine' }] },
  }
}

test('the official client logs in, inserts, finds neighbours, saves models', async () => {
  const from = real.local.requests.length
  const result = (await official.run('write', 'theirs')) as {
    readonly neighbours: readonly string[]
    readonly distances: readonly number[]
    readonly filtered: readonly string[]
    readonly best: number
  }
  seen.theirs = real.local.requests.slice(from)
  assert.deepEqual(result.neighbours, ['a', 'b', 'c'])
  assert.deepEqual(result.filtered, ['b', 'c'])
  for (const [i, distance] of result.distances.entries())
    assert.ok(Math.abs(distance - (1 - cosines[i]!) / (1 + cosines[i]!)) < 1e-5, `${distance}`)
  assert.equal(result.best, 2)
  assert.equal(real.local.online('theirs_vectors', 1).length, 3)
  assert.equal(real.local.offline('theirs_vectors', 1).length, 3)
})

test('our client reads what the official one wrote', async () => {
  const group = (await project.features.featureGroup('theirs_vectors', 1))!
  assert.deepEqual(group.primaryKey, ['user_id'])
  assert.equal(await group.count(), 3)
  const near = await group.nearest(query, { k: 3 })
  assert.deepEqual(
    near.map(({ row }) => row.user_id),
    ['a', 'b', 'c'],
  )
  for (const [i, { similarity }] of near.entries()) assert.ok(Math.abs(similarity - cosines[i]!) < 1e-5)
  const filter = { feature: 'score', is: 'gt', value: 2 } as const
  assert.deepEqual(
    (await group.nearest(query, { k: 3, filter })).map(({ row }) => row.user_id),
    ['b', 'c'],
  )
  assert.deepEqual(await group.read([{ user_id: 'b' }]), [rows[1]])

  const plain = (await project.features.featureGroup('theirs_plain', 1))!
  const [first, second] = await plain.read([{ k: 1 }, { k: 2 }])
  assert.deepEqual(
    { ...first, content: Buffer.from(first!.content as Uint8Array) },
    {
      k: 1,
      content: Buffer.from([0, 1, 255]),
      tags: ['x', 'y'],
      flag: true,
      name: 'Zoë',
    },
  )
  assert.equal(second, undefined, 'it was removed')

  const best = (await project.models.best('theirs_tower', 'recall', 'max'))!
  assert.equal(best.version, 2)
  assert.deepEqual(Buffer.from(await best.read('model.bin')), model)
})

test('the official client reads what ours wrote', async () => {
  const from = real.local.requests.length
  const group = await project.features.createFeatureGroup(vectors('ours'))
  const done = await group.insert(rows, { wait: true, materialize: true })
  assert.equal((await done.ingested()).upserted, 3)
  seen.ours = real.local.requests.slice(from)
  const plain = await project.features.createFeatureGroup(plainGroup)
  await plain.insert(plainRows, { wait: true })
  await plain.deleteRows([{ k: 2 }], { wait: true })
  assert.deepEqual(real.local.online('ours_plain', 1), real.local.online('theirs_plain', 1))
  for (const recall of [0.4, 0.3])
    await project.models.save({ name: 'ours_tower', files: new Map([['model.bin', model]]), metrics: { recall } })
  await visible(group, 3)

  assert.deepEqual(await official.run('read', 'ours'), {
    neighbours: ['a', 'b', 'c'],
    distances: (await group.nearest(query, { k: 3 })).map(({ similarity }) => similarityDistance(similarity)),
    filtered: ['b', 'c'],
    rows: rows.map(({ user_id, score, n, emb, ts }) => [user_id, score, n, emb, ts.toISOString().slice(0, 19)]),
    primary_key: ['user_id'],
    event_time: 'ts',
    types: { user_id: 'string', score: 'double', n: 'bigint', emb: 'array<double>', ts: 'timestamp' },
    best: 1,
    metrics: { recall: 0.4 },
    sha256: createHash('sha256').update(model).digest('hex'),
  })
})

offlineTests(() => ({ local: real.local, official, project }))
viewsTests(() => ({ local: real.local, official, project }))
sqlTests(() => ({ local: real.local, mariadb: real.mariadb, official, project }))

test('both clients write the same bytes into the same partitions', () => {
  const written = (name: string) =>
    real.local
      .messages()
      .filter(({ headers }) => headers.featureGroupId === groupId(name))
      .toSorted((a, b) => Buffer.compare(a.key!, b.key!))
  const [theirs, ours] = [written('theirs_vectors'), written('ours_vectors')]
  const [theirPlain, ourPlain] = [written('theirs_plain'), written('ours_plain')]
  const content = ({ key, value, partition, topic }: TopicMessage) => [
    `${key}`,
    value!.toString('hex'),
    partition,
    topic,
  ]
  assert.deepEqual(ours.map(content), theirs.map(content))
  assert.deepEqual(ourPlain.map(content), theirPlain.map(content))
  assert.equal(ourPlain.filter(({ headers }) => headers.operation === 'delete').length, 1)
  assert.equal(theirPlain.filter(({ headers }) => headers.operation === 'delete').length, 1)
  assert.deepEqual(
    ours.map(({ headers }) => Object.keys(headers).sort()),
    theirs.map(({ headers }) => Object.keys(headers).sort()),
  )
  assert.equal(
    ours[0]!.value!.toString('hex'),
    '02026102000000000000f83f0202023c0206029a9999999999b93f029a9999999999c93f02333333333333d33f0002808082e288d2a306',
  )
  assert.equal(
    ours[1]!.value!.toString('hex'),
    '0202620200000000000004400204023c0206029a9999999999d93f02000000000000e03f02333333333333e33f00028080bdbf8cd7a306',
  )
})

test('both clients ask for the same things to create a feature group, insert and search', () => {
  const created = (requests: readonly LoggedRequest[], name: string) =>
    requests.find(
      ({ method, path, body }) =>
        method === 'POST' && /featuregroups\?/.test(path) && (body as { name: string }).name === name,
    )!
  const [theirs, ours] = [created(seen.theirs, 'theirs_vectors'), created(seen.ours, 'ours_vectors')]
  assert.equal(ours.path, theirs.path)
  const body = (request: LoggedRequest) =>
    JSON.parse(JSON.stringify(request.body).replaceAll(/(theirs|ours)_/g, '')) as Record<string, unknown>
  const [{ deltaStreamerJobConf: theirJob, ...their }, { deltaStreamerJobConf: ourJob, ...our }] = [
    body(theirs),
    body(ours),
  ]
  // It says how the official client was called: `save` leaves its options out, `insert` sends what it was given.
  assert.deepEqual(ourJob, { writeOptions: [{ name: 'wait_for_job', value: false }], sparkJobConfiguration: null })
  assert.deepEqual(theirJob, { writeOptions: null, sparkJobConfiguration: null })
  for (const [name, value] of Object.entries(our)) assert.deepEqual(value, their[name], name)
  assert.deepEqual(
    Object.keys(their).filter((name) => !(name in our)),
    [],
    'nothing is left out',
  )

  const steps = (requests: readonly LoggedRequest[], name: string) => [
    ...new Set(
      requests
        .filter(
          ({ path }) => path.includes('kafka') || new RegExp(`${name}|featuregroups/${groupId(name)}/`).test(path),
        )
        .map(({ method, path }) => `${method} ${path.replaceAll(/theirs|ours|\d+/g, '_').replace(/\?.*/, '')}`)
        .filter((step) => /online_ingestion$|subjects|kafka_connector|executions$|jobs/.test(step)),
    ),
  ]
  const ourSteps = steps(seen.ours, 'ours_vectors')
  const theirSteps = steps(seen.theirs, 'theirs_vectors')
  assert.deepEqual(
    ourSteps.filter((step) => !theirSteps.includes(step)),
    [],
    'we ask for nothing that they do not',
  )
  for (const part of ['kafka_connector', 'subjects', 'online_ingestion', 'executions'])
    assert.ok(
      ourSteps.some((step) => step.includes(part)),
      part,
    )
})

test('the index of the fast local Hopsworks answers as OpenSearch does', async () => {
  const fast = new MemorySearch('lucene', 0)
  for (const index of [fast, real.search]) {
    await index.create(searched)
    await index.apply(searchedRows)
  }
  const all = async () => essence(await real.search.answer(searchRequest({ query: { match_all: {} } }, '_count')))
  for (let i = 0; i < 100 && !isDeepStrictEqual(await all(), { count: 60 }); i++) await wait(100)
  for (const [name, body] of Object.entries(searches)) {
    const [ours, theirs] = [await fast.answer(searchRequest(body)), await real.search.answer(searchRequest(body))]
    assert.deepEqual(essence(ours), essence(theirs), name)
  }
})

test('a broker that is killed and comes back loses nothing that was acknowledged, and stores nothing twice', async () => {
  const group = await project.features.createFeatureGroup(numbers('killed_broker'))
  await group.insert(some(0, 100), { wait: true })
  const before = sum(await real.ends())
  await real.kafka.kill()
  const writing = group.insert(some(100, 5_100))
  await wait(2_000)
  await real.kafka.start()
  await (await writing).ingested({ signal: AbortSignal.timeout(60_000) })
  assert.equal(sum(await real.ends()), before + 5_000)
  assert.equal(real.local.applied('killed_broker', 1), 5_100)
  assert.equal(real.local.online('killed_broker', 1).length, 5_100)
})

test('an OpenSearch that is killed and comes back has every row', async () => {
  const group = await project.features.createFeatureGroup(vectors('killed'))
  await group.insert(rows.slice(0, 1), { wait: true })
  await real.search.kill()
  const late = await group.insert(rows.slice(1))
  await wait(2_000)
  await real.search.start()
  await late.ingested({ signal: AbortSignal.timeout(60_000) })
  await visible(group, 3)
  assert.deepEqual(
    (await group.nearest(query, { k: 3 })).map(({ row }) => row.user_id),
    ['a', 'b', 'c'],
  )
})

test('a network that is cut for 30 s loses nothing and doubles nothing', async () => {
  const group = await project.features.createFeatureGroup(numbers('cut'))
  await group.insert(some(0, 10), { wait: true })
  const before = sum(await real.ends())
  real.local.faults.cut()
  const writing = group.insert(some(10, 2_010))
  await wait(30_000)
  real.local.faults.restore()
  await (await writing).ingested({ signal: AbortSignal.timeout(60_000) })
  assert.equal(sum(await real.ends()), before + 2_000)
  assert.equal(real.local.online('cut', 1).length, 2_010)
})

test('expired tokens are renewed, 500s on statistics and slow materialization hold up no row', async () => {
  const group = (await project.features.featureGroup('ours_vectors', 1))!
  real.local.faults.expireTokens()
  assert.equal((await group.nearest(query, { k: 1 }))[0]!.row.user_id, 'a')
  real.local.faults.answer({ path: /statistics/, status: 500, times: 20 })
  real.local.faults.materializationMs(20_000)
  const done = await group.insert([{ ...rows[0]!, n: 11 }], { wait: true, materialize: true })
  assert.equal((await done.ingested()).upserted, 1)
  await assert.rejects(group.statistics(), (error) => error instanceof HopsworksError && error.part === 'api')
  real.local.faults.clear()
  real.local.faults.materializationMs(5)
})

test('errors name the part and the port', async () => {
  const group = (await project.features.featureGroup('ours_vectors', 1))!
  const { ports } = real.local
  const patient = await login({ ...real.local.login, timeouts: { kafka: 2_000, request: 2_000, patience: 2_000 } })
  const same = (await patient.features.featureGroup('ours_vectors', 1))!
  await real.local.faults.broker.stop()
  await real.local.faults.openSearch.stop()
  const named = (part: string, port: number) => (error: unknown) =>
    error instanceof HopsworksError &&
    error.part === part &&
    error.message.includes(`${port}`) &&
    /port \d+ is open/.test(error.message)
  await assert.rejects(same.insert([rows[0]!]), named('kafka', ports.kafka))
  await assert.rejects(same.nearest(query, { k: 1 }), named('opensearch', ports.openSearch))
  await real.local.faults.broker.start()
  await real.local.faults.openSearch.start()
  assert.equal((await group.nearest(query, { k: 1 })).length, 1)
  await patient.close()
})

storeTests(() => real)

function numbers(name: string): FeatureGroupDefinition {
  return {
    name,
    primaryKey: ['id'],
    features: [
      { name: 'id', type: 'bigint' },
      { name: 'text', type: 'string' },
    ],
  }
}

function some(from: number, to: number) {
  return Array.from({ length: to - from }, (_, i) => ({ id: from + i, text: `row ${from + i}` }))
}

function groupId(name: string): string {
  return `${real.local.featureGroupId(name, 1)}`
}

async function visible(group: FeatureGroup, count: number): Promise<void> {
  for (let i = 0; i < 100 && (await group.count()) !== count; i++) await wait(100)
  assert.equal(await group.count(), count)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((total, value, i) => total + value * y[i]!, 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}

/** What the official client calls a distance: of OpenSearch's score, not of the vectors. */
function similarityDistance(similarity: number): number {
  return 1 / ((1 + similarity) / 2) - 1
}
