import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { LocalHopsworks, LocalHopsworksOptions } from '../../../test/hopsworks/fast/local-hopsworks.ts'
import { type FeatureGroup, HopsworksError, type LoginOptions, login } from '../index.ts'
import { plainGroup, testProject } from '../test-project.ts'

const row = { id: 1, text: 'one', list: [1, 2] }

async function filled(t: TestContext, options: Partial<LoginOptions> = {}, localOptions: LocalHopsworksOptions = {}) {
  const { local, project, events } = await testProject(t, { onlineReads: 'sql', ...options }, localOptions)
  const group = await project.features.createFeatureGroup(plainGroup)
  await group.insert([row], { wait: true })
  return { local, project, events, group }
}

/** The same group, seen by somebody who logs in otherwise. */
async function seenBy(t: TestContext, local: LocalHopsworks, options: Partial<LoginOptions>): Promise<FeatureGroup> {
  const project = await login({ ...local.login, onlineReads: 'sql', ...options })
  t.after(() => project.close())
  return (await project.features.featureGroup('plain', 1))!
}

const fails = (part: string, what: RegExp) => (error: unknown) =>
  error instanceof HopsworksError && error.part === part && what.test(error.message)

test('waits for a server that restarts, and says which port to open when it stays away', async (t) => {
  const { local, group, events } = await filled(t)
  assert.deepEqual(await group.read([{ id: 1 }]), [row])
  await local.faults.mysql.stop()
  const reading = group.read([{ id: 1 }])
  await wait(50)
  await local.faults.mysql.start()
  assert.deepEqual(await reading, [row])
  assert.ok(events.some((event) => event.kind === 'retry' && event.part === 'mysql'))

  const hasty = await seenBy(t, local, { timeouts: { patience: 100 } })
  await local.faults.mysql.stop()
  const { mysql } = local.ports
  const refused = new RegExp(`rows of "plain_1": can't reach 127.0.0.1:${mysql} .*port ${mysql} is open`)
  await assert.rejects(hasty.read([{ id: 1 }]), fails('mysql', refused))
  await assert.rejects(hasty.count(), fails('mysql', refused))
})

test('gives up when the caller does, or when no answer comes in time, and goes on afterwards', async (t) => {
  const { local } = await filled(t)
  const group = await seenBy(t, local, { timeouts: { request: 400, patience: 600 } })
  assert.deepEqual(await group.read([{ id: 1 }]), [row])
  local.faults.cut()
  const controller = new AbortController()
  const reading = group.read([{ id: 1 }], { signal: controller.signal })
  await wait(20)
  controller.abort(new Error('enough'))
  await assert.rejects(reading, /enough/)
  await assert.rejects(group.read([{ id: 1 }], { signal: controller.signal }), /enough/)
  await assert.rejects(group.read([{ id: 1 }]), fails('mysql', /does not answer in time \(ETIMEDOUT\)/))
  local.faults.restore()
  assert.deepEqual(await group.read([{ id: 1 }]), [row])
})

test('reads the connector again when the password has changed, and shows none', async (t) => {
  const { local, group, events } = await filled(t)
  await group.count()
  const asked = () => local.requests.filter(({ path }) => path.endsWith('/onlinefeaturestore')).length
  assert.equal(asked(), 1)
  local.faults.changeDatabasePassword()
  await local.faults.mysql.stop()
  await local.faults.mysql.start()
  assert.deepEqual(await group.read([{ id: 1 }]), [row])
  assert.equal(asked(), 2)

  const connector = (user: string, password: string) => ({
    connectionString: `jdbc:mysql://127.0.0.1:${local.ports.mysql}/proj?useSSL=false`,
    arguments: [
      { name: 'user', value: user },
      { name: 'password', value: password },
    ],
  })
  const path = /onlinefeaturestore$/
  local.faults.answer({ path, status: 200, times: 2, body: connector('proj_meb10000', 'not-the-password') })
  const stranger = await seenBy(t, local, { log: (event) => (events as unknown[]).push(event) })
  const error = await stranger.count().catch((reason) => reason)
  assert.ok(fails('mysql', /user and password are not accepted, error 1045/)(error), error)
  assert.doesNotMatch(
    `${error} ${error.stack} ${JSON.stringify(error.cause)} ${JSON.stringify(events)}`,
    /not-the-password/,
  )
  local.faults.answer({ path, status: 200, times: 1, body: { connectionString: 'jdbc:oracle:thin', arguments: null } })
  await assert.rejects((await seenBy(t, local, {})).count(), fails('api', /connector of the online store does not say/))
})

test('encrypts, to whom the authority of the project vouches for, unless told otherwise', async (t) => {
  const { local, group } = await filled(t, { mysqlTls: false }, { mysqlTls: false })
  assert.equal(await group.count(), 1)
  const careful = await seenBy(t, local, {})
  await assert.rejects(careful.count(), fails('mysql', /offers no encryption \(TLS\).*mysqlTls: false/))

  const { local: other } = await filled(t)
  const misled = await seenBy(t, local, { services: { ...local.login.services, mysql: other.login.services.mysql } })
  await assert.rejects(misled.count(), fails('mysql', /certificate of 127.0.0.1:\d+ is not trusted; give .* `ca`/))
})

test('finds the server by the load balancer, by the connector inside the cluster, or where it is told', async (t) => {
  const { local } = await filled(t)
  const { mysql: _own, ...services } = local.login.services
  assert.equal(await (await seenBy(t, local, { services })).count(), 1)
  assert.equal(await (await seenBy(t, local, { services, internal: true })).count(), 1)
  local.faults.answer({ path: /loadbalancer_external_domain_mysqld$/, status: 404, body: { errorCode: 100_045 } })
  const hidden = await seenBy(t, local, { services })
  await assert.rejects(hidden.count(), fails('mysql', /names no address.*services\.mysql/))
  const wrong = await seenBy(t, local, { services: { ...services, mysql: 'https://127.0.0.1' } })
  await assert.rejects(wrong.count(), fails('client', /"https:\/\/127.0.0.1" is no address of a MySQL server/))
})

test('says what is wrong with a table, and nothing that is in it', async (t) => {
  const { group } = await filled(t)
  await group.count()
  await group.delete()
  await assert.rejects(group.read([{ id: 123_456 }]), (error: Error) => {
    assert.ok(
      fails('mysql', /there is no table, error 1146, ER_NO_SUCH_TABLE\); check that the feature group/)(error),
      error.message,
    )
    return !/123456/.test(error.message)
  })
})

test('leaves nothing open: what is under way is given up when the project closes', async (t) => {
  const { local, project, group } = await filled(t)
  await group.count()
  local.faults.cut()
  const readings = Array.from({ length: 12 }, (_, id) => group.read([{ id }]))
  const ended = Promise.allSettled(readings)
  await wait(20)
  await project.close()
  for (const result of await ended)
    assert.ok(result.status === 'rejected' && fails('client', /the project is closed; log in again/)(result.reason))
  await assert.rejects(group.count(), fails('client', /the project is closed/))
  local.faults.restore()
})

test('ends the pause before the next try when the project closes', async (t) => {
  const { local, project, events, group } = await filled(t)
  await local.faults.mysql.stop()
  const ended = group.count().catch((error) => error)
  while (!events.some((event) => event.kind === 'retry' && event.part === 'mysql')) await wait(5)
  await project.close()
  const error = await Promise.race([ended, wait(50)])
  assert.ok(fails('client', /the project is closed/)(error), error)
})

test('may close at any time while connections are made', async (t) => {
  const { local } = await filled(t)
  for (const ms of [4, 8, 12, 16, 24, 32]) {
    const project = await login({ ...local.login, onlineReads: 'sql' })
    const group = (await project.features.featureGroup('plain', 1))!
    const counts = Promise.allSettled(Array.from({ length: 10 }, () => group.count()))
    await wait(ms)
    await project.close()
    for (const result of await counts)
      assert.ok(result.status === 'fulfilled' || fails('client', /the project is closed/)(result.reason))
  }
})

test('waits for no server that accepts and says nothing', async (t) => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.after(() => silent.close())
  const { local } = await filled(t)
  const { port } = silent.address() as { port: number }
  const group = await seenBy(t, local, {
    services: { ...local.login.services, mysql: `127.0.0.1:${port}` },
    timeouts: { request: 400, patience: 600 },
  })
  await assert.rejects(group.count(), fails('mysql', new RegExp(`127.0.0.1:${port} does not answer in time`)))
})
