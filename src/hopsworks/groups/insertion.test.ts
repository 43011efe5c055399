import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { makeCertificates } from '../../../test/hopsworks/fast/certificates.ts'
import { HopsworksError, login } from '../index.ts'
import { plainGroup, testProject, vectorGroup } from '../test-project.ts'

const some = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ id: from + i, text: `row ${from + i}`, list: [i] }))

test('writes rows with the headers and into the partitions of the official client', async (t) => {
  const { local, project } = await testProject(t)
  const group = await project.features.createFeatureGroup(plainGroup)
  const done = await group.insert(some(0, 50), { wait: true })
  assert.equal(done.rows, 50)
  const messages = local.messages()
  assert.equal(messages.length, 50)
  for (const { key, headers, partition, topic } of messages) {
    assert.equal(partition, crc32(key!) % 3)
    assert.equal(topic, 'proj_onlinefs')
    assert.deepEqual(Object.keys(headers), ['projectId', 'featureGroupId', 'subjectId', 'onlineIngestionId'])
    assert.equal(headers.projectId, '119')
    assert.equal(headers.featureGroupId, `${group.id}`)
  }
  assert.deepEqual(await group.read([{ id: 7 }, { id: 99 }, { id: 3 }], { features: ['text', 'list'] }), [
    { text: 'row 7', list: [7] },
    undefined,
    { text: 'row 3', list: [3] },
  ])
  assert.deepEqual(await group.read([{ id: 49 }]), [{ id: 49, text: 'row 49', list: [49] }])
  assert.deepEqual(await group.read([]), [])
})

test('connects once and asks each thing once, however often it inserts', async (t) => {
  const { local, project } = await testProject(t)
  const group = await project.features.createFeatureGroup(plainGroup)
  for (let i = 0; i < 3; i++) await group.insert(some(i, i + 1))
  const asked = (path: RegExp) => local.requests.filter((request) => path.test(request.path)).length
  assert.equal(asked(/credentials/), 1)
  assert.equal(asked(/kafka_connector/), 1)
  assert.equal(asked(/subjects/), 1)
  assert.equal(asked(/online_ingestion/), 3)
})

test('takes rows from any iterable, in portions, and sends none of a portion that has a wrong row', async (t) => {
  const { local, project } = await testProject(t)
  const group = await project.features.createFeatureGroup(plainGroup)
  async function* source() {
    for (let i = 0; i < 10_003; i++) yield { id: i, text: null, list: null }
  }
  const done = await group.insert(source(), { wait: true })
  assert.equal(done.rows, 10_003)
  assert.equal((await done.ingested()).upserted, 10_003)
  assert.deepEqual(
    local.requests
      .filter(({ method, path }) => method === 'POST' && /online_ingestion/.test(path))
      .map(({ body }) => body),
    [
      { id: null, numEntries: 10_000 },
      { id: null, numEntries: 3 },
    ],
  )
  await assert.rejects(group.insert([...some(20_000, 20_010), { id: null }]), /row 10, "id"/)
  assert.equal(local.messages().length, 10_003)
  assert.equal((await group.insert([])).rows, 0)
})

test('removes rows, and refuses to where the backend can not', async (t) => {
  const { local, project } = await testProject(t)
  const group = await project.features.createFeatureGroup(plainGroup)
  await group.insert(some(0, 5), { wait: true })
  const removed = await group.deleteRows([{ id: 1 }, { id: 2, text: 'ignored' }], { wait: true })
  assert.equal(removed.rows, 2)
  assert.deepEqual((await removed.ingested()).deleted, 2)
  const { operation, storage } = local.messages().at(-1)!.headers
  assert.deepEqual([operation, storage], ['delete', 'online'])
  assert.deepEqual(
    (await group.read([0, 1, 2, 3].map((id) => ({ id })))).map((row) => row?.id),
    [0, undefined, undefined, 3],
  )
  const old = await testProject(t, {}, { version: '4.8.1' })
  const theirs = await old.project.features.createFeatureGroup(plainGroup)
  await assert.rejects(theirs.deleteRows([{ id: 1 }]), /Hopsworks 4.8.1 can't remove single rows; use 5.0 or later/)
})

test('says when a backend passes removals over', async (t) => {
  const { project } = await testProject(t, {}, { deletesVectors: false })
  const group = await project.features.createFeatureGroup(vectorGroup)
  await group.insert([{ key: 'a', n: 1, emb: [1, 0, 0], ts: new Date() }], { wait: true })
  await assert.rejects(
    group.deleteRows([{ key: 'a' }], { wait: true }),
    /1 of 1 rows were not removed: .* overwrite the rows/,
  )
})

test('stores a batch once whose answer was lost', async (t) => {
  const { local, project } = await testProject(t)
  const group = await project.features.createFeatureGroup(plainGroup)
  await group.insert(some(0, 1), { wait: true })
  local.faults.loseProduceAnswers(1)
  await group.insert(some(1, 20), { wait: true })
  assert.equal(local.messages().length, 20)
  assert.equal(local.applied('plain', 1), 20)
})

test('waits for a broker that restarts', async (t) => {
  const { local, project } = await testProject(t)
  const group = await project.features.createFeatureGroup(plainGroup)
  await group.insert(some(0, 10), { wait: true })
  await local.faults.broker.stop()
  const work = group.insert(some(10, 20), { wait: true })
  await wait(100)
  await local.faults.broker.start()
  await work
  assert.deepEqual(local.messages().length, 20)
})

test('says that the brokers did not take rows, which port to open, and goes on afterwards', async (t) => {
  const { local, project } = await testProject(t, { timeouts: { kafka: 300 } })
  const group = await project.features.createFeatureGroup(plainGroup)
  await local.faults.broker.stop()
  await assert.rejects(group.insert(some(0, 10)), (error) => {
    assert.ok(error instanceof HopsworksError)
    assert.equal(error.part, 'kafka')
    assert.equal(error.passing, true)
    assert.match(
      error.message,
      new RegExp(
        `10 rows for topic proj_onlinefs: can't reach the brokers at 127.0.0.1:${local.ports.kafka} \\(ECONNREFUSED\\); .* port ${local.ports.kafka} is open`,
      ),
    )
    return true
  })
  await local.faults.broker.start()
  await group.insert(some(0, 10), { wait: true })
  assert.equal(local.applied('plain', 1), 10)
})

test('tells certificates from closed ports, and from brokers that only answer', async (t) => {
  const { local, project } = await testProject(t)
  await project.features.createFeatureGroup(plainGroup)
  const { services } = local.login
  const insertWith = async (kafka: readonly string[]) => {
    const options = { ...local.login, services: { ...services, kafka }, timeouts: { kafka: 200 } }
    await using other = await login(options)
    const group = await other.features.featureGroup('plain')
    await group!.insert(some(0, 1))
  }
  // What answers there speaks TLS, and no Kafka.
  const strangers = [`127.0.0.1:${local.ports.api}`]
  await assert.rejects(insertWith(strangers), /answer, but did not take it in time; check that the brokers behind/)
  const theirs = await makeCertificates(['127.0.0.1'], 'somebody')
  for (const [clientCert, clientKey] of [
    [theirs.client.cert, theirs.client.key],
    ['none', 'none'],
  ]) {
    const body = { caChain: local.ca, clientCert, clientKey }
    local.faults.answer({ path: /credentials/, status: 200, body })
    await assert.rejects(insertWith(services.kafka), /no trust between this client and the brokers .*log in again/)
  }
})

test('says when the online store refuses rows, or is slow', async (t) => {
  const { local, project } = await testProject(t, { timeouts: { ingestion: 60 } })
  const group = await project.features.createFeatureGroup(plainGroup)
  local.faults.failIngestion(1)
  await assert.rejects(
    group.insert(some(0, 1), { wait: true }),
    /online-ingestion: feature group "plain": 1 of 1 rows were refused/,
  )
  const answer = { count: 1, items: [{ id: 1, numEntries: 2, results: [] }] }
  local.faults.answer({ method: 'GET', path: /online_ingestion/, status: 200, body: answer, times: 100 })
  await assert.rejects(group.insert(some(1, 3), { wait: true }), (error) => {
    assert.ok(error instanceof HopsworksError && error.passing)
    assert.match(error.message, /0 of 2 rows are through after 60 ms; wait longer: all of them are safe in Kafka/)
    return true
  })
})

test('sends nothing more when the caller gives up', async (t) => {
  const { local, project } = await testProject(t)
  const group = await project.features.createFeatureGroup(plainGroup)
  const controller = new AbortController()
  async function* endless() {
    for (let id = 0; ; id++) {
      if (id === 100) controller.abort(new Error('enough'))
      yield { id }
    }
  }
  await assert.rejects(group.insert(endless(), { signal: controller.signal }), { message: 'enough' })
  assert.equal(local.messages().length, 0)
})

test('carries rows to the offline store once per window, and what is left when it closes', async (t) => {
  const { local, project } = await testProject(t)
  const group = await project.features.createFeatureGroup(plainGroup)
  await group.insert(some(0, 3))
  for (let i = 3; i < 8; i++) await group.insert(some(i, i + 1), { materialize: true })
  const runs = () => local.requests.filter(({ method, path }) => method === 'POST' && /executions/.test(path))
  assert.equal(runs().length, 1)
  assert.match(`${runs()[0]!.body}`, / -initialCheckPointString proj_onlinefs,0:0,1:0,2:0$/)
  assert.equal(await group.materialize(), undefined)
  while (local.offline('plain', 1).length === 0) await wait(5)
  await project.close()
  while (local.offline('plain', 1).length < 8) await wait(5)
  assert.equal(runs().length, 2)
})

test('does not run the job beside itself, and tells how it ended', async (t) => {
  const { local, project } = await testProject(t, { materializationWindow: 0 })
  const group = await project.features.createFeatureGroup(vectorGroup)
  await group.insert([{ key: 'a', n: 1, emb: [1, 0, 0], ts: new Date() }])
  local.faults.materializationMs(50)
  const first = await group.materialize()
  assert.equal(await group.materialize(), undefined)
  await first!.finished()
  local.faults.materializationMs(0)
  local.faults.failMaterialization(1)
  const second = await group.materialize()
  await assert.rejects(second!.finished(), /materialization: feature group "profiles_1": the job ended as FAILED/)
})

test('does not doubt rows that are safe when their materialization can not be started', async (t) => {
  const { local, project, events } = await testProject(t)
  const group = await project.features.createFeatureGroup(plainGroup)
  local.faults.answer({ path: /jobs/, status: 403, times: 5 })
  const done = await group.insert(some(0, 3), { materialize: true, wait: true })
  assert.equal(done.rows, 3)
  assert.ok(events.some((event) => event.kind === 'note' && /scope JOB/.test(event.text)))
})
