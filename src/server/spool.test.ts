import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { Spool } from './spool.ts'

async function openSpool(t: TestContext): Promise<Spool> {
  const folder = await mkdtemp(join(tmpdir(), 'consonance-spool-'))
  t.after(() => rm(folder, { recursive: true }))
  return new Spool(folder, { allUploadBytes: 3000, clientUploadBytes: 2000 })
}

const bytes = (count: number) => Readable.from(Array.from({ length: count / 100 }, () => Buffer.alloc(100)))

test('names of files lead nowhere else', async (t) => {
  const spool = await openSpool(t)
  for (const name of [
    '../../etc/passwd',
    '/etc/passwd',
    '..',
    '',
    '.bashrc',
    'a\u0000b',
    'C:\\x',
    'ж'.repeat(500),
    'x.zip',
  ]) {
    const { id, path } = await spool.place(name)
    assert.equal(dirname(path), join(spool.folder, id))
    assert.equal(path, spool.pathOf(id, name))
    await spool.keep(bytes(100), path, { most: 100, client: '', tooLarge: 'file-too-large' })
    await spool.removeFile(path)
  }
  assert.ok((await spool.place('My Data.ZIP')).path.endsWith('My_Data.ZIP'))
})

test('nobody fills the disk, however many send at once', async (t) => {
  const spool = await openSpool(t)
  const send = async (client: string, count: number) => {
    const { path } = await spool.place('x')
    return spool.keep(bytes(count), path, { most: 1500, client, tooLarge: 'file-too-large' }).then(
      () => 'kept',
      (error) => error.code,
    )
  }
  assert.equal(await send('a', 1600), 'file-too-large')
  assert.equal(spool.bytes(), 0)
  assert.deepEqual((await Promise.all([send('a', 1200), send('a', 1200)])).sort(), ['kept', 'too-many-uploads'])
  assert.equal(await send('b', 1500), 'kept')
  assert.equal(await send('c', 1500), 'too-many-uploads')
  assert.equal(spool.bytes(), 2700)
  assert.equal((await readdir(spool.folder)).length, 2, 'nothing is left of what was refused')
})

test('what nobody waits for is gone after a restart, and the rest counts', async (t) => {
  const spool = await openSpool(t)
  const [wanted, left] = [await spool.place('a'), await spool.place('b')]
  for (const { path } of [wanted, left])
    await spool.keep(bytes(300), path, { most: 500, client: '', tooLarge: 'file-too-large' })
  const next = new Spool(spool.folder, { allUploadBytes: 3000, clientUploadBytes: 2000 })
  await next.sweep(new Set([wanted.path]))
  assert.equal(next.bytes(), 300)
  assert.deepEqual(await readdir(spool.folder), [wanted.id])
})
