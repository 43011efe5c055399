import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import type { Embedding, FeatureStore } from '../../store/feature-store.ts'
import { scan } from '../../store/scan.ts'
import { folderPlace } from '../../store/sqlite/folder-place.ts'
import { StoreFollower } from './follow-store.ts'
import { createSharedIndex } from './shared-index.ts'
import type { VectorIndex } from './vector-index.ts'
import { numbered } from './writing-child.ts'

async function stored(store: FeatureStore): Promise<Map<string, Embedding>> {
  const rows = new Map<string, Embedding>()
  for await (const row of scan((query) => store.embeddings(1, query))) rows.set(row.key, row)
  return rows
}

function assertHolds(index: VectorIndex, rows: ReadonlyMap<string, Embedding>): void {
  assert.deepEqual([...index.keys()].sort(), [...rows.keys()].sort())
  for (const [key, { listener, vector }] of rows) {
    const held = index.get(key)
    assert.deepEqual([held?.listener, held?.vector], [listener, vector])
    assert.ok(index.nearest(vector, { k: rows.size }).some((neighbour) => neighbour.key === key))
  }
}

test('another process writes and is killed at any moment: every index agrees with the store on every listener', async () => {
  const place = await folderPlace()
  const { store } = await place.open()
  const follower = await StoreFollower.start(store, 1, await createSharedIndex(16, { threads: 1 }))
  const [put, erased, lost] = [new Set<number>(), new Set<number>(), [] as string[]]
  for (let attempt = 0; attempt < 4; attempt++) {
    const first = 1000 * attempt
    const file = join(import.meta.dirname, 'writing-child.ts')
    const child = spawn(process.execPath, [file, 'write', place.folder, `${first}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = new Promise((resolve) => child.once('close', resolve))
    for await (const line of createInterface({ input: child.stdout })) {
      const [what, number] = line.split(' ')
      if (what === 'lost') lost.push(line)
      if (what === 'put') put.add(Number(number))
      if (what === 'erased') {
        erased.add(Number(number))
        // Acknowledged there, so gone here.
        await follower.sync()
        const nearest = follower.index.nearest(numbered(Number(number)), { k: follower.index.size })
        assert.ok(!nearest.some(({ listener }) => listener === `a:${number}`))
      }
      if (put.size >= 12 * (attempt + 1) && !child.killed) setTimeout(() => child.kill('SIGKILL'), 40 * Math.random())
    }
    await ended
    await follower.sync()
    const rows = await stored(store)
    const listeners = new Set([...rows.values()].map(({ listener }) => listener))
    for (const i of put) if (i % 3 !== 0) assert.ok(listeners.has(`a:${i}`), `a:${i} was acknowledged`)
    for (const i of erased) assert.ok(!listeners.has(`a:${i}`), `a:${i} was erased`)
    assertHolds(follower.index, rows)
    const again = await StoreFollower.start(store, 1, await createSharedIndex(16, { threads: 1 }))
    assertHolds(again.index, rows)
    again.index.close()
  }
  assert.deepEqual(lost, [])
  follower.index.close()
  await place.remove()
})
