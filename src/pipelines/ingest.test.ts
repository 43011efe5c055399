import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { temporaryFiles } from '../sources/temporary-files.ts'
import type { FeatureStore } from '../store/feature-store.ts'
import { openStore } from '../store/open.ts'
import type { Profile } from '../taste/listener.ts'
import { Problem } from '../taste/problem.ts'
import type { IngestStore } from './batch-writer.ts'
import { exportProfile } from './export.ts'
import { ingest } from './ingest.ts'
import { noProgress, type Progress } from './progress.ts'

const ids = ['0UaMYEvWZi0ZqiDOoHU3YI', '6I9VzXrHxO9rA9A5euc8Ak', '0WqIKmW4BTrj3eJFmnCKMv'] as const
const tracks = ids.map((id, index) => ({
  track_uri: `spotify:track:${id}`,
  artist_name: `Artist ${index}`,
  track_name: `Track ${index}`,
}))
const slice = JSON.stringify({
  playlists: [
    { pid: 1, name: 'one', tracks: tracks.slice(0, 2) },
    { pid: 'x', name: 'bad', tracks },
    { pid: 2, name: 'two', tracks },
  ],
})
const files = {
  'mpd/slice.json.gz': gzipSync(slice),
  'lastfm/user_artists.dat': 'userID\tartistID\tweight\n1\t1\t10\n2\t2\t4\n2\t1\t3\n',
  'lastfm/artists.dat': 'id\tname\n1\tArtist 0\n2\tNobody Else\n',
  'lastfm/user_friends.dat': 'userID\tfriendID\n1\t2\n2\t1\n1\t9\n',
  'tables/aliases.tsv': `mpd_track_id\tfeature_track_id\n${ids[1]}\t${ids[0]}\n${ids[2]}\t1zWZvrk13cL8Sl3VLeG57F\n`,
  'tables/features.csv': `track_id,danceability,energy\n${ids[0]},0.5,0.25\n`,
  'tables/genres.tsv': 'artist_name\tgenres\nartist 0\trock|pop\nNobody Else\t\n',
  'notes.txt': 'words',
}

async function open(t: { after(work: () => unknown): void }, folder: string): Promise<FeatureStore> {
  const opened = await openStore(undefined, join(folder, 'store'), {}, { create: true })
  t.after(() => opened.close())
  return opened.store
}

test('imports a folder of everything, and again without any change', async (t) => {
  const folder = await temporaryFiles(t, files)
  const store = await open(t, folder)
  const options = { store, progress: noProgress, now: 1_700_000_000 }
  const paths = ['mpd', 'lastfm', 'tables', 'notes.txt'].map((name) => join(folder, name))
  await assert.rejects(ingest(paths, options), /notes.txt" is in no known format/)
  assert.equal((await store.counts()).listeners, 0)

  const first = await ingest(paths.slice(0, 3), options)
  assert.deepEqual(
    first.inputs.map(({ format }) => format),
    ['lastfm-2k', 'million-playlist', 'catalogue:artist-genres', 'catalogue:track-features', 'catalogue:track-aliases'],
  )
  const counts = {
    entries: 8,
    friends: { read: 2, changed: 1 },
    artistsWithGenres: { read: 1, changed: 1 },
    tracksWithAudio: { read: 1, changed: 1 },
    aliases: { read: 2, changed: 1 },
  }
  const { inputs: _, leftOut, failed, readings, broken, ...written } = first
  assert.deepEqual(written, { listeners: { added: 4, changed: 0, unchanged: 0 }, ...counts })
  assert.deepEqual([leftOut, failed, readings], [[], [], []])
  assert.equal(broken.count, 1)
  assert.match(broken.first[0]?.place ?? '', /slice\.json\.gz: record 2, byte \d+$/)
  assert.equal(broken.first[0]?.reason, 'its pid is not a whole number')

  const change = await store.lastChange()
  const again = await ingest(paths.slice(0, 3), { ...options, now: options.now + 1000 })
  assert.deepEqual(again.listeners, { added: 0, changed: 0, unchanged: 4 })
  assert.deepEqual(
    [again.friends, again.artistsWithGenres, again.tracksWithAudio, again.aliases].map(({ changed }) => changed),
    [0, 0, 0, 0],
  )
  assert.equal(await store.lastChange(), change)
})

test('what was imported can be exported, and the export imported elsewhere', async (t) => {
  const folder = await temporaryFiles(t, files)
  const store = await open(t, folder)
  const options = { progress: noProgress, now: 1_700_000_000 }
  await ingest([join(folder, 'mpd'), join(folder, 'lastfm')], { ...options, store })
  const exported = await exportProfile('million-playlist:1', { store })
  assert.deepEqual(exported.items, [
    { artists: ['Artist 0'], track: 'Track 0', ids: { spotify: ids[0] }, playlist: 'one' },
    { artists: ['Artist 1'], track: 'Track 1', ids: { spotify: ids[1] }, playlist: 'one' },
  ])
  assert.deepEqual(exported.provenance, { origin: 'research', source: 'million-playlist', readAt: options.now })
  assert.equal(exported.consent.findable, true)
  await assert.rejects(exportProfile('million-playlist:9', { store }), /there is no listener "million-playlist:9"/)

  const elsewhere = await temporaryFiles(t, { 'one.profiles.jsonl': `${JSON.stringify(exported)}\n` })
  const other = await open(t, elsewhere)
  await ingest([join(elsewhere, 'one.profiles.jsonl')], { ...options, store: other })
  assert.deepEqual(await exportProfile('million-playlist:1', { store: other }), exported)
})

/** A store that remembers what it was given and writes only when told. */
function fakeStore(put: (profiles: readonly Profile[]) => Promise<void>): IngestStore & { readonly given: string[][] } {
  const given: string[][] = []
  const none = async () => 0
  return {
    given,
    async putProfiles(profiles) {
      given.push(profiles.map(({ id }) => id))
      await put(profiles)
      return profiles.map(() => 'added' as const)
    },
    putFriends: none,
    putArtistGenres: none,
    putTrackAudio: none,
    putTrackAliases: none,
    resolve: async () => [],
    artists: async () => [],
    listener: async () => undefined,
  }
}

/** One line each of this many listeners with a thousand items. */
function manyListeners(count: number): string {
  const items = Array.from({ length: 1000 }, (_, index) => ({ artists: [`a${index}`] }))
  return Array.from({ length: count }, (_, id) => `${JSON.stringify({ id: `l:${id}`, items })}\n`).join('')
}

test('reads on while a batch is written, but never far ahead', async (t) => {
  const text = manyListeners(100)
  const folder = await temporaryFiles(t, { many: text })
  let read = 0
  let writing = 0
  const store = fakeStore(async () => {
    assert.equal(++writing, 1, 'one batch at a time')
    if (store.given.length === 1) {
      const before = read
      while (read === before) await nextTurn()
      for (let turn = 0; turn < 500; turn++) await nextTurn()
      assert.ok(read < text.length / 4, `read ${read} of ${text.length} bytes while the first batch was written`)
    }
    writing--
  })
  const advance = (by: number) => {
    read += by
  }
  const progress: Progress = { start: () => ({ advance, finish() {}, [Symbol.dispose]() {} }) }
  const report = await ingest([join(folder, 'many')], { store, progress, now: 1 })
  assert.deepEqual(
    store.given.flat(),
    Array.from({ length: 100 }, (_, id) => `l:${id}`),
  )
  assert.equal(report.entries, 100_000)
  assert.equal(read, text.length)
})

test("a store's failure ends the import with that failure", async (t) => {
  const folder = await temporaryFiles(t, { a: manyListeners(20), b: manyListeners(20) })
  const store = fakeStore(async () => {
    throw new Problem('the disk is full')
  })
  await assert.rejects(ingest([folder], { store, progress: noProgress, now: 1 }), { message: 'the disk is full' })
  assert.equal(store.given.length, 1)
})

test('stops when asked, and keeps what was read', async (t) => {
  const folder = await temporaryFiles(t, { many: manyListeners(60) })
  const controller = new AbortController()
  const store = fakeStore(async () => controller.abort())
  const { signal } = controller
  await assert.rejects(ingest([folder], { store, progress: noProgress, signal, now: 1 }), { name: 'AbortError' })
  assert.ok(store.given.length >= 1 && store.given.flat().length < 60)
})

test('of a listener that comes several times the first one counts', async (t) => {
  const line = (artist: string) => JSON.stringify({ id: 'l:1', items: [{ artists: [artist] }] })
  const folder = await temporaryFiles(t, { 'a.jsonl': `${line('x')}\n${line('y')}\n`, 'b.jsonl': line('z') })
  const kept: Profile[] = []
  const store = fakeStore(async (profiles) => void kept.push(...profiles))
  const { broken } = await ingest([folder], { store, progress: noProgress, now: 1 })
  assert.deepEqual(
    kept.map(({ items }) => items[0]?.artists[0]),
    ['x'],
  )
  assert.equal(broken.count, 2)
  assert.equal(broken.first[0]?.reason, 'listener "l:1" was in this import before; the first one is kept')
})

test('one unreadable file among others is reported, alone it is a failure', async (t) => {
  const good = JSON.stringify({ id: 'l:1', items: [{ artists: ['x'] }] })
  const folder = await temporaryFiles(t, { a: good, b: good.replace('"x"', '') })
  const store = fakeStore(async () => {})
  const { failed, broken } = await ingest([folder], { store, progress: noProgress, now: 1 })
  const reason = `nothing in "${folder}/b" can be read (line 1, byte 0, item 1: artists: empty)`
  assert.deepEqual(failed, [{ path: join(folder, 'b'), reason }])
  assert.equal(broken.count, 2)
  await assert.rejects(ingest([join(folder, 'b')], { store, progress: noProgress, now: 1 }), { message: reason })
})

test('of a thousand records broken alike a few are reported, and every other kind', async (t) => {
  const good = JSON.stringify({ id: 'l:1', items: [{ artists: ['x'] }] })
  const many = Array.from({ length: 1000 }, (_, index) => JSON.stringify({ id: `l:${index}`, items: [] }))
  const folder = await temporaryFiles(t, { a: [good, ...many, 'x', good].join('\n') })
  const store = fakeStore(async () => {})
  const { broken } = await ingest([folder], { store, progress: noProgress, now: 1 })
  assert.equal(broken.count, 1002)
  const repeated = 'listener "l:1" was in this import before; the first one is kept'
  const empty = [0, 1, 2, 3].map((index) => `"l:${index}" has no items that can be read`)
  assert.deepEqual(
    broken.first.map(({ reason }) => reason),
    [...empty, 'not JSON', repeated],
  )
})
