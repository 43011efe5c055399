import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type JsonRecord, jsonRecords } from './json-records.ts'

async function* chunked(text: string | Buffer, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text as string)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const tracksOf = (value: unknown) => (value as { tracks?: unknown[] } | null)?.tracks
const isRecord = (value: unknown) => Array.isArray(tracksOf(value))
const holdsRecords = (value: unknown) => isRecord(value) && tracksOf(value)?.some(isRecord) === true

async function readAll(text: string | Buffer, size = 7, maxBytes = 1 << 20): Promise<readonly JsonRecord[]> {
  const all: JsonRecord[] = []
  for await (const record of jsonRecords(chunked(text, size), {
    keys: ['playlists'],
    isRecord,
    holdsRecords,
    maxBytes,
  }))
    all.push(record)
  return all
}

const values = (records: readonly JsonRecord[]) =>
  records.flatMap((record) => ('value' in record ? [record.value] : []))
const reasons = (records: readonly JsonRecord[]) => records.flatMap((record) => ('reason' in record ? [record] : []))

const playlist = fc.record(
  {
    name: fc.string({ unit: fc.constantFrom('a', '"', '\\', '{', '}', '[', ']', ',', ':', 'é', '🎵', '\n') }),
    pid: fc.nat(),
    tracks: fc.array(
      fc.record(
        { title: fc.string(), ms: fc.integer(), live: fc.boolean(), none: fc.constant(null) },
        { noNullPrototype: true },
      ),
    ),
  },
  { noNullPrototype: true },
)

test('delivers every element whatever the chunks, the formatting and the members beside the list', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(playlist),
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom(undefined, 1, '\t'),
      async (playlists, size, indent) => {
        const slice = { info: { playlists: [{ tracks: [] }] }, note: 'a ] } "', playlists, after: [1, {}] }
        const text = JSON.stringify(slice, undefined, indent)
        assert.deepEqual(await readAll(text, size), await readAll(text, text.length))
        assert.deepEqual(values(await readAll(text, size)), playlists)
      },
    ),
  )
})

test('says where an element stands', async () => {
  const text = '\ufeff{"playlists": [{"tracks":[]}, {"tracks":[1]}]}'
  const places = (await readAll(text)).map(({ number, offset }) => [number, offset])
  assert.deepEqual(places, [
    [1, Buffer.from(text).indexOf('{"tracks":[]}')],
    [2, Buffer.from(text).indexOf('{"tracks":[1]}')],
  ])
})

test('whatever is damaged inside one element, the others are delivered and the damage is counted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(playlist, { minLength: 1, maxLength: 6 }),
      fc.nat(),
      fc.nat(),
      fc.constantFrom('"', '{', '}', '[', ']', '\u0001', ',,', ':', 'x', ''),
      async (playlists, which, where, junk) => {
        const texts = playlists.map((value) => JSON.stringify(value))
        const hit = which % texts.length
        const text = texts[hit] as string
        const at = 1 + (where % (text.length - 2))
        // Nothing inserted: a byte is taken away instead.
        const damaged = text.slice(0, at) + junk + text.slice(junk === '' ? at + 1 : at)
        fc.pre(!isJson(damaged))
        texts[hit] = damaged
        const records = await readAll(`{"playlists":[${texts.join(',')}]}`)
        const others = playlists.filter((_, index) => index !== hit)
        const delivered = values(records).filter(isRecord)
        for (const other of others) assert.ok(delivered.some((value) => same(value, other)))
        assert.ok(records.length > others.length)
      },
    ),
    { numRuns: 300 },
  )
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

test('names what is wrong with an element', async () => {
  const cases: readonly (readonly [string | Buffer, RegExp])[] = [
    ['{"playlists":[{"tracks":[01x]},{"tracks":[]}]}', /^not JSON$/],
    ['{"playlists":[{"tracks":[}},{"tracks":[]}]}', /^not JSON at byte 25$/],
    [Buffer.from('{"playlists":[{"tracks":["\u00e9"]},{"tracks":[]}]}', 'latin1'), /^not UTF-8$/],
    [`{"playlists":[{"tracks":["${'x'.repeat(3 << 20)}"]},{"tracks":[]}]}`, /^larger than 1 MB$/],
    ['{"playlists":[{"tracks":[]},{"tracks":[', /^the file ends in the middle of it$/],
    ['{"playlists":[{"tracks":[]},', /^the file ends before its list does$/],
    ['{"playlists":[{"tracks":[]}]]}', /^not JSON at byte 28$/],
    ['{"info":{x},"playlists":[{"tracks":[]}]}', /^not JSON at byte 8$/],
    [`{"playlists":[{"tracks":[]}${',{"a":'.repeat(1000)}]}`, /^not JSON/],
  ]
  for (const [text, reason] of cases) {
    const records = await readAll(text, 1 << 16)
    assert.deepEqual(values(records), [{ tracks: [] }], String(text).slice(0, 60))
    assert.equal(reasons(records).length, 1)
    assert.match(reasons(records)[0]?.reason ?? '', reason)
  }
})

test('counts each of several damaged elements in a row', async () => {
  const bad = ['{"name":"a","tracks":[{"x":1},}', '{"name":"b"tracks":[]}', '{"name":"c","tracks":[{"x":1}}']
  const text = `{"playlists":[${['{"name":"","tracks":[]}', ...bad, '{"name":"z","tracks":[]}'].join(',')}]}`
  const records = await readAll(text)
  assert.deepEqual(
    records.map((record) => ['value' in record, record.number, record.offset]),
    [
      [true, 1, 14],
      [false, 2, text.indexOf('{"name":"a"')],
      [false, 3, text.indexOf('{"name":"b"')],
      [false, 4, text.indexOf('{"name":"c"')],
      [true, 5, text.indexOf('{"name":"z"')],
    ],
  )
})

test('an element without its end does not take the next ones with it', async () => {
  const text = '{"playlists":[{"tracks":[1]},{"tracks":[{"x":1},{"tracks":[2]},{"tracks":[3]}]}'
  const records = await readAll(text)
  assert.deepEqual(values(records), [{ tracks: [1] }, { tracks: [2] }, { tracks: [3] }])
  assert.deepEqual(
    reasons(records).map(({ number, reason }) => [number, reason]),
    [[2, 'its end is missing']],
  )
})

test('an element that is no object is counted', async () => {
  const records = await readAll('{"playlists":[1, {"tracks":[1]}, "a", {"tracks":[2]}]}', 1)
  assert.deepEqual(values(records), [{ tracks: [1] }, { tracks: [2] }])
  assert.deepEqual(
    reasons(records).map(({ number, reason }) => [number, reason]),
    [
      [1, 'not an object'],
      [3, 'not an object'],
    ],
  )
})

test('reads several files that were put one behind the other', async () => {
  const text = '{"playlists":[{"tracks":[1]}]}\n{"playlists":[{"tracks":[2]}]}'
  assert.deepEqual(values(await readAll(text)), [{ tracks: [1] }, { tracks: [2] }])
})

test('refuses what has no such list', async () => {
  for (const text of ['{}', '[]', '7', 'PK', '{"playlists":{}}', '{"lists":[{"playlists":[]}]}']) {
    await assert.rejects(readAll(text), /there is no list "playlists" in it/)
  }
})
