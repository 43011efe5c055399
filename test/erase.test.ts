import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { createWorld } from '../simulator/world/world.ts'
import { assertDone, assertRefused, consonance } from './command-line.ts'
import { temporaryFolder } from './fixtures.ts'

const listeners = 60
const erased = { id: 'file:Zwölf-Quallen-4711', name: 'Xaverine Kwijibovska' }

test('an erased listener is in no byte of the data folder, while another process has it open', async (t) => {
  const folder = await temporaryFolder(t)
  const data = join(folder, 'data')
  const file = join(folder, 'people.profiles.jsonl')
  await writeFile(file, people())
  assertDone(await consonance(['import', file, '--data', data]))
  assertDone(await consonance(['train', '--data', data]))
  assert.notDeepEqual(await filesWith(data, erased.id), [], 'the search finds what is there')
  assert.notDeepEqual(await filesWith(data, erased.name), [])

  const other = spawn(process.execPath, [join(import.meta.dirname, 'open-store.ts'), data])
  t.after(() => other.kill('SIGKILL'))
  await once(other.stdout.setEncoding('utf8'), 'data')
  assertDone(await consonance(['erase', erased.id, '--data', data]))
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
  assertRefused(await consonance(['match', erased.id, '--data', data]), 1, /Zwölf-Quallen-4711/)
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

/** Files under a folder that hold the text, as UTF-8 or UTF-16. */
async function filesWith(folder: string, text: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const bytes = await readFile(join(entry.parentPath, entry.name))
    if (bytes.includes(text) || bytes.includes(Buffer.from(text, 'utf16le'))) found.push(entry.name)
  }
  return found
}
