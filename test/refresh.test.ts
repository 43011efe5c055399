/** Refreshing as a process that dies, and that others wait for. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ListenerRow } from '../src/features/build-corpus.ts'
import { loadCorpus, lookupsFor, storedRows } from '../src/features/load.ts'
import { describe } from '../src/matching/description/describe.ts'
import { packDescription } from '../src/matching/description/description-bytes.ts'
import { playedArtists } from '../src/pipelines/small-store.ts'
import { openStore } from '../src/store/open.ts'
import { scan } from '../src/store/scan.ts'
import { linearKind } from '../src/training/linear-kind.ts'
import { openModel } from '../src/training/open-model.ts'
import { assertDone, command, spawnConsonance } from './command-line.ts'
import { temporaryFolder } from './fixtures.ts'

const listeners = 300

test('a refresh killed again and again goes on where it was, and ends as one that ran through', async (t) => {
  const data = join(await temporaryFolder(t), 'data')
  const { store, registry, close } = await openStore(undefined, data, {}, { create: true })
  try {
    await store.putProfiles(playedArtists(listeners))
    const model = await linearKind.fit(await loadCorpus(store, 'train'), { seed: 1, preset: 'quick' })
    const card = { kind: 'linear', trainedAt: 1, hash: model.hash, metrics: {}, marks: [], configuration: {} }
    await registry.promote(await registry.register(card, model.save(), new Map()))

    const described = async () => (await store.staleness(1)).described
    let before = 0
    for (let kills = 0; kills < 2; kills++) {
      const child = spawnConsonance(['refresh', '--data', data])
      const gone = once(child, 'exit')
      while ((await described()) <= before && child.exitCode === null) await sleep(2)
      child.kill('SIGKILL')
      await gone
      const now = await described()
      assert.ok(now > before && now < listeners, `${now} described`)
      before = now
    }
    const report = JSON.parse(assertDone(await command(['refresh', '--data', data, '--json'])))
    assert.deepEqual(report, { model: 1, described: listeners - before, dropped: [] })
    assert.deepEqual(await store.staleness(1), { described: listeners, missing: 0, outdated: 0, beforeCatalogue: 0 })

    // What the killed processes left is what describing everybody in one batch gives.
    const { model: opened } = await openModel(registry)
    const rows: ListenerRow[] = []
    for await (const row of storedRows(store, 'match')) rows.push(row)
    const expected = new Map(
      (await describe(rows, opened.pair, lookupsFor(store, 'match'))).map((each, i) => [
        rows[i]!.id,
        packDescription(each),
      ]),
    )
    for await (const { listener, vector, terms } of scan((query) => store.descriptions(1, query))) {
      assert.deepEqual(vector, expected.get(listener)!.vector)
      assert.deepEqual(terms, expected.get(listener)!.terms)
    }
    const status = JSON.parse(assertDone(await command(['status', '--data', data, '--json'])))
    assert.equal(status.refresh.described, listeners)
  } finally {
    await close()
  }
})
