import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { createWorld } from '../simulator/world/world.ts'
import { Ledger } from '../src/server/ledger/ledger.ts'
import { profileOf } from '../src/store/conformance/place.ts'
import { openStore } from '../src/store/open.ts'
import { assertDone, assertRefused, command } from './command-line.ts'
import { filesWith } from './files-with.ts'
import { temporaryFolder } from './fixtures.ts'

const listeners = 60
const erased = { id: 'file:Zwölf-Quallen-4711', name: 'Xaverine Kwijibovska' }

test('an erased listener is in no byte of the data folder, while another process has it open', async (t) => {
  const folder = await temporaryFolder(t)
  const data = join(folder, 'data')
  const file = join(folder, 'people.profiles.jsonl')
  await writeFile(file, people())
  assertDone(await command(['import', file, '--data', data]))
  assertDone(await command(['train', '--preset', 'quick', '--data', data]))
  assert.notDeepEqual(await filesWith(data, erased.id), [], 'the search finds what is there')
  assert.notDeepEqual(await filesWith(data, erased.name), [])

  const other = spawn(process.execPath, [join(import.meta.dirname, 'open-store.ts'), data])
  t.after(() => other.kill('SIGKILL'))
  await once(other.stdout.setEncoding('utf8'), 'data')
  assertDone(await command(['erase', erased.id, '--data', data]))
  assert.deepEqual(await filesWith(data, erased.id), [])
  assert.deepEqual(await filesWith(data, erased.name), [])

  // What the other process read while it was erased may still be on its way; the second line after that is not.
  await once(other.stdout, 'data')
  const [line] = await once(other.stdout, 'data')
  assert.equal(Number(String(line).trim().split('\n').at(-1)), listeners - 1)
  other.stdin.end()
  const [code] = await once(other, 'exit')
  assert.equal(code, 0)
  assert.deepEqual(await filesWith(data, erased.id), [], 'nothing comes back')
  assertRefused(await command(['match', erased.id, '--data', data]), 1, /Zwölf-Quallen-4711/)
})

test('a profile on Spotify is erased by its link in other letters, from the books of the server as well', async (t) => {
  const data = join(await temporaryFolder(t), 'data')
  const { store, close } = await openStore(undefined, data, {}, { create: true })
  await store.putProfiles([profileOf('spotify:ann', [{ artists: ['Low'] }])])
  const { key } = (await store.listener('spotify:ann'))!
  await close()
  const books = new Ledger(data)
  t.after(() => books.close())
  const { session } = books.sessions.begin(0)
  books.sessions.setPerson(session.hash, { id: 'ann', name: 'Ann' })
  books.owners.add('token', key)

  const stdout = assertDone(await command(['erase', 'https://open.spotify.com/user/Ann', '--data', data]))
  assert.match(stdout, /Erased spotify:Ann from rows/)
  assert.equal(books.owners.isOwned(key), false)
  assert.equal(books.sessions.find(session.hash, 0)?.person, undefined)
  const again = await openStore(undefined, data, {}, { create: false })
  t.after(again.close)
  assert.equal(await again.store.listener('spotify:ann'), undefined)
})

/** Profiles that may be used in every way, one of them with an id and a name that nothing else has. */
function people(): string {
  const world = createWorld({ seed: 5, listeners })
  const consent = { findable: true, showName: true, showTracks: true, train: true }
  return Array.from({ length: listeners }, (_, i) => {
    const items = world.playlists(i).flatMap((playlist) =>
      playlist.tracks.map(({ id }) => {
        const { title, artists } = world.track(id)!
        return { artists: artists.map((artist) => artist.name), track: title, playlist: playlist.name }
      }),
    )
    const who = i === 7 ? erased : { id: `file:${i}`, name: world.listener(i).name }
    return `${JSON.stringify({ ...who, url: `https://example.org/${who.id}`, consent, items })}\n`
  }).join('')
}
