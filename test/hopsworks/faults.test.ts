/** What goes wrong between this program and Hopsworks, against the fast local one; on real parts: real/proof.real-test.ts. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type FeatureGroupDefinition, HopsworksError, type LoginOptions, login } from '../../src/hopsworks/index.ts'
import { startLocalHopsworks } from './fast/start.ts'

const numbers: FeatureGroupDefinition = {
  name: 'numbers',
  primaryKey: ['id'],
  features: [
    { name: 'id', type: 'bigint' },
    { name: 'text', type: 'string' },
  ],
}

const vectors: FeatureGroupDefinition = {
  name: 'vectors',
  primaryKey: ['id'],
  features: [
    { name: 'id', type: 'bigint' },
    { name: 'emb', type: 'array<float>' },
  ],
  embeddingIndex: { name: 'own', embeddings: [{ feature: 'emb', dimension: 2, similarity: 'cosine' }] },
}

async function opened(t: TestContext, options: Partial<LoginOptions> = {}) {
  const local = await startLocalHopsworks()
  const project = await login({ ...local.login, ...options })
  t.after(async () => {
    await project.close()
    await local.close()
  })
  return { local, project }
}

const some = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ id: from + i, text: `row ${from + i}` }))

const named = (part: string, port: number) => (error: unknown) =>
  error instanceof HopsworksError && error.part === part && error.message.includes(`port ${port} is open`)

test('a cut network delays writing, and neither loses nor doubles a row', async (t) => {
  const { local, project } = await opened(t)
  const group = await project.features.createFeatureGroup(numbers)
  await group.insert(some(0, 10), { wait: true })
  local.faults.cut()
  let written = false
  const writing = group.insert(some(10, 1_000), { wait: true }).then((done) => {
    written = true
    return done
  })
  await wait(300)
  assert.equal(written, false)
  local.faults.restore()
  await writing
  assert.equal(local.messages().length, 1_000)
  assert.equal(local.applied('numbers', 1), 1_000)
  assert.equal(local.online('numbers', 1).length, 1_000)
})

test('a broker that goes away again and again while it is written to has each row once', async (t) => {
  const { local, project } = await opened(t)
  const group = await project.features.createFeatureGroup(numbers)
  for (let round = 0; round < 3; round++) {
    await group.insert(some(round * 100, round * 100 + 50))
    local.faults.loseProduceAnswers(1)
    await local.faults.broker.stop()
    const writing = group.insert(some(round * 100 + 50, round * 100 + 100))
    await local.faults.broker.start()
    await writing
  }
  const keys = local.messages().map(({ key }) => `${key}`)
  assert.equal(keys.length, 300)
  assert.equal(new Set(keys).size, 300)
})

test('every part that is away is named, with the port to open', async (t) => {
  const { local, project } = await opened(t, { timeouts: { kafka: 300, request: 300, patience: 300 } })
  const [plain, searched] = await Promise.all([
    project.features.createFeatureGroup(numbers),
    project.features.createFeatureGroup(vectors),
  ])
  const { broker, openSearch, onlineStore, api } = local.faults
  await Promise.all([broker.stop(), openSearch.stop(), onlineStore.stop()])
  await Promise.all([
    assert.rejects(plain.insert(some(0, 1)), named('kafka', local.ports.kafka)),
    assert.rejects(searched.nearest([1, 0], { k: 1 }), named('opensearch', local.ports.openSearch)),
    assert.rejects(plain.read([{ id: 1 }]), named('rondb', local.ports.onlineStore)),
  ])
  await Promise.all([broker.start(), openSearch.start(), onlineStore.start()])
  await plain.insert(some(0, 1), { wait: true })
  assert.deepEqual(await plain.read([{ id: 0 }]), [{ id: 0, text: 'row 0' }])
  assert.deepEqual(await searched.nearest([1, 0], { k: 1 }), [])
  await api.stop()
  await assert.rejects(project.features.featureGroup('numbers', 1), named('api', local.ports.api))
  await api.start()
})

test('failing statistics, slow materialization and expired tokens hold up no row', async (t) => {
  const { local, project } = await opened(t)
  const group = await project.features.createFeatureGroup(vectors)
  local.faults.answer({ path: /statistics/, status: 500, times: 100, body: { errorCode: 500, errorMsg: 'rollback' } })
  local.faults.materializationMs(100_000)
  const insertion = await group.insert([{ id: 1, emb: [1, 0] }], { wait: true, materialize: true })
  assert.equal((await insertion.ingested()).upserted, 1)
  assert.equal(local.offline('vectors', 1).length, 0)
  await assert.rejects(group.statistics(), (error) => error instanceof HopsworksError && error.status === 500)
  for (let i = 0; i < 3; i++) {
    local.faults.expireTokens()
    assert.equal(await group.count(), 1)
  }
})
