import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { historyWriters, listWriters } from '../simulator/exports/exports.ts'
import { playedTracks } from '../simulator/exports/person.ts'
import { createWorld } from '../simulator/world/world.ts'
import { askColumns } from '../src/cli/columns.ts'
import { temporaryFiles } from '../src/sources/temporary-files.ts'
import { assertDone, command } from './command-line.ts'

const person = playedTracks(createWorld({ seed: 8, listeners: 2 }), 0)
const extended = historyWriters['spotify extended'](person)
const playlists = listWriters['spotify playlists'](person)

test('import reads a folder as one listener, says what it found, and finds the same again', async (t) => {
  const folder = await temporaryFiles(t, {
    [`me/${extended.name}`]: extended.text,
    [`me/${playlists.name}`]: playlists.text,
    'me/Spotify Account Data/Identity.json': 'not even JSON',
    'me/Spotify Account Data/Payments.json': 'not even JSON',
    'me/Spotify Account Data/YourLibrary.json': '{"tracks":[],"artists":[]}',
  })
  const data = join(folder, 'data')
  const first = JSON.parse(assertDone(await command(['import', join(folder, 'me'), '--data', data, '--json'])))
  const [{ listener, report }, ...others] = first.readings
  assert.deepEqual([first.listeners.added, first.inputs.length, others.length, first.leftOut], [1, 1, 0, []])
  assert.match(listener, /^file:[0-9a-f]{20}$/)
  assert.equal(report.items, 2 * person.length)
  assert.deepEqual([report.notOpened, report.broken.count], [2, 0])
  assert.deepEqual(report.known, { artists: 0, of: new Set(person.map(({ artist }) => artist)).size })
  const again = assertDone(await command(['import', join(folder, 'me'), '--data', data]))
  assert.match(again, /1 listener \(0 new, 0 changed, 1 as before\)/)
  assert.match(again, new RegExp(`We read \\S+ listens, ${person.length} tracks`))
  assert.match(again, /We did not open 2 other files\./)
  const { consent } = JSON.parse(assertDone(await command(['export', listener, '--data', data])))
  assert.deepEqual(consent, { findable: false, showName: false, showTracks: false, train: false })

  const one = JSON.parse(
    assertDone(await command(['import', join(folder, 'me'), '--data', data, '--json', '--listener', 'me'])),
  )
  assert.equal(one.readings[0].listener, 'file:me')
})

test('import of a plain table: by its header, by --columns, and otherwise one line that says what to do', async (t) => {
  const folder = await temporaryFiles(t, { 'bare.csv': 'x1,Tide,Ebb\nx2,Gull,Over\n', 'Identity.json': '{}' })
  const data = join(folder, 'data')
  const run = (...args: readonly string[]) => command(['import', join(folder, 'bare.csv'), '--data', data, ...args])
  const refused = await run('--as', 'csv')
  assert.equal(refused.code, 1)
  assert.match(
    refused.stderr,
    /no column of it is called artist; say which holds what, as in --columns artist=1,track=2; it has 1 "x1", 2 "Tide", 3 "Ebb"\n$/,
  )
  const { entries, inputs } = JSON.parse(assertDone(await run('--columns', 'artist=2,track=3', '--json')))
  assert.deepEqual([entries, inputs[0].format], [2, 'csv'])
  const wrong = await run('--columns', 'singer=2')
  assert.equal(wrong.code, 2)
  const secret = await command(['import', join(folder, 'Identity.json'), '--data', data])
  assert.equal(secret.code, 1)
  assert.match(
    secret.stderr,
    /Identity.json" holds personal data, which is never opened; give the files that tell of music\n$/,
  )
})

test('match takes an export and says what was read', async (t) => {
  const others = Array.from({ length: 40 }, (_, i) => {
    const items = playedTracks(createWorld({ seed: 8, listeners: 41 }), i).map(({ artist, track }) => ({
      artists: [artist],
      track,
    }))
    return JSON.stringify({
      id: `l:${i}`,
      items,
      consent: { findable: true, showName: true, showTracks: true, train: true },
    })
  })
  const folder = await temporaryFiles(t, { 'others.profiles.jsonl': others.join('\n'), 'me.json': extended.text })
  const data = join(folder, 'data')
  assertDone(await command(['import', join(folder, 'others.profiles.jsonl'), '--data', data]))
  const trained = await command(['train', '--preset', 'quick', '--data', data])
  assertDone(trained)
  const [, report] = /The report with pictures: (.+)/.exec(trained.stdout)!
  assert.ok(existsSync(report!), report)
  const answer = JSON.parse(assertDone(await command(['match', join(folder, 'me.json'), '--data', data, '--json'])))
  assert.match(answer.query, /^what .*me\.json tells, compared without being stored$/)
  assert.equal(answer.reading.items, person.length)
  assert.ok(answer.reading.known.artists > 0)
  assert.ok(answer.matches.length > 0)
})

test('on a terminal, import asks which column holds what', async (t) => {
  const folder = await temporaryFiles(t, { 'bare.csv': 'when,who,what\n2024,Tide,Ebb\n2023,Gull,Over\n' })
  const ask = async (...answers: readonly string[]) => {
    const input = Object.assign(new PassThrough(), { isTTY: true })
    const output = new PassThrough()
    let shown = ''
    let asked = 0
    output.setEncoding('utf8').on('data', (text: string) => {
      shown += text
      if (/\? \[[^\]]*\] $/.test(text)) input.write(`${answers[asked++] ?? ''}\n`)
    })
    return { columns: await askColumns([join(folder, 'bare.csv')], { input, output }), shown }
  }
  const { columns, shown } = await ask()
  assert.deepEqual(columns, { artist: 2, track: 3 })
  assert.match(shown, /2 {2}who +Tide \| Gull/)
  assert.deepEqual((await ask('3', '2', '', '', '1')).columns, { artist: 3, track: 2, plays: 1 })
  assert.deepEqual((await ask('', 'none')).columns, { artist: 2 })
  await assert.rejects(ask('9'), { message: 'there is no column "9"; give a number from 1 to 3', exitCode: 2 })
  assert.equal(
    await askColumns([join(folder, 'bare.csv')], { input: new PassThrough(), output: new PassThrough() }),
    undefined,
  )
})
