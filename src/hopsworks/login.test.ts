import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { startLocalHopsworks } from '../../test/hopsworks/fast/start.ts'
import { HopsworksError, login } from './index.ts'
import { testProject } from './test-project.ts'

const quick = { timeouts: { request: 1_000, patience: 0 } }

test('opens the project that is named, or the only one', async (t) => {
  const { local, project } = await testProject(t)
  assert.equal(project.id, local.projectId)
  assert.equal(project.version, local.version)
  assert.equal(project.features.name, 'proj_featurestore')
  const { project: _, ...anonymous } = local.login
  await using same = await login(anonymous)
  assert.equal(same.name, local.project)
})

test('says what is wrong with host, key, project and certificate', async (t) => {
  const local = await startLocalHopsworks()
  t.after(() => local.close())
  const { ca: _, ...untrusted } = local.login
  const wrong = [
    [{ ...local.login, apiKey: 'wrong.key' }, /401.*check that the API key is right/],
    [{ ...local.login, apiKey: ' ' }, /no API key/],
    [{ ...local.login, host: 'https://x' }, /"https:\/\/x" is no host; give the name alone/],
    [{ ...local.login, project: 'other' }, /project "other": there is none that this API key opens/],
    [untrusted, /certificate of 127.0.0.1:\d+ is not trusted .* give the certificate of its authority as `ca`/],
    [{ ...local.login, port: local.ports.openSearch }, /hopsworks api: /],
  ] as const
  for (const [options, message] of wrong)
    await assert.rejects(
      login({ ...options, ...quick }),
      (error) => error instanceof HopsworksError && message.test(error.message),
    )
  await using project = await login({ ...untrusted, insecure: true })
  assert.equal(project.name, local.project)
})

test('shows no secret of the project it holds', async (t) => {
  const { local, project, events } = await testProject(t)
  const group = await project.features.createFeatureGroup({
    name: 'g',
    primaryKey: ['id'],
    features: [{ name: 'id', type: 'int' }],
  })
  await group.insert([{ id: 1 }], { wait: true })
  const shown = inspect([project, group, events], { depth: null, showHidden: true })
  assert.ok(!shown.includes(local.apiKey))
  assert.ok(!shown.includes('PRIVATE KEY') && !shown.includes('CERTIFICATE'))
})

test('says that it is closed', async (t) => {
  const { project } = await testProject(t)
  await project.close()
  await assert.rejects(
    project.features.featureGroups(),
    /hopsworks client: the feature groups: the project is closed; log in again/,
  )
})

test('gives up when the caller does', async (t) => {
  const local = await startLocalHopsworks()
  t.after(() => local.close())
  local.faults.cut()
  await assert.rejects(login({ ...local.login, signal: AbortSignal.timeout(30) }), { name: 'TimeoutError' })
  local.faults.restore()
})
