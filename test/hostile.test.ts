/** Input that can't be worked with: one clear line, the right exit code, and a store that is as it was. */
import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { assertDone, assertRefused, command, consonance, consonanceObeyingModes } from './command-line.ts'
import { lastfmFolder, playlistFolder } from './fixtures.ts'

describe('hostile input', { concurrency: 2 }, () => {
  let folder: string
  let data: string
  let told: string
  const at = (...parts: string[]) => join(folder, ...parts)

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consonance-hostile-'))
    data = at('data')
    await lastfmFolder(at('lastfm'), 30)
    assertDone(await command(['import', at('lastfm'), '--data', data]))
    assertDone(await command(['train', '--kind', 'linear', '--data', data]))
    told = await tell()
  })
  after(async () => {
    const now = await tell()
    await rm(folder, { recursive: true, maxRetries: 3 })
    assert.equal(now, told, 'the store is as it was before all of this')
  })

  /** Counts of the store, and one listener in full. */
  async function tell(): Promise<string> {
    const status = assertDone(await command(['status', '--data', data, '--json']))
    return status + assertDone(await command(['export', 'lastfm-2k:2', '--data', data, '--json']))
  }

  const refused: readonly (readonly [
    what: string,
    args: () => Promise<string[]> | string[],
    exit: 1 | 2,
    says: RegExp,
  ])[] = [
    ['a missing path', () => ['import', at('nowhere')], 1, /nowhere/],
    ['an empty folder', async () => ['import', await made('empty')], 1, /empty/],
    ['an empty file', async () => ['import', await written('void.json', '')], 1, /void\.json/],
    ['a binary file', async () => ['import', await written('photo.json', noise(5000))], 1, /photo\.json/],
    [
      'a binary file for a format',
      async () => ['import', await written('a.bin', noise(90)), '--as', 'lastfm-2k'],
      1,
      /a\.bin/,
    ],
    ['wrong columns', async () => ['import', await wrongColumns('columns')], 1, /columns/],
    ['a format that does not exist', () => ['import', at('lastfm'), '--as', 'cassette'], 2, /cassette/],
    ['an unknown listener to match', () => ['match', 'lastfm-2k:999999'], 1, /lastfm-2k:999999/],
    ['an unknown listener to erase', () => ['erase', 'lastfm-2k:999999'], 1, /lastfm-2k:999999/],
    ['an unknown listener to export', () => ['export', 'lastfm-2k:999999'], 1, /lastfm-2k:999999/],
    ['an evaluation file that is missing', () => ['evaluate', '--halves', at('no.halves.jsonl')], 1, /no\.halves/],
    ['an unknown version of a model', () => ['models', 'promote', '7'], 1, /7/],
    [
      'a binary evaluation file',
      async () => ['evaluate', '--halves', await written('b.jsonl', noise(500))],
      1,
      /b\.jsonl/,
    ],
    ['an evaluation of nothing', () => ['evaluate'], 2, /--halves/],
    ['no earlier version to go back to', () => ['models', 'rollback'], 1, /promoted/],
    ['a list of exclusions that is missing', () => ['train', '--exclude', at('no.txt')], 1, /no\.txt/],
    ['no path', () => ['import'], 2, /path/],
    ['an unknown command', () => ['improt'], 2, /improt/],
    ['an unknown option', () => ['status', '--dta', 'x'], 2, /--dta/],
    ['a number that is none', () => ['match', 'lastfm-2k:2', '-k', 'many'], 2, /many|number/],
    ['a store of an unknown kind', () => ['status', '--store', 'floppy:a'], 2, /floppy/],
  ]
  // The codes are those of processes, whatever threads and files they have open.
  const asProcesses = new Set(['a missing path', 'an unknown listener to match', 'an unknown option'])
  assert.ok([...asProcesses].every((name) => refused.some(([what]) => what === name)))
  for (const [what, args, exit, says] of refused) {
    test(what, async () => {
      const run = asProcesses.has(what) ? consonance : command
      assertRefused(await run([...(await args()), '--data', data]), exit, says)
    })
  }

  test('a data folder that is missing', async () => {
    assertRefused(await command(['status', '--data', at('nothing')]), 1, /nothing/)
    await assert.rejects(readdir(at('nothing')), 'nothing is made')
  })

  test('a data folder that is a file', async () => {
    const file = await written('file', 'mine')
    assertRefused(await command(['import', at('lastfm'), '--data', file]), 1, /file/)
    assert.equal(await readFile(file, 'utf8'), 'mine')
  })

  test('a read-only data folder', async () => {
    const locked = await made('locked')
    await chmod(locked, 0o555)
    assertRefused(await consonanceObeyingModes(['import', at('lastfm'), '--data', join(locked)]), 1, /locked/)
    assertRefused(await consonanceObeyingModes(['import', at('lastfm'), '--data', join(locked, 'new')]), 1, /locked/)
    assert.deepEqual(await readdir(locked), [])
  })

  test('a truncated gzip: what comes before the break is kept and the break is told, the whole file completes it', async () => {
    const own = at('truncated-data')
    const whole = await playlistFolder(at('mpd'), 25)
    const [name] = (await readdir(whole)) as [string]
    const bytes = await readFile(join(whole, name))
    const half = await written('half.json.gz', bytes.subarray(0, bytes.length * 0.6))
    const { broken } = JSON.parse(assertDone(await command(['import', half, '--data', own, '--json'])))
    assert.equal(broken.count, 1)
    assert.match(broken.first[0].place, /half\.json\.gz/)
    const before = await count(own)
    assert.ok(before > 0 && before < 25)
    const start = await written('start.json.gz', bytes.subarray(0, 200))
    assertRefused(await command(['import', start, '--data', own]), 1, /start\.json\.gz/)
    assert.equal(await count(own), before)
    assertDone(await command(['import', whole, '--data', own]))
    assert.equal(await count(own), 25)
  })

  test('no listener', async () => {
    const own = at('nobody-data')
    await lastfmFolder(at('nobody'), 0)
    assertDone(await command(['import', at('nobody'), '--data', own]))
    assert.equal(await count(own), 0)
    assertRefused(await command(['train', '--data', own]), 1, /listener/)
    assertRefused(await command(['match', 'lastfm-2k:2', '--data', own]), 1, /lastfm-2k:2/)
    assertRefused(await command(['halves', '--out', at('nobody-halves'), '--data', own]), 1, /listener/)
  })

  test('one listener', async () => {
    const own = at('hermit-data')
    await lastfmFolder(at('hermit'), 1)
    assertDone(await command(['import', at('hermit'), '--data', own]))
    assert.equal(await count(own), 1)
    assertRefused(await command(['match', 'lastfm-2k:2', '--data', own]), 1, /train/)
    assertRefused(await command(['train', '--data', own]), 1, /1 of the 1 stored listener/)
  })

  test('listeners who are all the same', async () => {
    const own = at('choir-data')
    await written('choir.profiles.jsonl.gz', gzipSync(Array.from({ length: 40 }, (_, i) => singer(i)).join('')))
    assertDone(await command(['import', at('choir.profiles.jsonl.gz'), '--data', own]))
    for (const kind of ['linear', 'two-tower']) {
      assertDone(await command(['train', '--kind', kind, '--preset', 'quick', '--data', own]))
    }
    const { matches } = JSON.parse(assertDone(await command(['match', 'choir:3', '--data', own, '--json'])))
    assert.equal(matches.length, 10)
  })

  async function count(own: string): Promise<number> {
    return JSON.parse(assertDone(await command(['status', '--data', own, '--json']))).listeners
  }

  async function made(name: string): Promise<string> {
    await mkdir(at(name))
    return at(name)
  }

  async function written(name: string, bytes: string | Uint8Array): Promise<string> {
    await writeFile(at(name), bytes)
    return at(name)
  }

  async function wrongColumns(name: string): Promise<string> {
    await lastfmFolder(at(name), 5)
    await writeFile(at(name, 'user_artists.dat'), 'who\twhat\thow-much\n2\t51\t13883\n')
    return at(name)
  }
})

function noise(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 24)
}

function singer(i: number): string {
  const items = ['Velmoralin', 'Thalimavedo', 'Brinolantha', 'Drenaluvis', 'Kestamora', 'Plonivedan'].flatMap(
    (artist) => ['Paper Harbour', 'Second Engine', 'Quiet Signal'].map((track) => ({ artists: [artist], track })),
  )
  const consent = { findable: true, showName: true, showTracks: true, train: true }
  return `${JSON.stringify({ id: `choir:${i}`, consent, items })}\n`
}
