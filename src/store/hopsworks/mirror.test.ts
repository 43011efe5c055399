import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startLocalHopsworks } from '../../../test/hopsworks/fast/start.ts'
import { profileOf } from '../conformance/place.ts'
import type { OpenStore } from '../open.ts'
import { prepareStore } from '../sqlite/connection.ts'
import { assertConsistent } from '../sqlite/consistency.ts'
import { sumOf } from '../sqlite/model-writer.ts'
import { readAddress } from './address.ts'
import { succession } from './head.ts'
import { lockFolder } from './mapping.ts'
import { Mirror } from './mirror.ts'
import { type ProjectPlace, projectPlace } from './test-project-place.ts'

const local = await startLocalHopsworks()
after(() => local.close())

/** A store with a listener, and the mirror of a machine that has not followed yet. */
async function withMirror(
  run: (parts: { mirror: Mirror; folder: string; place: ProjectPlace; machine: OpenStore }) => Promise<void>,
): Promise<void> {
  const place = await projectPlace(local)
  try {
    const machine = await place.open()
    await machine.store.putProfiles([
      profileOf('a:1', [{ artists: ['Low'] }]),
      profileOf('a:2', [{ artists: ['Can'] }]),
    ])
    await machine.store.putFriends([['a:1', 'a:2']])
    const folder = join(place.folder, 'mirror')
    const mirror = await newMirror(place, 'mirror')
    try {
      await run({ mirror, folder, place, machine })
    } finally {
      await mirror.close()
    }
  } finally {
    await place.remove()
  }
}

function newMirror(place: ProjectPlace, machine: string): Promise<Mirror> {
  const folder = join(place.folder, machine)
  prepareStore(folder, true)
  const { login, name } = readAddress(place.url)
  return Mirror.open(folder, { login, name, create: false })
}

const lockEntries = async ({ record }: Mirror) =>
  (await record.project.files.list(lockFolder(record.name).join('/'))).length

const listeners = (mirror: Mirror): Promise<unknown> =>
  mirror
    .attempt(async (database) =>
      database
        .prepare('SELECT id FROM listeners ORDER BY id')
        .all()
        .map(({ id }) => id),
    )
    .then((found) => found?.value)

/** Somebody else's entry in the folder of the lock. */
async function withLockTaken(mirror: Mirror, run: () => Promise<void>): Promise<void> {
  const { project, name } = mirror.record
  const entry = [...lockFolder(name), 'somebody.else'].join('/')
  await project.files.makeFolder(entry)
  try {
    await run()
  } finally {
    await project.files.delete(entry)
  }
}

/** Adds people as found by search, or fails on the way. */
function add(mirror: Mirror, ids: readonly string[], options = { urgent: false }): Promise<void> {
  const candidates = ids.map((id) => ({ id, foundIn: 'search:x', foundAt: 1, state: 'waiting' as const }))
  return mirror.change(async (_, writer) => writer.putCandidates(candidates), { ...options, committed: () => {} })
}

/** Rows of a round that came to nothing. */
async function leave(mirror: Mirror, count: number): Promise<void> {
  const { profiles } = (await mirror.record.head())!.numbers
  const rows = Array.from({ length: count }, (_, i) => {
    const n = profiles + 1 + i
    return { n, document: n, kind: 'listener', part: 0, parts: 1, content: Buffer.from('Left Over') }
  })
  await mirror.record.putRows('profiles', rows, new AbortController().signal)
}

const traces = async (place: ProjectPlace, text: string) =>
  (await place.bytes(join(place.folder, 'mirror'))).toString('latin1').split(text).length - 1

const lockRequests = () => local.requests.filter(({ method, path }) => method !== 'GET' && /lock/.test(path)).length

test('what is replaced and removed while a mirror catches up is followed, too', async () => {
  await withMirror(async ({ mirror, folder, machine }) => {
    const { record } = mirror
    const rows = record.rows.bind(record)
    let isFirst = true
    record.rows = async function* (...range) {
      if (isFirst) {
        isFirst = false
        await machine.store.putProfiles([profileOf('a:1', [{ artists: ['Neu!'] }])])
        // Removes what is superseded.
        await machine.store.erase('a:9')
        await machine.store.putProfiles([profileOf('a:9', [])])
        await machine.store.erase('a:9')
      }
      yield* rows(...range)
    }
    await mirror.follow()
    assert.equal(isFirst, false)
    assert.deepEqual(await listeners(mirror), ['a:1', 'a:2'])
    assertConsistent(folder)
  })
})

test('who reads does not wait for who waits for the lock', { timeout: 20_000 }, async () => {
  await withMirror(async ({ mirror }) => {
    await mirror.follow()
    let hasCommitted = false
    let change = Promise.resolve()
    await withLockTaken(mirror, async () => {
      const committed = () => {
        hasCommitted = true
      }
      const work = async (_: unknown, writer: { erase(id: string): boolean }) => writer.erase('a:1')
      change = mirror.change(work, { urgent: false, committed })
      const head = (await mirror.record.head())!
      await mirror.record.putHead({ ...head, ...succession(head) }, new AbortController().signal)
      await mirror.follow()
      assert.equal(hasCommitted, false)
    })
    await change
    assert.equal(hasCommitted, true)
    assert.deepEqual(await listeners(mirror), ['a:2'])
  })
})

test('who has only read leaves without the lock, and who has written does not wait for it', {
  timeout: 20_000,
}, async () => {
  await withMirror(async ({ mirror, place, machine }) => {
    const reader = await newMirror(place, 'reader')
    await machine.store.putProfiles([profileOf('a:1', [{ artists: ['Neu!'] }])])
    // Now it knows of rows that are superseded.
    await reader.follow()
    await machine.close()
    await mirror.follow()
    const before = lockRequests()
    await reader.close()
    assert.equal(lockRequests(), before)
    const next = await place.open()
    await next.store.putProfiles([profileOf('a:1', [{ artists: ['Faust'] }])])
    await next.store.lastChange()
    // It keeps the lock for a moment.
    while ((await lockEntries(mirror)) > 0) await sleep(5)
    await withLockTaken(mirror, () => next.close())
  })
})

test("a model's version that was given away is never replaced, nor any by who has lost the lock", async () => {
  await withMirror(async ({ mirror: { record }, machine: { registry } }) => {
    const card = { kind: 'linear', trainedAt: 1, hash: 'h', metrics: {}, marks: [], configuration: {} }
    assert.equal(await registry.register(card, new Map([['x', Uint8Array.of(1)]]), new Map()), 1)
    const save = (version: number, byte: number, signal = new AbortController().signal) => {
      const model = { card, files: [['x', Uint8Array.of(byte)]], split: [] } as const
      return record.saveModel(version, model, { upTo: 0, note: assert.fail }, signal)
    }
    await assert.rejects(save(1, 2), /version 1 was registered by another process/)
    // Left behind by an attempt that was not committed.
    await save(2, 2)
    await save(2, 3)
    await assert.rejects(save(2, 4, AbortSignal.abort(new Error('lost'))), /lost/)
    const view = (await record.project.features.featureView(`${record.name}_profiles`, 1))!
    const made = (await view.trainingDatasets()).map(({ description }) => description.slice(0, 3))
    assert.deepEqual(made, ['v1:', 'v2:'], 'what the attempt was trained on is gone with it')
    for (const [version, byte] of [
      [1, 1],
      [2, 3],
    ] as const) {
      const found = await record.modelFiles(version, { x: sumOf(Uint8Array.of(byte)) })
      assert.equal(found.get('x')?.[0], byte)
    }
    await assert.rejects(record.modelFiles(1, { x: sumOf(Uint8Array.of(9)) }), /"x" of version 1 is damaged/)
  })
})

test('an index can be asked for more than it gives at once', { timeout: 20_000 }, async () => {
  await withMirror(async ({ mirror, machine: { store } }) => {
    const { key } = (await store.listener('a:1'))!
    const bytes = Uint8Array.of(1)
    await store.putDescriptions(1, [{ key, vector: Float32Array.of(1, 0), terms: bytes, details: bytes, madeAt: 1 }])
    let found: readonly string[] = []
    // It shows rows some time after they were written.
    while (found.length === 0) found = await mirror.record.nearest(1, Float32Array.of(1, 0), 12_000)
    assert.deepEqual(found, [key])
  })
})

test('who has failed to write leaves without the lock', async () => {
  await withMirror(async ({ place, machine }) => {
    const failing = await newMirror(place, 'failing')
    await machine.store.putProfiles([profileOf('a:1', [{ artists: ['Neu!'] }])])
    // Now it knows of rows that are superseded.
    await failing.follow()
    await machine.close()
    local.faults.failIngestion(1)
    await assert.rejects(add(failing, ['a:3']), /rows were refused/)
    const before = lockRequests()
    await failing.close()
    assert.equal(lockRequests(), before)
  })
})

test('who loses the lock while removing what is left removes nothing of the next writer', async () => {
  await withMirror(async ({ mirror, place, machine: { store } }) => {
    const profiles = (ids: readonly string[]) => ids.map((id) => profileOf(id, [{ artists: ['Faust'] }]))
    local.faults.failIngestion(1)
    await assert.rejects(store.putProfiles(profiles(['left:1', 'left:2', 'left:3'])), /rows were refused/)
    const { record } = mirror
    const putHead = record.putHead.bind(record)
    const acknowledged = ['b:1', 'b:2', 'b:3']
    record.putHead = async (...given) => {
      record.putHead = putHead
      await putHead(...given)
      // It sleeps so long that others take it for dead.
      const { files } = record.project
      for (const { path } of await files.list(lockFolder(record.name).join('/'))) await files.delete(path)
      await store.putProfiles(profiles(acknowledged))
    }
    await assert.rejects(add(mirror, ['a:3']), /took this one for dead/)
    const late = await place.open()
    for (const id of acknowledged) assert.equal((await late.store.listener(id))?.id, id)
  })
})

test('what the failed round of another machine has left is gone when somebody was erased', async () => {
  await withMirror(async ({ mirror, place, machine: { store } }) => {
    await add(mirror, ['a:3'])
    local.faults.failIngestion(1)
    const secret = ['gone:1', 'gone:2'].map((id) => profileOf(id, []))
    await assert.rejects(store.putProfiles(secret), /rows were refused/)
    assert.ok((await traces(place, 'gone:')) > 0)
    await add(mirror, ['a:4'], { urgent: true })
    assert.equal(await traces(place, 'gone:'), 0)
    // It has the lock still, and what others left comes late.
    await leave(mirror, 3)
    await add(mirror, ['a:5'], { urgent: true })
    assert.equal(await traces(place, 'Left Over'), 0)
  })
})

test('a removal of what is left that is interrupted is finished by the next writer', async () => {
  await withMirror(async ({ mirror, place }) => {
    await leave(mirror, 250)
    const { record } = mirror
    const remove = record.remove.bind(record)
    record.remove = async (dead, signal) => {
      record.remove = remove
      // In the middle of a portion, and of all of them.
      await remove(dead.slice(0, 140), signal)
      throw new Error('killed')
    }
    await assert.rejects(add(mirror, ['a:3']), /killed/)
    assert.ok((await traces(place, 'Left Over')) > 0)
    await add(mirror, ['a:3'])
    assert.equal(await traces(place, 'Left Over'), 0)
  })
})

test('what is not online yet when it is looked for is removed, too', async () => {
  await withMirror(async ({ mirror, place }) => {
    local.faults.failIngestion(1)
    await assert.rejects(add(mirror, ['left:1', 'left:2', 'left:3']), /rows were refused/)
    mirror.record.above = async () => []
    await add(mirror, ['a:3'])
    assert.equal(await traces(place, 'left:'), 0)
  })
})

test('a vector that came to nothing is replaced in the index by the one that counts', async () => {
  await withMirror(async ({ mirror, machine: { store } }) => {
    const { record } = mirror
    const { key } = (await store.listener('a:1'))!
    const bytes = Uint8Array.of(1)
    const describe = (...vector: number[]) => {
      const row = { key, vector: Float32Array.from(vector), terms: bytes, details: bytes, madeAt: 1 }
      return mirror.change(async (_, writer) => writer.putDescriptions(1, [row]), {
        urgent: false,
        committed: () => {},
      })
    }
    const indexed = () => local.online(`${record.name}_embeddings_v1`, 1).map((row) => [row.key, row.embedding])
    await describe(1, 0)
    const counting = indexed()
    const putVectors = record.putVectors.bind(record)
    record.putVectors = async (...given) => {
      record.putVectors = putVectors
      await putVectors(...given)
      throw new Error('broken')
    }
    await assert.rejects(describe(0, 1), /broken/)
    assert.notDeepEqual(indexed(), counting)
    await add(mirror, ['a:3'])
    assert.deepEqual(indexed(), counting)
  })
})
