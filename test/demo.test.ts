import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { assertDone, assertRefused, consonance } from './command-line.ts'
import { lastfmFolder, temporaryFolder } from './fixtures.ts'

test('the demo goes from nothing to matches, apart from real listeners, and does not do it twice', async (t) => {
  const folder = await temporaryFolder(t)
  const data = join(folder, 'data')
  const demo = ['demo', '--listeners', '80', '--data', data]
  assertDone(await consonance(['import', await lastfmFolder(join(folder, 'lastfm'), 3), '--data', data]))

  const first = await consonance(demo)
  const told = assertDone(first)
  assert.match(first.stderr, /reading profiles: done, 80 profiles/)
  assert.match(told, /80 simulated listeners/)
  assert.match(told, /^ 1 {2}[a-z]+-[a-z]+ simulated /m)
  assert.match(told, /not how well it matches real people/)
  assert.match(told, /npx consonance import hetrec2011-lastfm-2k/)

  const next = /npx consonance (match .*)/.exec(told)?.[1]?.split(' ') ?? []
  assert.match(assertDone(await consonance(next)), /stored listener spotify:[a-z]+-[a-z]+/)

  const again = await consonance(demo)
  assertDone(again)
  assert.equal(again.stderr, '', 'nothing is read or trained again')
  const { data: own, matches } = JSON.parse(assertDone(await consonance([...demo, '--json'])))
  assert.equal(matches.length, 3)
  assert.equal(JSON.parse(assertDone(await consonance(['models', 'list', '--json', '--data', own]))).models.length, 1)

  const { bySource } = JSON.parse(assertDone(await consonance(['status', '--data', data, '--json'])))
  assert.deepEqual(
    bySource.map(({ source }: { source: string }) => source),
    ['lastfm-2k'],
  )
  assertRefused(await consonance([...demo, '--store', `sqlite:${data}`]), 2, /--store/)
})
