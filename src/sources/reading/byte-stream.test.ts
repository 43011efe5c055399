import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { constants, gunzipSync, gzipSync } from 'node:zlib'
import { BrokenOff, openBytes } from './byte-stream.ts'

/** What arrives of a file, and the error at its end. */
async function readAll(bytes: Buffer): Promise<{ bytes: Buffer; error: unknown; read: number; size: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'consonance-'))
  const path = join(folder, 'file')
  await writeFile(path, bytes)
  const stream = await openBytes(path)
  const chunks: Buffer[] = []
  let error: unknown
  try {
    for await (const chunk of stream.chunks) chunks.push(Buffer.from(chunk))
  } catch (thrown) {
    error = thrown
  }
  await rm(folder, { recursive: true })
  return { bytes: Buffer.concat(chunks), error, read: stream.read(), size: stream.size }
}

/** Compresses badly, so that there are many chunks. */
const content = Buffer.from(Array.from({ length: 60_000 }, (_, index) => (index * 2_654_435_761) % 1_000_003).join(' '))

test('plain and gzipped bytes arrive whole', async () => {
  for (const file of [content, gzipSync(content), Buffer.alloc(0), Buffer.from('a')]) {
    const { bytes, error, read, size } = await readAll(file)
    assert.equal(error, undefined)
    assert.ok(bytes.equals(file[0] === 0x1f ? content : file))
    assert.deepEqual([read, size], [file.length, file.length])
  }
})

test('gzip members put one behind the other arrive as one', async () => {
  const { bytes, error } = await readAll(Buffer.concat([gzipSync('one '), gzipSync('two')]))
  assert.equal(error, undefined)
  assert.equal(bytes.toString(), 'one two')
})

test('of a truncated gzip file everything arrives that can be unpacked, then the error', async () => {
  const packed = gzipSync(content)
  for (const length of [2, 10, 100, 65_536, 65_537, 100_000, packed.length - 1]) {
    const cut = packed.subarray(0, length)
    const { bytes, error } = await readAll(cut)
    assert.ok(error instanceof BrokenOff)
    const expected = length > 10 ? gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH }) : Buffer.alloc(0)
    assert.ok(bytes.equals(expected), `cut at ${length}`)
  }
})

test('a damaged gzip file ends with the error, not with a crash', async () => {
  const packed = gzipSync(content)
  packed.fill(0x55, packed.length - 40_000, packed.length - 39_000)
  const { bytes, error } = await readAll(packed)
  assert.ok(error instanceof BrokenOff)
  assert.ok(bytes.length > 0 && content.subarray(0, 10_000).equals(bytes.subarray(0, 10_000)))
})
