import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startLocalHopsworks } from '../../../test/hopsworks/fast/start.ts'
import { profileOf } from '../conformance/place.ts'
import type { OpenStore } from '../open.ts'
import { prepareStore } from '../sqlite/connection.ts'
import { assertConsistent } from '../sqlite/consistency.ts'
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
    prepareStore(folder, true)
    const { login, name } = readAddress(place.url)
    const mirror = await Mirror.open(folder, { login, name, create: false })
    try {
      await run({ mirror, folder, place, machine })
    } finally {
      await mirror.close()
    }
  } finally {
    await place.remove()
  }
}

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

test('who has only read leaves without the lock, and who has written does not wait for it', async () => {
  const place = await projectPlace(local)
  try {
    const writer = await place.open()
    for (const artist of ['Low', 'Can']) await writer.store.putProfiles([profileOf('a:1', [{ artists: [artist] }])])
    const { login, name } = readAddress(place.url)
    const folder = join(place.folder, 'reader')
    prepareStore(folder, true)
    const [reader, other] = [
      await Mirror.open(folder, { login, name, create: false }),
      await Mirror.open(folder, { login, name, create: false }),
    ]
    await reader.follow()
    await writer.close()
    const before = lockRequests()
    await reader.close()
    assert.equal(lockRequests(), before)
    await withLockTaken(other, () => place.remove())
    await other.close()
  } finally {
    await place.remove()
  }
})
