import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { noConsent } from '../../taste/consent.ts'
import { eventsOf, temporaryFiles } from '../temporary-files.ts'
import { profiles } from './profiles.ts'

const items = [{ artists: ['Mulatu Astatke'], track: 'Tezeta', plays: 3 }]

async function read(t: { after(work: () => unknown): void }, ...lines: readonly (string | Buffer | object)[]) {
  const bytes = lines.map((line) =>
    line instanceof Buffer ? line : typeof line === 'string' ? line : JSON.stringify(line),
  )
  const content = Buffer.concat(bytes.flatMap((line) => [Buffer.from(line as string), Buffer.from('\n')]))
  const folder = await temporaryFiles(t as never, { plain: content, packed: gzipSync(content) })
  const plain = await eventsOf(profiles, join(folder, 'plain'), 1000)
  const packed = await eventsOf(profiles, join(folder, 'packed'), 1000)
  assert.deepEqual(plain.profiles, packed.profiles)
  return plain
}

test("a line is a person's own export, about which nothing is allowed yet", async (t) => {
  const line = { id: 'tape-hiss', name: 'Tape Hiss', url: 'https://example.org/tape-hiss', items, more: { x: 1 } }
  const { profiles: found, broken } = await read(t, line, '', { id: 'spotify:smedjan', name: null, items })
  const provenance = { origin: 'own-export', source: 'profiles', readAt: 1000 }
  assert.deepEqual(broken, [])
  assert.deepEqual(found, [
    { id: 'file:tape-hiss', name: line.name, url: line.url, provenance, consent: noConsent, items },
    { id: 'spotify:smedjan', provenance, consent: noConsent, items },
  ])
})

test('consent that a line states is taken, and an origin only if it restricts', async (t) => {
  const provenance = { origin: 'spotify', source: 'web-api', readAt: 5, expiresAt: 86405 }
  const { profiles: found } = await read(
    t,
    { id: 'a:1', items, consent: { findable: true }, provenance, tagged: [{ artist: 'Low', tags: ['slowcore'] }] },
    { id: 'a:2', items, provenance: { ...provenance, origin: 'simulated' } },
    { id: 'a:3', items, provenance: { ...provenance, readAt: 2000 } },
  )
  assert.deepEqual(found[0]?.consent, { ...noConsent, findable: true })
  assert.deepEqual(found[0]?.provenance, provenance)
  assert.deepEqual(found[0]?.tagged, [{ artist: 'Low', tags: ['slowcore'] }])
  assert.equal(found[1]?.provenance.origin, 'own-export')
  assert.equal(found[2]?.provenance.readAt, 1000)
})

test('lines and items that can not be read are counted, the rest is kept', async (t) => {
  const { profiles: found, broken } = await read(
    t,
    { id: 'a', items: [{ artists: [] }, ...items, { artists: ['x'], plays: 'many' }] },
    '{"id":"b","items":[',
    { id: 'c', items: [] },
    { id: 7, items },
    { items },
    { id: 'd', items, url: 'javascript:alert(1)' },
    { id: 'e\u0000', items },
    Buffer.from('{"id":"f\u00fc","items":[]}', 'latin1'),
    '[]',
  )
  assert.deepEqual(
    found.map((profile) => [profile.id, profile.items]),
    [['file:a', items]],
  )
  assert.deepEqual(
    broken.map((text) => text.replace(/, byte \d+/, '')),
    [
      'plain: line 1, item 1: artists: empty',
      'plain: line 1, item 3: plays: expected number, received string',
      'plain: line 2: not JSON',
      'plain: line 3: "file:c" has no items that can be read',
      'plain: line 4: id: expected string, received number',
      'plain: line 5: id: expected string, received undefined',
      'plain: line 6: url: not a link (http or https)',
      'plain: line 7: id: "e\u0000" has control characters',
      'plain: line 8: not UTF-8',
      'plain: line 9: expected object, received array',
    ],
  )
})

test('is recognised by its first lines', async (t) => {
  const long = JSON.stringify({ id: 'a', items: Array.from({ length: 5000 }, () => items[0]) })
  const folder = await temporaryFiles(t, {
    yes: JSON.stringify({ id: 'a', items }),
    long,
    damaged: `{"id":\n${JSON.stringify({ id: 'a', items })}`,
    no: JSON.stringify({ listener: 'a', query: true, a: items, b: items }),
    friends: JSON.stringify({ listener: 'a', friends: [], items: [{ artists: ['x'], ids: {} }] }),
  })
  for (const name of ['yes', 'long', 'damaged']) assert.equal(await profiles.recognises(join(folder, name)), true)
  for (const name of ['no', 'friends']) assert.equal(await profiles.recognises(join(folder, name)), false)
})

test('what the file system refuses is one clear line', async (t) => {
  const folder = await temporaryFiles(t)
  await assert.rejects(eventsOf(profiles, folder), { name: 'Problem', message: `"${folder}" can't be read (EISDIR)` })
  const missing = join(folder, 'missing')
  await assert.rejects(eventsOf(profiles, missing), { message: `"${missing}" can't be read (ENOENT)` })
})
