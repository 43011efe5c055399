import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HopsworksError, login, type Project, type Row } from '../../../src/hopsworks/index.ts'
import { everyType } from '../../../src/hopsworks/test-project.ts'
import { makeCertificates } from '../fast/certificates.ts'
import type { LocalHopsworks } from '../fast/local-hopsworks.ts'
import { ArrowProject } from './arrow-project.ts'
import type { OfficialClient } from './official-client.ts'

export interface Running {
  readonly local: LocalHopsworks
  readonly official: OfficialClient
  readonly project: Project
}

const ourEveryType = { ...everyType, name: 'ours_every_type' }
const at = new Date('2026-02-03T04:05:06.789Z')
const rows: readonly Row[] = [
  {
    ...{ id: 1, at, whole: -7, flag: true, single: Math.fround(0.1), double: 0.1, text: 'Zoë' },
    ...{ content: new Uint8Array([0, 255]), day: new Date('1969-12-31'), price: '-12.50', list: [0.5, null, -1] },
    ...{ times: [at, null], shares: { dub: 0.5, rock: null }, pair: { a: 3, b: ['x', null] } },
  },
  {
    ...{ id: 2, at, whole: 5, flag: null, single: null, double: null, text: null, content: null, day: null },
    ...{ price: null, list: null, times: null, shares: null, pair: null },
  },
]

/** Offline reads, against the official client and against a server of Apache Arrow's own. After the groups `theirs_` and `ours_vectors`. */
export function offlineTests(running: () => Running): void {
  test('both clients read the same offline rows', async () => {
    const { local, official, project } = running()
    const group = await project.features.createFeatureGroup(ourEveryType)
    await group.insert(rows, { wait: true })
    await (await group.materialize())!.finished()
    const empty = await project.features.createFeatureGroup({ ...everyType, name: 'ours_empty' })
    const from = local.requests.length
    await assert.rejects(gathered(empty.readOffline()), failed(/nothing of it is in the offline store yet/))
    const filter = {
      and: [
        { feature: 'whole', is: 'ge', value: 0 },
        { feature: 'at', is: 'ge', value: new Date('2026-01-01') },
      ],
    } as const
    const all = await sorted(group.readOffline())
    const some = await sorted(group.readOffline({ features: ['id', 'text', 'price'], filter }))
    assert.deepEqual(all, rows)
    const vectors = (await project.features.featureGroup('ours_vectors', 1))!
    const ours = { all, some, vectors: await sorted(vectors.readOffline(), 'user_id') }
    const between = local.requests.length
    const { refusal, ...theirs } = (await official.run('offline', 'ours')) as { readonly refusal: string }
    assert.deepEqual(theirs, plain(ours))
    assert.match(refusal, /No data found for featuregroup/, 'it takes that for no failure of the service')

    const calls = (from: number, to?: number) =>
      local.requests
        .slice(from, to)
        .filter(({ front, path }) => front === 'flight' && !/^DoAction/.test(path))
        .map(({ path, body }) => [path, (body as string[]).filter((name) => name !== 'user-agent')])
    assert.deepEqual(calls(from, between), calls(between))
    const queries = (from: number, to?: number) =>
      local.requests.slice(from, to).filter(({ path }) => /featurestores\/query/.test(path))
    const [our, their] = [queries(from, between), queries(between)]
    for (const [i, { body }] of our.entries()) {
      const theirBody = their[i]!.body as Record<string, unknown>
      assert.deepEqual(Object.keys(body as object), Object.keys(theirBody))
      assert.deepEqual(
        values(body).filter((value) => !values(theirBody).includes(value)),
        [],
        'the same values in the filter',
      )
    }
  })

  test('our client reads offline what the official one wrote', async () => {
    const { project } = running()
    const group = (await project.features.featureGroup('theirs_vectors', 1))!
    const offline = await sorted(group.readOffline(), 'user_id')
    assert.deepEqual(offline, await group.read(offline.map(({ user_id }) => ({ user_id: user_id! }))))
    assert.equal(offline.length, 3)
  })

  test('our client reads what a server of Apache Arrow sends, and knows when it was not all', async () => {
    const timeouts = { patience: 20_000, request: 1_000, offline: 5_000 }
    await using served = await ArrowProject.open(running().official.python, 100_000, timeouts)
    await using stack = new AsyncDisposableStack()
    const { local, gate } = served
    const read: ArrowProject['read'] = (...asked) => served.read(...asked)

    assert.deepEqual(plain(await gathered(read('types'))), served.arrow.tables.types)
    assert.deepEqual(plain(await gathered(read('dictionaries'))), served.arrow.tables.dictionaries)
    const many = await gathered(read('many'))
    assert.equal(many.length, 100_000)
    assert.deepEqual(many[77_777], {
      ...{ id: 77_777, at: new Date(1_767_225_600_077), share: 0.77777, name: 'listener-77777' },
      embedding: [4, 5, 6, 7].map((i) => ((4 * 77_777 + i - 4) % 7) / 8),
    })
    assert.deepEqual(await gathered(read('signature')), [{ signature: 'signed' }])
    assert.deepEqual(
      plain(await gathered(read('registered', null))),
      served.arrow.tables.types,
      'after it was shown certificates',
    )

    await assert.rejects(
      gathered(read('No data found for featuregroup x. Detail: path')),
      /is in the offline store yet/,
    )
    await assert.rejects(gathered(read('unauthenticated')), /refused by .*\(16\); log in again/)
    await assert.rejects(gathered(read('anything else')), /refused by .*\(\d+\); see the service's own log/)

    await assert.rejects(gathered(read('divided')), failed(/has them in 2 places/))

    const stopped = read('slow')
    await stopped.next()
    gate.cut()
    await assert.rejects(gathered(stopped), failed(/does not answer in time; check .* port \d+ is open/))
    gate.restore()

    const killed = read('slow')
    await killed.next()
    await served.arrow.kill()
    await assert.rejects(gathered(killed), failed(/can't reach/))
    const early = gathered(read('types'))
    await served.restart()
    assert.deepEqual(plain(await early), served.arrow.tables.types, 'it came back in time')
    const again = await gathered(read('registered', null))
    assert.deepEqual(plain(again), served.arrow.tables.types, 'the one that came back was shown the certificates again')

    const { cert: clientCert, key: clientKey } = (await makeCertificates([local.host], 'stranger')).client
    local.faults.answer({ path: /credentials/, status: 200, body: { caChain: local.ca, clientCert, clientKey } })
    const refused = await login({ ...served.login, timeouts: { ...timeouts, patience: 0 } })
    stack.use(refused)
    const theirs = (await refused.features.featureGroup('served'))!
    await assert.rejects(gathered(theirs.readOffline()), failed(/log in again for fresh certificates/))
    const wary = await login({ ...served.login, ca: local.ca })
    stack.use(wary)
    const watched = (await wary.features.featureGroup('served'))!
    await assert.rejects(gathered(watched.readOffline()), failed(/no trust between this client and 127.0.0.1/))
  })
}

function failed(message: RegExp) {
  return (error: unknown) => error instanceof HopsworksError && error.part === 'flight' && message.test(error.message)
}

async function gathered(pages: AsyncIterable<Row[]>): Promise<Row[]> {
  const all: Row[] = []
  for await (const page of pages) all.push(...page)
  return all
}

async function sorted(pages: AsyncIterable<Row[]>, by = 'id'): Promise<Row[]> {
  return (await gathered(pages)).toSorted((a, b) => (a[by]! < b[by]! ? -1 : 1))
}

/** What `official/values.py` makes of the same value. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') }
  if (value instanceof Date) return { time: value.toISOString() }
  if (typeof value === 'bigint') return { int: `${value}` }
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]))
}

/** Of the conditions anywhere in a query's filter. */
function values(query: unknown): unknown[] {
  if (typeof query !== 'object' || query === null) return []
  if ('condition' in query) return [(query as unknown as { readonly value: unknown }).value]
  return Object.values(query).flatMap(values)
}
