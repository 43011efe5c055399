import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { BlobReader, BlobWriter, ZipWriter } from '@zip.js/zip.js/index-native.js'
import { fetchSet } from '../src/pipelines/fetch-set.ts'
import { noProgress } from '../src/pipelines/progress.ts'
import { type PublicSet, publicSets } from '../src/sources/public-sets.ts'
import { systemEnvironment } from '../src/spotify/index.ts'
import { assertDone, assertRefused, consonance } from './command-line.ts'
import { lastfmFolder, temporaryFolder } from './fixtures.ts'

async function archiveOf(t: TestContext): Promise<Buffer> {
  const folder = await lastfmFolder(join(await temporaryFolder(t), 'made'), 12)
  const zip = new ZipWriter(new BlobWriter('application/zip'))
  for (const name of await readdir(folder))
    await zip.add(name, new BlobReader(new Blob([await readFile(join(folder, name))])))
  await zip.add('hetrec2011/readme.txt', new BlobReader(new Blob(['read me'])))
  return Buffer.from(await (await zip.close()).arrayBuffer())
}

type Serve = (request: IncomingMessage, response: ServerResponse, from: number) => void

/** A server of one file, and what it was asked. */
async function serving(t: TestContext, bytes: Buffer, special: readonly (Serve | undefined)[] = []) {
  const ranges: (string | undefined)[] = []
  const server = createServer((request, response) => {
    const { range } = request.headers
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
    const serve = special[ranges.push(range) - 1]
    if (serve) serve(request, response, from)
    else if (range && from >= bytes.length) response.writeHead(416).end()
    else if (range)
      response
        .writeHead(206, { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` })
        .end(bytes.subarray(from))
    else response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close().closeAllConnections())
  const set: PublicSet = {
    ...publicSets[0]!,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/set.zip`,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }
  return { set, ranges }
}

const quick = { ...systemEnvironment, fetch, sleep: async () => {} }
const options = (into: string) => ({ into, environment: quick, progress: noProgress })

test('downloads, verifies, unpacks what the import reads; a second time nothing is downloaded', async (t) => {
  const bytes = await archiveOf(t)
  const { set, ranges } = await serving(t, bytes)
  const into = await temporaryFolder(t)
  const fetched = await fetchSet(set, options(into))
  assert.deepEqual([fetched.downloaded, fetched.resumed], [bytes.length, 0])
  const data = join(into, 'data')
  const report = JSON.parse(assertDone(await consonance(['import', fetched.folder, '--json', '--data', data])))
  assert.equal(report.listeners.added, 12)
  assert.equal((await fetchSet(set, options(into))).downloaded, 0)
  assert.equal(ranges.length, 1)
})

test('goes on where it broke off, in the same run and in the next; begins anew where it must', async (t) => {
  const bytes = await archiveOf(t)
  const into = await temporaryFolder(t)
  const half: Serve = (_, response, from) => {
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': bytes.length - from,
      ...(from > 0 && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    })
    const until = from + Math.ceil((bytes.length - from) / 2)
    response.write(bytes.subarray(from, until))
    // What was sent but not yet received would be lost with the connection.
    const part = join(into, 'hetrec2011-lastfm-2k.zip.part')
    const breakOff = async () => {
      while ((await stat(part).catch(() => undefined))?.size !== until) await setTimeout(5)
      response.destroy()
    }
    void breakOff()
  }
  const { set, ranges } = await serving(t, bytes, [half, half])
  assert.equal((await fetchSet(set, options(into))).downloaded, bytes.length)
  assert.deepEqual(
    ranges.map((range) => range !== undefined),
    [false, true, true],
  )

  const later = await temporaryFolder(t)
  await writeFile(join(later, 'hetrec2011-lastfm-2k.zip.part'), bytes.subarray(0, 500))
  const resumed = await fetchSet(set, options(later))
  assert.deepEqual([resumed.downloaded, resumed.resumed, ranges.at(-1)], [bytes.length - 500, 500, 'bytes=500-'])

  // Complete but not yet looked at; a server that doesn't know ranges; one that sends another range.
  const complete = await temporaryFolder(t)
  await writeFile(join(complete, 'hetrec2011-lastfm-2k.zip.part'), bytes)
  assert.equal((await fetchSet(set, options(complete))).downloaded, 0)
  const wrongRange: Serve = (_, response) =>
    void response.writeHead(206, { 'content-range': `bytes 0-${bytes.length - 1}/${bytes.length}` }).end(bytes)
  const noRanges: Serve = (_, response) => void response.writeHead(200).end(bytes)
  for (const serve of [wrongRange, noRanges]) {
    const { set } = await serving(t, bytes, [serve])
    const into = await temporaryFolder(t)
    await writeFile(join(into, 'hetrec2011-lastfm-2k.zip.part'), bytes.subarray(0, 700))
    assert.equal((await fetchSet(set, options(into))).downloaded, bytes.length)
  }
})

test('what is something else, too large, gone or out of order is said, and never kept', async (t) => {
  const bytes = await archiveOf(t)
  const into = await temporaryFolder(t)
  const failed =
    (serve: Serve, says: RegExp, change: Partial<PublicSet> = {}) =>
    async () => {
      const { set } = await serving(
        t,
        bytes,
        Array.from({ length: 9 }, () => serve),
      )
      await assert.rejects(fetchSet({ ...set, ...change }, options(into)), { name: 'Problem', message: says })
      await assert.rejects(stat(join(into, 'hetrec2011-lastfm-2k.zip')))
    }
  await failed((_, response) => void response.end('<html>sorry</html>'), /is not the set \(its checksum is another\)/)()
  await assert.rejects(stat(join(into, 'hetrec2011-lastfm-2k.zip.part')), 'a wrong one is not gone on with')
  await failed((_, response) => void response.writeHead(404).end(), /is not there \(404\)/)()
  await failed((_, response) => void response.writeHead(503).end(), /can't be downloaded \(status 503\)/)()
  await failed((request) => void request.socket.destroy(), /can't be downloaded/)()
  await failed((_, response) => void response.end(bytes), /larger than lastfm-2k can be/, { mostBytes: 1000 })()
})

test('on the command line the terms come first, and nothing without them', async (t) => {
  const bytes = await archiveOf(t)
  const { set, ranges } = await serving(t, bytes)
  const folder = await temporaryFolder(t)
  await mkdir(join(folder, 'data'))
  await writeFile(join(folder, 'data/settings.json'), JSON.stringify({ 'lastfm-2k.url': set.url }))
  const more = ['--data', join(folder, 'data'), '--out', folder]
  const asked = await consonance(['fetch', 'lastfm-2k', ...more])
  assertRefused(asked, 1, /the terms were not accepted; say --accept-terms/)
  assert.match(asked.stdout, /non-commercial use[\s\S]*cites Last\.fm/)
  assert.equal(ranges.length, 0)
  // It is not the real set, and so it is not taken for it.
  assertRefused(
    await consonance(['fetch', 'lastfm-2k', '--accept-terms', ...more]),
    1,
    /its checksum is another.*grouplens\.org/,
  )
  assert.equal(ranges.length, 1)
  assertRefused(
    await consonance(['fetch', 'million-playlist', ...more]),
    2,
    /no set that can be fetched; there are lastfm-2k/,
  )
  await writeFile(join(folder, 'data/settings.json'), '{"lastfm-2k.url": "https://evil.example/set.zip"}')
  assertRefused(
    await consonance(['fetch', 'lastfm-2k', '--accept-terms', ...more]),
    1,
    /not an address on this machine/,
  )
})
