import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { startLocalHopsworks } from '../../../test/hopsworks/fast/start.ts'
import { profileOf, readAt, research } from '../conformance/place.ts'
import { type OpenStore, openStore } from '../open.ts'
import { assertConsistent } from '../sqlite/consistency.ts'
import { readAddress } from './address.ts'
import { localTables } from './mapping.ts'
import { ProjectRecord } from './record.ts'
import { mirrorIn, type ProjectPlace, projectPlace } from './test-project-place.ts'

const local = await startLocalHopsworks()
after(() => local.close())

const words = ['Low', 'Can', 'Neu!', 'Faust', 'Cluster']
const ids = ['a:1', 'a:2', 'a:3', 'spotify:ann']
const item = fc.record({
  artists: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 2 }),
  track: fc.constantFrom('A', 'B'),
  ids: fc.record({ spotify: fc.constantFrom('1', '2', '3') }, { requiredKeys: [] }),
  playlist: fc.constantFrom('p', 'q'),
})
const id = fc.constantFrom(...ids)
const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant('put' as const), id, items: fc.array(item, { maxLength: 6 }) }),
  },
  fc.record({ does: fc.constant('erase' as const), id, forGood: fc.boolean() }),
  fc.record({ does: fc.constant('consent' as const), id, findable: fc.boolean() }),
  fc.record({ does: fc.constant('befriend' as const), id, other: id }),
  fc.record({ does: fc.constant('genres' as const), name: fc.constantFrom(...words) }),
  fc.record({ does: fc.constant('candidate' as const), id }),
  fc.record({ does: fc.constant('describe' as const), id, model: fc.constantFrom(1, 2), value: fc.constantFrom(0, 1) }),
  fc.record({ does: fc.constant('register' as const) }),
  fc.record({ does: fc.constant('readmit' as const), id }),
  fc.record({ does: fc.constant('purge' as const) }),
)
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

async function perform(step: Operation, { store, registry }: OpenStore): Promise<void> {
  switch (step.does) {
    case 'put': {
      const origin = step.id.startsWith('spotify:') ? 'spotify' : 'research'
      const profile = profileOf(step.id, step.items, { name: `Name ${step.id}`, provenance: { ...research, origin } })
      await store.putProfiles([profile], new Map([[step.id, 'note']]))
      break
    }
    case 'erase':
      await store.erase(step.id, { forGood: step.forGood })
      break
    case 'consent':
      if (await store.listener(step.id))
        await store.setConsent(step.id, { findable: step.findable, showName: false, showTracks: true, train: true })
      break
    case 'befriend':
      await store.putFriends([[step.id, step.other]])
      break
    case 'genres':
      await store.putArtistGenres([{ name: step.name, genres: ['rock'], provenance: research }])
      break
    case 'candidate':
      await store.putCandidates([{ id: step.id, foundIn: 'search:x', foundAt: 1, state: 'waiting' }])
      break
    case 'describe': {
      const key = (await store.listener(step.id))?.key ?? 'nobody'
      const bytes = Uint8Array.of(step.value)
      const vector = Float32Array.of(step.value, 1 - step.value)
      const madeAt = await store.lastChange()
      await store.putDescriptions(step.model, [{ key, vector, terms: bytes, details: bytes, madeAt }])
      break
    }
    case 'register': {
      const card = { kind: 'linear', trainedAt: 1, hash: 'h', metrics: {}, marks: [], configuration: {} }
      const split = new Map(ids.map((each) => [each, 'train' as const]))
      await registry.promote(await registry.register(card, new Map([['x', Uint8Array.of(1)]]), split))
      break
    }
    case 'readmit':
      await store.readmit(step.id)
      break
    case 'purge':
      await store.purgeExpired(readAt + 25 * 3600)
  }
}

/** All that a mirror holds, but what each machine numbers for itself. */
function contentOf(machine: string): unknown {
  const folder = mirrorIn(machine)
  assertConsistent(folder)
  const database = new DatabaseSync(join(folder, 'consonance.db'), { readOnly: true })
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'replica_%' ORDER BY name")
      .all()
      .map(({ name }) => name as string)
      .filter((name) => !localTables.includes(name))
    return tables.map((name) => {
      const rows = database.prepare(`SELECT * FROM "${name}"`).all()
      const free = ['playlists', 'artist_aliases', 'track_aliases', 'description_details'].includes(name)
      return [name, rows.map(({ n, ...row }) => JSON.stringify(free ? row : { n, ...row })).sort()]
    })
  } finally {
    database.close()
  }
}

async function onMachines(place: ProjectPlace, steps: readonly (readonly [number, Operation])[]): Promise<void> {
  const machines = [await place.open(), await place.open()]
  for (const [machine, step] of steps) await perform(step, machines[machine]!)
  machines.push(await place.open())
  for (const { store } of machines) await store.lastChange()
}

test('machines that write in turns, and one that comes later, hold the same to the last number', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(1), operation), { minLength: 5, maxLength: 14 }), async (steps) => {
      const place = await projectPlace(local)
      try {
        await onMachines(place, steps)
        const [first, ...others] = place.machines.map(contentOf)
        for (const other of others) assert.deepEqual(other, first)
      } finally {
        await place.remove()
      }
    }),
    { numRuns: 3 },
  )
})

test('a write that fails on its way has not happened, anywhere, and can be done again', async () => {
  const place = await projectPlace(local)
  try {
    const first = await place.open()
    await first.store.putProfiles([profileOf('a:1', [{ artists: ['Low'] }])])
    for (const times of [1, 2, 3, 4]) {
      // The first three at some group of documents, the last at the head.
      local.faults.failIngestion(times)
      const change = profileOf('a:1', [{ artists: [`Can ${times}`], track: 'x' }])
      const more = profileOf('a:left', [{ artists: ['Left Over'] }])
      await assert.rejects(first.store.putProfiles([change, more]), /rows were refused/)
      local.faults.clear()
      const second = await place.open()
      for (const { store } of [first, second])
        assert.deepEqual(
          (await store.artists(['name:low', `name:can ${times}`])).map((artist) => artist?.listeners),
          [1, undefined],
        )
    }
    assert.deepEqual(await first.store.putProfiles([profileOf('a:1', [{ artists: ['Can'] }])]), ['changed'])
    const third = await place.open()
    assert.deepEqual(
      (await third.store.artists(['name:low', 'name:can'])).map((artist) => artist?.name),
      [undefined, 'Can'],
    )
    assert.deepEqual(contentOf(place.machines.at(-1)!), contentOf(place.machines[0]!))
    assert.doesNotMatch((await place.bytes()).toString('latin1'), /Left Over|a:left/)
  } finally {
    await place.remove()
  }
})

test('a vector of a description that never counted is emptied by the next write', async () => {
  const place = await projectPlace(local)
  try {
    const { store } = await place.open()
    await store.putProfiles([profileOf('a:1', [{ artists: ['Low'] }]), profileOf('a:2', [{ artists: ['Low'] }])])
    const bytes = Uint8Array.of(1)
    const describe = async (id: string, failing: number) => {
      const { key } = (await store.listener(id))!
      local.faults.failIngestion(failing)
      await store.putDescriptions(1, [{ key, vector: Float32Array.of(1, 0), terms: bytes, details: bytes, madeAt: 1 }])
      return key
    }
    const counting = await describe('a:1', 0)
    await assert.rejects(describe('a:2', 1), /rows were refused/)
    await store.putFriends([['a:1', 'a:2']])
    const name = new URL(place.url).searchParams.get('name')
    const vectors = local.online(`${name}_embeddings_v1`, 1)
    assert.deepEqual(
      vectors.filter(({ embedding }) => embedding !== null).map(({ key }) => key),
      [counting],
    )
  } finally {
    await place.remove()
  }
})

test('an erased listener is gone from the project and from the vector index before the promise resolves', async () => {
  const place = await projectPlace(local)
  try {
    const { store } = await place.open()
    const other = await place.open()
    await store.putProfiles([
      profileOf('a:zaunkönig', [{ artists: ['Zaunkönigs Freunde'], track: 'Nest' }], { name: 'Wren' }),
      profileOf('a:2', [{ artists: ['Low'] }]),
    ])
    const key = (await store.listener('a:zaunkönig'))!.key
    const bytes = Uint8Array.of(1)
    await store.putDescriptions(1, [{ key, vector: Float32Array.of(1, 0), terms: bytes, details: bytes, madeAt: 1 }])
    await other.store.lastChange()
    assert.ok((await place.bytes()).includes(key))
    assert.equal(await other.store.erase('a:zaunkönig'), true)
    await store.lastChange()
    const left = (await place.bytes()).toString('latin1')
    for (const text of ['zaunkönig', 'Wren', 'Nest'])
      assert.ok(!left.includes(Buffer.from(text).toString('latin1')), `traces of ${text}`)
    const [name] = new URL(place.url).searchParams.getAll('name')
    const vectors = local.online(`${name}_embeddings_v1`, 1)
    assert.deepEqual(
      vectors.map(({ key, embedding }) => ({ key, embedding })),
      [{ key: null, embedding: null }],
    )
    assert.equal((await store.counts()).listeners, 1)
  } finally {
    await place.remove()
  }
})

test('a process that is killed loses nothing that it acknowledged, and keeps nobody from writing on its machine', async () => {
  const place = await projectPlace(local)
  try {
    const data = join(place.folder, 'killed')
    const acknowledged: string[] = []
    for (const [prefix, lines] of [
      ['a', 3],
      ['b', 8],
    ] as const) {
      const file = join(import.meta.dirname, 'writing-child.ts')
      const child = spawn(process.execPath, [file, place.url, data, prefix], { stdio: ['ignore', 'pipe', 'inherit'] })
      let seen = 0
      for await (const line of createInterface(child.stdout)) {
        acknowledged.push(line)
        // In the middle of the next write.
        if (++seen === lines) setTimeout(() => child.kill('SIGKILL'), Math.random() * 15)
      }
      assert.ok(seen >= lines)
    }
    const { store } = await place.open()
    for (const each of acknowledged) assert.equal((await store.listener(each))?.id, each)
    const { listeners } = await store.counts()
    assert.ok(listeners >= acknowledged.length && listeners <= acknowledged.length + 2)
    // Whoever starts on the dead one's machine need not wait for its lock to be taken for dead.
    const again = await openStore(place.url, data, {}, { create: false })
    assert.equal(await again.store.erase(acknowledged[0]!), true)
    await again.close()
    await store.lastChange()
    assert.deepEqual(contentOf(data), contentOf(place.machines[0]!))
  } finally {
    await place.remove()
  }
})

test('a head that comes late and is replaced leaves nothing behind on the machines that have followed it', async () => {
  const place = await projectPlace(local)
  const { login, name } = readAddress(place.url)
  const record = await ProjectRecord.open(login, name, true)
  try {
    const [maker, reader] = [await place.open(), await place.open()]
    await maker.store.putProfiles([profileOf('a:1', [{ artists: ['Low'], track: 'A' }])])
    const before = (await record.head())!
    await maker.store.putProfiles([profileOf('a:2', [{ artists: ['Can'] }]), profileOf('a:1', [{ artists: ['Neu!'] }])])
    assert.ok(await reader.store.listener('a:2'))
    const histories = () => Promise.all([reader.store.history(), maker.store.history()])
    const told = await histories()
    // The next writer did not see it, and had the same numbers.
    await record.putHead(before, new AbortController().signal)
    const next = await place.open()
    await next.store.putProfiles([profileOf('a:3', [{ artists: ['Faust'] }]), profileOf('a:4', [{ artists: ['Low'] }])])
    // One that took away what it found above the head, and one that wrote.
    assert.equal((await record.head())?.round, before.round + 2)
    assert.equal(await reader.store.listener('a:2'), undefined)
    const [ofReader, ofMaker] = await histories()
    assert.notEqual(ofReader, told[0])
    assert.equal(ofMaker, told[1], 'it has not followed yet')
    assert.deepEqual(contentOf(place.machines[1]!), contentOf(place.machines[2]!))
    // The one that had made it notices when it writes, even some rounds later.
    await next.store.putProfiles([profileOf('a:3', [{ artists: ['Cluster'] }])])
    await maker.store.putProfiles([profileOf('a:5', [{ artists: ['Can'] }])])
    for (const { store } of [reader, next]) assert.ok(await store.listener('a:5'))
    for (const machine of place.machines) assert.deepEqual(contentOf(machine), contentOf(place.machines[2]!))
  } finally {
    await record.close()
    await place.remove()
  }
})

test('a new machine tells how far it has copied the store', async () => {
  const place = await projectPlace(local)
  try {
    const { store } = await place.open()
    await store.putProfiles([profileOf('a:1', [{ artists: ['Low'], track: 'A' }]), profileOf('a:2', [])])
    const told: (readonly [number, number, boolean])[] = []
    const onRows = (...rows: (typeof told)[number]) => told.push(rows)
    const toldToo: typeof told = []
    const [other, beside] = await Promise.all(
      [onRows, (...rows: (typeof told)[number]) => toldToo.push(rows)].map((onRows) =>
        openStore(place.url, join(place.folder, 'other'), {}, { create: false, onRows }),
      ),
    )
    await other!.store.lastChange()
    await beside!.close()
    await other!.close()
    assert.deepEqual(toldToo, told)
    const [read, total] = told.at(-1)!
    assert.equal(read, total)
    assert.ok(total >= 4)
    for (const [i, [read, , isOver]] of told.entries()) {
      assert.equal(isOver, i === told.length - 1)
      assert.ok(isOver || read > (told[i - 1]?.[0] ?? 0))
    }
  } finally {
    await place.remove()
  }
})

test('a mirror of other data is refused', async () => {
  const place = await projectPlace(local)
  try {
    const { store } = await place.open()
    await store.putProfiles([profileOf('a:1', [])])
    const folder = mirrorIn(place.machines[0]!)
    const database = new DatabaseSync(join(folder, 'consonance.db'))
    database.exec(`UPDATE replica_state SET value = json_set(value, '$.store', 'x') WHERE name = 'head'`)
    database.close()
    await new Promise((resolve) => setTimeout(resolve, 100))
    await assert.rejects(store.lastChange(), /is of other data than project "proj" holds now; remove the folder/)
  } finally {
    await place.remove()
  }
})
