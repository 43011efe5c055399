import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { Problem } from '../taste/problem.ts'
import { type BrokenLine, readFriends, readHalves } from './evaluation-file.ts'
import { readExclusions } from './exclusions.ts'
import { JsonLinesWriter } from './json-lines.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'consonance-files-'))
})
after(() => rm(folder, { recursive: true }))

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

async function all<T>(lines: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = []
  for await (const line of lines) list.push(line)
  return list
}

async function halvesOf(path: string) {
  const broken: BrokenLine[] = []
  const lines = await all(readHalves(path, (line) => broken.push(line)))
  return { lines, broken }
}

const item = { artists: ['A'], track: 'T', plays: 2 }
const line = (listener: string, more: object = {}) =>
  JSON.stringify({ listener, query: true, a: [item], b: [item], ...more })
const problem = (pattern: RegExp) => (error: unknown) => error instanceof Problem && pattern.test(error.message)

test('halves are read plain and gzipped, whatever the file is called', async () => {
  const text = `${line('test:1')}\r\n\n${line('plain id', { query: false, b: [] })}`
  for (const path of [await file('x.halves.jsonl', text), await file('y.txt', gzipSync(text))]) {
    const { lines, broken } = await halvesOf(path)
    assert.deepEqual(broken, [])
    assert.deepEqual(lines, [
      { listener: 'test:1', query: true, a: [item], b: [item] },
      { listener: 'file:plain id', query: false, a: [item], b: [] },
    ])
  }
})

test('what cannot be read is reported with its place, and the rest is read', async () => {
  const text = [
    line('test:1'),
    '{"listener": "test:2", "query": ',
    line('test:3', { query: 'yes' }),
    line('test:1'),
    line('test:4', { a: [item, { artists: [] }, 7] }),
    '[]',
  ].join('\n')
  const path = await file('broken.jsonl', text)
  const { lines, broken } = await halvesOf(path)
  assert.deepEqual(
    lines.map(({ listener, a }) => [listener, a.length]),
    [
      ['test:1', 1],
      ['test:4', 1],
    ],
  )
  assert.deepEqual(
    broken.map(({ place }) => place.slice(path.length)),
    [':2', ':3', ':4', ':5 a[1]', ':5 a[2]', ':6'],
  )
  assert.match(broken[0]!.reason, /not JSON/)
  assert.match(broken[1]!.reason, /^query: /)
  assert.match(broken[2]!.reason, /"test:1" had a line before/)
  assert.match(broken[3]!.reason, /artists/)
})

test('friends are read', async () => {
  const content = JSON.stringify({ listener: 'test:1', query: true, friends: ['test:2', 'other'], items: [item] })
  const lines = await all(readFriends(await file('x.friends.jsonl', content), () => {}))
  assert.deepEqual(lines, [{ listener: 'test:1', query: true, friends: ['test:2', 'file:other'], items: [item] }])
})

test('a file of another kind is refused with the way out', async () => {
  const friends = await file('f.jsonl', JSON.stringify({ listener: 'test:1', query: true, friends: [], items: [] }))
  const halves = await file('h.jsonl', line('test:1'))
  const profiles = await file('p.jsonl', JSON.stringify({ id: 'test:1', items: [item] }))
  await assert.rejects(all(readFriends(halves, () => {})), problem(/holds halves.*use --halves/))
  await assert.rejects(halvesOf(friends), problem(/holds friends.*use --friends/))
  await assert.rejects(halvesOf(profiles), problem(/holds profiles; import them/))
})

test('a file that is none is refused in one line', async () => {
  await assert.rejects(halvesOf(join(folder, 'nowhere.jsonl')), problem(/nowhere.jsonl/))
  await assert.rejects(halvesOf(folder), problem(/can't be read/))
  await assert.rejects(halvesOf(await file('empty.jsonl', '')), problem(/holds no listener; give a file of halves/))
  await assert.rejects(
    halvesOf(await file('binary', Buffer.alloc(5_000, 0xf7))),
    problem(/holds no listener \(line 1: not JSON\)/),
  )
  const cut = gzipSync(`${line('test:1')}\n`.repeat(1_000)).subarray(0, 60)
  await assert.rejects(halvesOf(await file('cut.gz', cut)), problem(/damaged or cut off/))
})

test('an exclusion list is read whole or not at all', async () => {
  const path = await file('exclude.txt', 'test:1\n\n  test:2\r\ntest:1\n')
  assert.deepEqual(await readExclusions(path), new Set(['test:1', 'test:2']))
  assert.deepEqual(await readExclusions(await file('nobody.txt', '')), new Set())
  await assert.rejects(readExclusions(await file('bad.txt', 'test:1\nnot an id\n')), problem(/line 2: "not an id"/))
  await assert.rejects(readExclusions(join(folder, 'nowhere.txt')), problem(/nowhere.txt/))
})

test('a written file has its name only when it is whole, and the same lines are the same bytes', async () => {
  for (const name of ['w.jsonl', 'w.jsonl.gz']) {
    const path = join(folder, name)
    const writer = new JsonLinesWriter(path)
    for (let i = 0; i < 3_000; i++) await writer.write({ listener: `test:${i}`, query: true, a: [item], b: [] })
    assert.ok(!(await readdir(folder)).includes(name))
    await writer.close()
    assert.equal((await halvesOf(path)).lines.length, 3_000)
  }
  const discarded = new JsonLinesWriter(join(folder, 'none.jsonl'))
  await discarded.write({})
  await discarded.discard()
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.startsWith('none')),
    [],
  )
  const nowhere = new JsonLinesWriter(join(folder, 'no', 'such', 'folder.jsonl'))
  await assert.rejects(nowhere.close(), problem(/can't be written/))
})
