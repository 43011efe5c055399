import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { profileOf } from './conformance/place.ts'
import { openStore, storeName } from './open.ts'
import { aliasHash, applicationId, migrations } from './sqlite/schema.ts'

const home = mkdtempSync(join(tmpdir(), 'consonance-open-'))
after(() => rmSync(home, { recursive: true, force: true }))
let made = 0
const fresh = () => join(home, `${++made}`)
const open = (folder: string, create = true) => openStore(undefined, folder, {}, { create })
const refused = (message: RegExp) => ({ name: 'Problem', message })

async function someStore(): Promise<string> {
  const folder = fresh()
  const { store, close } = await open(folder)
  await store.putProfiles(
    Array.from({ length: 50 }, (_, i) => profileOf(`a:${i}`, [{ artists: [`Artist ${i}`], track: `Track ${i}` }])),
  )
  await close()
  return folder
}

test('makes folder and file for their owner only', async () => {
  const folder = join(fresh(), 'a', 'b')
  await (await open(folder)).close()
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  assert.equal(statSync(join(folder, 'consonance.db')).mode & 0o777, 0o600)
})

test('opens what a URL names', async () => {
  const folder = await someStore()
  const { store, close } = await openStore(`sqlite:${folder}`, fresh(), {}, { create: false })
  assert.equal((await store.counts()).listeners, 50)
  await close()
})

for (const url of ['postgres://x', 'nonsense', 'sqlite:', ''])
  test(`refuses the URL "${url}"`, async () => {
    await assert.rejects(openStore(url, fresh(), {}, { create: true }), refused(/is not a store .* write sqlite:DIR/))
  })

test('reading makes nothing', async () => {
  const folder = fresh()
  await assert.rejects(open(folder, false), refused(/there is none in ".*" yet/))
  assert.equal(existsSync(folder), false)
  mkdirSync(folder)
  await assert.rejects(open(folder, false), refused(/there is none/))
  assert.equal(existsSync(join(folder, 'consonance.db')), false)
  // What a first run leaves that was killed at once.
  writeFileSync(join(folder, 'consonance.db'), '')
  await assert.rejects(open(folder, false), refused(/there is none/))
  await (await open(folder)).close()
  await (await open(folder, false)).close()
})

test('a file in place of the folder, or above it, is refused', async () => {
  const file = fresh()
  writeFileSync(file, 'x')
  await assert.rejects(open(file), refused(/is a file, not a folder/))
  await assert.rejects(open(file, false), refused(/is a file, not a folder/))
  await assert.rejects(open(join(file, 'below')), refused(/is not a folder/))
  assert.equal(readFileSync(file, 'utf8'), 'x')
})

test('a folder that nobody can make is refused', async () => {
  await assert.rejects(open('/proc/consonance/data'), refused(/^store: "\/proc\/consonance\/data" can't be/))
  await assert.rejects(open(join(home, 'x'.repeat(300))), refused(/can't be made/))
})

test('a folder in place of the file is refused', async () => {
  const folder = fresh()
  mkdirSync(join(folder, 'consonance.db'), { recursive: true })
  await assert.rejects(open(folder), refused(/consonance\.db" can't be opened/))
})

for (const [what, content] of [
  ['text', 'This is not a database, it only lies here under its name.'.repeat(20)],
  ['zeros', '\0'.repeat(8192)],
] as const)
  test(`a file of ${what} is refused and left alone`, async () => {
    const folder = fresh()
    const path = join(folder, 'consonance.db')
    mkdirSync(folder)
    writeFileSync(path, content)
    for (const create of [true, false]) await assert.rejects(open(folder, create), refused(/is not a Consonance store/))
    assert.equal(readFileSync(path, 'utf8'), content)
  })

test("another program's database is refused and left alone", async () => {
  const folder = fresh()
  const path = join(folder, 'consonance.db')
  mkdirSync(folder)
  const other = new DatabaseSync(path)
  other.exec('CREATE TABLE mine (x)')
  other.close()
  const before = readFileSync(path)
  await assert.rejects(open(folder), refused(/belongs to another program/))
  const marked = new DatabaseSync(path)
  marked.exec('PRAGMA application_id = 7')
  marked.close()
  await assert.rejects(open(folder), refused(/belongs to another program/))
  assert.equal(readFileSync(path).length, before.length)
})

test('a store of the first version is brought up to date, with what is in it', async () => {
  const folder = fresh()
  mkdirSync(folder)
  const old = new DatabaseSync(join(folder, 'consonance.db'))
  old.exec(`${migrations[0]}; PRAGMA user_version = 1; PRAGMA application_id = ${applicationId}`)
  old.prepare("INSERT INTO artists (n, hash, key, name) VALUES (1, ?, 'name:low', 'Low')").run(aliasHash('name:low'))
  old.exec('INSERT INTO artist_counts (artist, listeners, uses) VALUES (1, 3, 3)')
  old.close()
  const { store, close } = await open(folder, false)
  const [gap] = (await store.artistGaps({ sources: ['x'], now: 0 })).rows
  assert.deepEqual(gap, { key: 'name:low', name: 'Low', ids: {}, listeners: 3, asked: [] })
  await close()
})

test('a store of a newer version is refused and left alone', async () => {
  const folder = await someStore()
  const path = join(folder, 'consonance.db')
  const database = new DatabaseSync(path)
  database.exec('PRAGMA user_version = 99')
  database.close()
  await assert.rejects(open(folder), refused(/written by a newer Consonance \(format 99, this one knows \d+\); update/))
})

test('a damaged store says so', async () => {
  const folder = await someStore()
  const path = join(folder, 'consonance.db')
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.fill(0x55, 4096))
  await assert.rejects(
    async () => {
      const { store, close } = await open(folder)
      try {
        await store.profiles('keep')
        await store.putProfiles([profileOf('a:new', [{ artists: ['Low'] }])])
      } finally {
        await close()
      }
    },
    refused(/consonance\.db" is damaged/),
  )
})

test('a store that was cut short says so', async () => {
  const folder = await someStore()
  const path = join(folder, 'consonance.db')
  writeFileSync(path, readFileSync(path).subarray(0, 20_000))
  await assert.rejects(
    async () => {
      const { store, close } = await open(folder)
      try {
        await store.profiles('keep')
      } finally {
        await close()
      }
    },
    refused(/consonance\.db" is damaged/),
  )
})

test('a closed store refuses more work', async () => {
  const { store, close } = await open(fresh())
  await close()
  await assert.rejects(store.putProfiles([profileOf('a:1', [])]), /closed/)
  await assert.rejects(store.profiles('keep'), /closed/)
  await close()
})

test('a store is called by where it is, without the options', () => {
  assert.equal(storeName(undefined, '.consonance'), 'sqlite:.consonance')
  assert.equal(storeName('sqlite:/data', '.consonance'), 'sqlite:/data')
  assert.equal(storeName('hopsworks://a.b:8181/taste?ca=/home/me/ca.pem&name=x', 'y'), 'hopsworks://a.b:8181/taste')
})
