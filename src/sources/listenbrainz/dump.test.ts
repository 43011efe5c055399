import assert from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { pack } from 'tar-stream'
import { recognise } from '../recognise.ts'
import { eventsOf, temporaryFiles } from '../temporary-files.ts'
import { listenbrainzDump } from './dump.ts'
import { PlayCounts } from './play-counts.ts'

const folder = 'listenbrainz-listens-dump-2611-20260730-000002-full'
const mbid = 'a74b1b7f-71a5-4011-9441-d0b5e4122711'

async function tarOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = pack()
  archive.entry({ name: `${folder}/`, type: 'directory' })
  for (const [name, text] of Object.entries(files)) archive.entry({ name: `${folder}/${name}` }, text)
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const listen = (user: string, artist: string, track: string, at: number, more: object = {}) =>
  JSON.stringify({
    user_id: 1,
    user_name: user,
    timestamp: at,
    track_metadata: { artist_name: artist, track_name: track, additional_info: {}, ...more },
  })

const mapped = {
  mbid_mapping: {
    recording_mbid: mbid,
    artist_mbids: [mbid],
    artists: [{ artist_mbid: mbid, artist_credit_name: 'Low', join_phrase: '' }],
  },
}

const files = {
  COPYING: 'CC0',
  'listens/2025/12.listens': [
    listen('anna', 'Low', 'Sunflower', 1_765_000_000, mapped),
    listen('bert b', 'Duster', 'Inside Out', 1_765_000_100),
    '{"broken": ',
    '{"user_name": "anna"}',
    '',
    listen('anna', '', 'nobody', 1_765_000_200),
  ].join('\n'),
  'listens/2026/1.listens': `${[
    listen('anna', 'Low', 'Sunflower', 1_768_000_000),
    listen('anna', 'Low', 'Monkey', 1_768_000_300),
    listen('', 'Low', 'Monkey', 1_768_000_300),
  ].join('\n')}\n`,
}

test("everybody's listens, counted over all months; what can't be read is told with its place", async (t) => {
  const home = await temporaryFiles(t)
  const path = join(home, 'dump')
  await writeFile(path, zstdCompressSync(await tarOf(files)))
  assert.deepEqual(
    (await recognise([path])).recognised.map(({ source }) => source.format),
    ['listenbrainz-dump'],
  )
  const { profiles, broken, progress } = await eventsOf(listenbrainzDump, path, 1000)
  const [anna, bert] = profiles
  assert.deepEqual(
    [anna!.id, anna!.name, anna!.url, anna!.provenance, anna!.consent.findable, anna!.consent.showName],
    [
      'listenbrainz:anna',
      'anna',
      'https://listenbrainz.org/user/anna/',
      { origin: 'listenbrainz', source: 'listenbrainz', readAt: 1000 },
      true,
      false,
    ],
  )
  assert.deepEqual(anna!.items, [
    {
      artists: ['Low'],
      artistIds: [{ mbid }],
      track: 'Sunflower',
      ids: { mbid },
      plays: 2,
      addedAt: '2025-12-06T05:46:40Z',
      lastPlayedAt: '2026-01-09T23:06:40Z',
    },
    {
      artists: ['Low'],
      track: 'Monkey',
      plays: 1,
      addedAt: '2026-01-09T23:11:40Z',
      lastPlayedAt: '2026-01-09T23:11:40Z',
    },
  ])
  assert.deepEqual([bert!.id, bert!.items.length], ['listenbrainz:bert b', 1])
  assert.deepEqual(broken, [
    '12.listens: line 3: not JSON',
    '12.listens: line 4: it has no track_metadata',
    '1.listens: line 3: it names no listener',
  ])
  assert.equal(progress.at(-1)!.bytes, progress.at(-1)!.of)
})

test('a dump that breaks off keeps what came before; one without listens is refused', async (t) => {
  const home = await temporaryFiles(t)
  const path = join(home, 'dump')
  const tar = await tarOf(files)
  await writeFile(path, zstdCompressSync(tar.subarray(0, tar.length - 2048)))
  const cut = await eventsOf(listenbrainzDump, path, 1000)
  assert.equal(cut.profiles.length, 2)
  const random = Array.from({ length: 20_000 }, (_, i) =>
    listen(`u${i % 7}`, `A${(i * 7919) % 997}`, `T${i}`, 1_765_000_000 + i),
  )
  const whole = zstdCompressSync(await tarOf({ 'listens/2025/12.listens': random.join('\n') }))
  await writeFile(path, whole.subarray(0, Math.floor(whole.length / 2)))
  const damaged = await eventsOf(listenbrainzDump, path, 1000)
  assert.match(damaged.broken.at(-1)!, /the archive is damaged or ends early; what came before is kept/)
  const kept = damaged.profiles.reduce((sum, { items }) => sum + items.length, 0)
  assert.ok(kept > 2000 && kept < 20_000, `${kept}`)
  await writeFile(path, zstdCompressSync(await tarOf({ COPYING: 'CC0' })))
  await assert.rejects(eventsOf(listenbrainzDump, path), /holds no listens/)
})

test('other archives are not taken for a dump', async (t) => {
  const home = await temporaryFiles(t, {
    text: zstdCompressSync('{"a": 1}'),
    torn: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
    none: '',
  })
  for (const name of ['text', 'torn', 'none'])
    assert.equal(await listenbrainzDump.recognises(join(home, name)), false, name)
  assert.equal(await listenbrainzDump.recognises(home), false)
})

test('what does not fit into memory is counted all the same, and leaves no file behind', async () => {
  const before = (await readdir(tmpdir())).filter((name) => name.startsWith('consonance-counts-'))
  const plays = fc.array(fc.record({ listener: fc.nat(5), track: fc.nat(8), at: fc.nat(1000) }), { maxLength: 120 })
  const total = async (counts: PlayCounts, rows: readonly { listener: number; track: number; at: number }[]) => {
    for (const { listener, track, at } of rows) {
      counts.add(`l${listener}`, { artists: ['Low'], track: `t${track}`, at: new Date(at * 1000).toISOString() })
      await counts.spill()
    }
    const found = []
    for await (const [listener, tracks] of counts.listeners())
      found.push([listener, [...tracks].sort((a, b) => (a.track < b.track ? -1 : 1))])
    await counts.close()
    return found.sort()
  }
  await fc.assert(
    fc.asyncProperty(plays, async (rows) => {
      assert.deepEqual(await total(new PlayCounts(10), rows), await total(new PlayCounts(), rows))
    }),
    { numRuns: 20 },
  )
  const after = (await readdir(tmpdir())).filter((name) => name.startsWith('consonance-counts-'))
  assert.deepEqual(
    after.filter((name) => !before.includes(name)),
    [],
  )
})
