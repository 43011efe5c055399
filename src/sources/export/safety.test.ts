import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { BlobReader, BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js/index-native.js'
import { blobFile } from './export-file.ts'
import { readExport } from './read-export.ts'
import { readTexts } from './read-texts.ts'

const row =
  '{"ts":"2024-01-01T00:00:00Z","ms_played":200000,"master_metadata_track_name":"Ebb","master_metadata_album_artist_name":"Tide"}'

async function zipOf(files: Readonly<Record<string, string | Blob>>, options: object = {}): Promise<Uint8Array> {
  const writer = new ZipWriter(new BlobWriter())
  for (const [name, content] of Object.entries(files))
    await writer.add(name, typeof content === 'string' ? new TextReader(content) : new BlobReader(content), options)
  return new Uint8Array(await (await writer.close()).arrayBuffer())
}

function refused(files: Parameters<typeof readTexts>[0], message: RegExp | string): Promise<void> {
  return assert.rejects(readTexts(files), (error: Error) => {
    assert.equal(error.name, 'Problem')
    assert.doesNotMatch(error.message, /\n/)
    if (typeof message === 'string') assert.equal(error.message, message)
    else assert.match(error.message, message)
    return true
  })
}

test('an archive that unpacks to far more than its size is given up', async () => {
  const bomb = new Blob([`[${row},`, ...Array.from({ length: 80 }, () => ' '.repeat(1 << 20)), `${row}]`])
  const { items, report } = await readTexts({ 'bomb.zip': await zipOf({ 'endsong_0.json': bomb }) })
  assert.equal(items[0]?.plays, 1)
  assert.deepEqual(
    report.broken.first.map(({ reason }) => reason),
    ['"endsong_0.json" in "bomb.zip" unpacks to far more than its size: not listening data'],
  )
})

test('a file that claims to be 10 GB is not even begun', async () => {
  const archive = await zipOf({ 'endsong_0.json': `[${row}]` }, { zip64: true })
  const view = new DataView(archive.buffer)
  let at = archive.length - 4
  while (view.getUint32(at, true) !== 0x02014b50) at--
  // In the extra field for large files: its number, its length, then the size.
  let extra = at + 46 + view.getUint16(at + 28, true)
  while (view.getUint16(extra, true) !== 1) extra += 4 + view.getUint16(extra + 2, true)
  view.setBigUint64(extra + 4, 10n * 2n ** 30n, true)
  await refused(
    { 'claim.zip': archive },
    '"endsong_0.json" in "claim.zip" claims to be 10.0 GB, more than listening data can be',
  )
})

test('names that lead out of an archive, archives in archives, passwords, damage', async () => {
  const inner = await zipOf({ 'endsong_0.json': `[${row}]` })
  await refused(
    { 'nested.zip': await zipOf({ 'inner.zip': new Blob([inner as Uint8Array<ArrayBuffer>]) }) },
    '"inner.zip" is an archive in an archive; unpack the outer one first',
  )
  await refused(
    { 'locked.zip': await zipOf({ 'endsong_0.json': `[${row}]` }, { password: 'x', zipCrypto: true }) },
    /"endsong_0.json" in "locked.zip" needs a password; unpack the archive first/,
  )
  await refused({ 'cut.zip': inner.subarray(0, -30) }, /"cut.zip" is a damaged zip archive \(.*\); download it again/)
  const outside = Buffer.from(inner).toString('latin1').replaceAll('endsong_0.json', '../../ong.json')
  await refused(
    { 'outside.zip': new Uint8Array(Buffer.from(outside, 'latin1')) },
    '"outside.zip" holds a file whose name leads out of it: not an export',
  )
  await refused(
    { 'cut.json.gz': new Uint8Array(gzipSync(`[${row}]`.repeat(500)).subarray(0, 60)) },
    /"cut.json.gz" is a damaged gzip file; download it again|tells of music/,
  )
})

test('one damaged file of an archive does not spoil the others', async () => {
  const archive = await zipOf({ 'endsong_0.json': `[${row}]`, 'endsong_1.json': `[${row.replace('Ebb', 'Flow')}]` })
  const at = Buffer.from(archive).indexOf('endsong_0.json') + 'endsong_0.json'.length
  archive.fill(0xff, at, at + 40)
  const { items, report } = await readTexts({ 'my.zip': archive })
  assert.deepEqual(
    items.map(({ track }) => track),
    ['Flow'],
  )
  assert.match(report.broken.first[0]?.reason ?? '', /"endsong_0.json" in "my.zip" is damaged/)
})

test('depth, broken UTF-8 and wrong types cost their row only', async () => {
  const { items, report } = await readTexts({
    'endsong_0.json': `[{"ts":"x","ms_played":${'['.repeat(100_000)}${']'.repeat(100_000)}},${row},{"ms_played":[]},{"ts":5,"ms_played":"50000","master_metadata_track_name":{},"master_metadata_album_artist_name":7},5,null]`,
    'endsong_1.json': new Uint8Array(
      Buffer.from(`[${row.replace('Ebb', 'caf\u00e9')},${row.replace('Ebb', 'Flow')}]`, 'latin1'),
    ),
  })
  assert.deepEqual(items.map(({ track }) => track).sort(), ['Ebb', 'Flow'])
  assert.ok(report.broken.count >= 2)
  assert.ok(report.broken.first.some(({ reason }) => reason === 'not UTF-8'))
  await refused({ 'deep.json': '['.repeat(1_000_000) }, /tells of music/)
})

test('UTF-16 is read, and stopping stops', async () => {
  const { items } = await readTexts({
    'h.json': new Uint8Array(Buffer.from(`\ufeff[${row}]`, 'utf16le')),
    'l.csv': new Uint8Array(Buffer.from('\ufeffartist\ttrack\nGull\tOver\n', 'utf16le')),
  })
  assert.equal(items.length, 2)
  const file = blobFile('endsong_0.json', new Blob([`[${Array(20_000).fill(row).join(',')}]`]))
  const stop = new AbortController()
  await assert.rejects(readExport([file], { signal: stop.signal, onProgress: () => stop.abort() }), {
    name: 'AbortError',
  })
})
