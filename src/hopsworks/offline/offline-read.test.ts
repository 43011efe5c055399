import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Environment, type FeatureGroup, HopsworksError, login, type Row } from '../index.ts'
import { everyType, testProject } from '../test-project.ts'

const at = new Date('2026-02-03T04:05:06.789Z')
const full = {
  ...{ id: 2n ** 60n, at, whole: -7, flag: true, single: Math.fround(0.1), double: 0.1, text: 'Zoë' },
  ...{ content: new Uint8Array([0, 255]), day: new Date('1969-12-31'), price: '-12.50', list: [0.5, null, -1] },
  ...{ times: [at, null], shares: { dub: 0.5, rock: null }, pair: { a: 3, b: ['x', null] } },
} satisfies Row
const empty = {
  ...{ id: 1, at, whole: null, flag: false, single: null, double: null, text: null, content: null, day: null },
  ...{ price: null, list: [], times: null, shares: {}, pair: null },
} satisfies Row

const numbers = { name: 'numbers', primaryKey: ['n'], features: [{ name: 'n', type: 'int' }] } as const

const some = (count: number): Row[] => Array.from({ length: count }, (_, n) => ({ n }))

/** Of metadata, but what gRPC always sends. */
const named = (metadata: unknown) => (metadata as string[]).filter((name) => name !== 'user-agent')

async function all(pages: AsyncIterable<Row[]>): Promise<Row[]> {
  const rows: Row[] = []
  for await (const page of pages) rows.push(...page)
  return rows
}

async function stored(group: FeatureGroup, rows: readonly Row[]): Promise<void> {
  await group.insert(rows, { wait: true })
  await (await group.materialize())!.finished()
}

test('reads back what was materialized, each type as it was written', async (t) => {
  const { project, local, events } = await testProject(t)
  const group = await project.features.createFeatureGroup(everyType)
  await assert.rejects(all(group.readOffline()), (error) => {
    assert.ok(error instanceof HopsworksError)
    assert.equal(error.part, 'flight')
    assert.match(error.message, /nothing of it is in the offline store yet; call `materialize\(\)`/)
    return true
  })
  await stored(group, [full, empty])
  const rows = (await all(group.readOffline())).toSorted((a, b) => Number(a.id! < b.id!) - 0.5)
  assert.deepEqual(rows, [full, empty])
  const online = await group.read([{ id: full.id }, { id: empty.id }])
  // RonDB keeps seconds.
  const seconds = new Date('2026-02-03T04:05:06Z')
  assert.deepEqual(
    online,
    rows.map((row) => ({ ...row, at: seconds })),
  )
  const filter = {
    and: [
      { feature: 'text', is: 'eq', value: 'Zoë' },
      { feature: 'at', is: 'le', value: at },
    ],
  } as const
  assert.deepEqual(await all(group.readOffline({ features: ['price', 'text'], filter })), [
    { price: '-12.50', text: 'Zoë' },
  ])
  await assert.rejects(all(group.readOffline({ features: ['none'] })), /"every_type" has no feature "none"; use one of/)

  const asked = local.requests.filter(({ front }) => front === 'flight')
  assert.deepEqual(
    asked.slice(-2).map(({ path, body }) => [path, ...named(body)]),
    [['GetFlightInfo'], ['DoGet', 'hopsworks-signature']],
  )
  assert.ok(events.some((event) => event.kind === 'request' && event.part === 'flight' && event.path.endsWith('DoGet')))
})

test('shows the certificates where the backend signs nothing, and no log has them', async (t) => {
  const { project, local, events } = await testProject(t)
  const group = await project.features.createFeatureGroup(numbers)
  const hqsPayload = JSON.stringify({
    query_string: 'SELECT 7',
    columns: [{ name: 'n', type: 'int' }],
    tables: [],
  })
  local.faults.answer({ path: /featurestores\/query/, status: 200, body: { hqsPayload } })
  assert.deepEqual(await all(group.readOffline()), [{ n: 7 }])
  assert.deepEqual(
    local.requests.flatMap(({ front, path, body }) => (front === 'flight' ? [[path, ...named(body)]] : [])),
    [['DoAction get-version'], ['GetFlightInfo'], ['DoGet', 'x-certificates-json']],
  )
  assert.doesNotMatch(JSON.stringify(events), /kstore|cert_key|BEGIN/)
  local.faults.answer({ path: /featurestores\/query/, status: 200, body: { hqsPayload: null } })
  await assert.rejects(
    all(group.readOffline()),
    /makes no query for the Feature Query Service of it; only groups in HUDI/,
  )
})

test('gives many rows portion by portion, and stops when the caller does', async (t) => {
  const { project, local } = await testProject(t)
  const group = await project.features.createFeatureGroup(numbers)
  await stored(group, some(2_500))
  const sizes: number[] = []
  for await (const page of group.readOffline()) sizes.push(page.length)
  assert.deepEqual(sizes, [1_000, 1_000, 500])
  for await (const page of group.readOffline()) {
    assert.equal(page.length, 1_000)
    break
  }
  const stop = new AbortController()
  const reading = group.readOffline({ signal: stop.signal })
  await reading.next()
  stop.abort(new Error('enough'))
  await assert.rejects(reading.next(), /enough/)

  const other = await login(local.login)
  const left = (await other.features.featureGroup('numbers'))!.readOffline()
  await left.next()
  await other.close()
  await assert.rejects(left.next(), /the project is closed; log in again/)
})

test('tries again while the service is busy or away, but never gives a part for the whole', async (t) => {
  const { project, local } = await testProject(t)
  const group = await project.features.createFeatureGroup(numbers)
  await stored(group, some(2_500))
  local.faults.refuseOfflineReads({ code: 2, details: 'There is no free slot available for the query' })
  assert.equal((await all(group.readOffline())).length, 2_500)

  local.faults.refuseOfflineReads({ code: 14, details: 'gone', after: 2 })
  const reading = group.readOffline()
  assert.equal((await reading.next()).value?.length, 1_000)
  await assert.rejects(
    reading.next(),
    (error) => error instanceof HopsworksError && error.part === 'flight' && error.passing,
  )
  assert.deepEqual(await reading.next(), { done: true, value: undefined })

  await local.faults.flight.stop()
  const early = all(group.readOffline())
  setTimeout(() => local.faults.flight.start(), 300)
  assert.equal((await early).length, 2_500)
})

test('waits for no other try once the project is closed', async (t) => {
  const { local, project } = await testProject(t)
  const group = await project.features.createFeatureGroup(numbers)
  await stored(group, some(1))
  const waiting = Promise.withResolvers<void>()
  const environment: Environment = {
    now: Date.now,
    random: () => 0,
    sleep(_ms, signal) {
      waiting.resolve()
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    },
  }
  const other = await login({ ...local.login, environment })
  const same = (await other.features.featureGroup('numbers'))!
  local.faults.refuseOfflineReads({ code: 14, details: 'gone' })
  const reading = assert.rejects(all(same.readOffline()), /the project is closed; log in again/)
  await waiting.promise
  await other.close()
  await reading
})

test('verifies whom it reads from unless told not to, and says what is in the way', async (t) => {
  const { project, local } = await testProject(t)
  const group = await project.features.createFeatureGroup(numbers)
  await stored(group, [{ n: 1 }])
  for (const [code, details, message] of [
    [
      2,
      "Conversion Error: Could not convert string 'anna' to INT64",
      /\(2, "Conversion Error"\); see the service's own/,
    ],
    [2, 'Query failed for anna. Detail: Traceback of everything, with rows', /refused by 127.0.0.1:\d+ \(2\); see/],
    [16, 'Signature verification failed.', /\(16, "Signature verification failed"\); log in again/],
    [7, 'anna may not', /\(7\); log in again/],
  ] as const) {
    local.faults.refuseOfflineReads({ code, details })
    await assert.rejects(all(group.readOffline()), message)
  }

  const { ca: _, ...anybody } = local.login
  const trusting = await login({ ...anybody, insecure: true })
  t.after(() => trusting.close())
  assert.equal((await all((await trusting.features.featureGroup('numbers'))!.readOffline())).length, 1)

  local.faults.answer({ path: /service_discovery_domain/, status: 200, body: { successMessage: 'elsewhere' } })
  const wary = await login(local.login)
  t.after(() => wary.close())
  const watched = (await wary.features.featureGroup('numbers'))!
  await assert.rejects(all(watched.readOffline()), /no trust between this client and 127.0.0.1/)

  const other = await login({ ...local.login, timeouts: { patience: 0 } })
  t.after(() => other.close())
  const same = (await other.features.featureGroup('numbers'))!
  assert.equal((await all(same.readOffline())).length, 1)
  await local.faults.flight.stop()
  await assert.rejects(
    all(same.readOffline()),
    new RegExp(
      `can't reach 127.0.0.1:${local.ports.flight} .ECONNREFUSED.; check .* port ${local.ports.flight} is open`,
    ),
  )
  await local.faults.flight.start()

  local.faults.answer({ path: /enable_flyingduck/, status: 200, body: { successMessage: 'false' } })
  const without = await login(local.login)
  t.after(() => without.close())
  const there = (await without.features.featureGroup('numbers'))!
  await assert.rejects(
    all(there.readOffline()),
    /flight: the Feature Query Service is switched off at 127.0.0.1; ask its/,
  )
})
