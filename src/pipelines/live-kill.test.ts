import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { loadCorpus } from '../features/load.ts'
import type { OpenStore } from '../store/open.ts'
import { scan } from '../store/scan.ts'
import { linearKind } from '../training/linear-kind.ts'
import { LiveMatcher } from './live-matcher.ts'
import { openSmallStore, playedArtists } from './small-store.ts'
import { newListener } from './storing-child.ts'

async function train({ store, registry }: OpenStore): Promise<void> {
  const corpus = await loadCorpus(store, 'train')
  const model = await linearKind.fit(corpus, { seed: 1, preset: 'quick' })
  const card = { kind: 'linear', trainedAt: 1, hash: model.hash, metrics: {}, marks: [], configuration: {} }
  const split = new Map(corpus.listeners.map((listener) => [listener, 'train'] as const))
  await registry.promote(await registry.register(card, model.save(), split))
}

/** Everybody whom an index has, the one who asks left out, as the answer orders them. */
async function everybody(live: LiveMatcher): Promise<readonly string[]> {
  await live.sync()
  await live.settled()
  const { matches } = await live.match({ listener: 'plays:0000' }, 10_000)
  return matches.map(({ listener }) => listener.name)
}

test('killed while it stores, describes and indexes: every index agrees with the store on every listener', async () => {
  await using stored = await openSmallStore()
  await stored.store.putProfiles(playedArtists(40))
  await train(stored)
  const live = await LiveMatcher.open(stored)
  const [indexed, erased] = [new Set<number>(), new Set<number>()]
  for (let attempt = 0; attempt < 2; attempt++) {
    const file = join(import.meta.dirname, 'storing-child.ts')
    const child = spawn(process.execPath, [file, 'store', join(stored.folder, 'data'), `${1000 * attempt}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = new Promise((resolve) => child.once('close', resolve))
    for await (const line of createInterface({ input: child.stdout })) {
      const [what, number] = line.split(' ')
      if (what === 'indexed') indexed.add(Number(number))
      if (what === 'erased') {
        erased.add(Number(number))
        // Acknowledged there, so gone here.
        const { matches } = await live.match({ profile: newListener(Number(number)) }, 10_000)
        assert.ok(!matches.some(({ listener }) => listener.name === `new:${number}`))
      }
      if (indexed.size >= 7 * (attempt + 1) && !child.killed)
        setTimeout(() => child.kill('SIGKILL'), 60 * Math.random())
    }
    await ended
    assert.equal(child.signalCode, 'SIGKILL')

    const held = await everybody(live)
    const inStore: string[] = []
    for await (const { listener } of scan((query) => stored.store.profiles('match', query))) inStore.push(listener.id)
    assert.deepEqual([...held, 'plays:0000'].sort(), inStore.sort())
    for (const i of indexed) if (i % 3 > 0) assert.ok(held.includes(`new:${i}`), `new:${i} was acknowledged`)
    for (const i of erased) assert.ok(!held.includes(`new:${i}`), `new:${i} was erased`)
    const again = await LiveMatcher.open(stored)
    assert.deepEqual(await everybody(again), held)
    await again.close()
  }
  await live.close()
})
