import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { WorkThread } from './thread.ts'

test('calls to a thread that dies are rejected, also the next ones', async () => {
  const thread = new WorkThread<{ work(): number }>('no-such-thread', {})
  await Promise.all([1, 2].map(() => assert.rejects(thread.call('work', []), /no-such-thread/)))
  await assert.rejects(thread.call('work', []), /no-such-thread/)
  await thread.close()
  await assert.rejects(thread.call('work', []), /closed/)
})

test('a store that nobody closes does not keep its process alive', () => {
  const folder = mkdtempSync(join(tmpdir(), 'consonance-thread-'))
  const program = `
    import { openStore } from ${JSON.stringify(import.meta.resolve('../open.ts'))}
    const { store } = await openStore(undefined, ${JSON.stringify(folder)}, {}, { create: true })
    await store.putCandidates([{ id: 'spotify:x', foundIn: 'x', foundAt: 1, state: 'waiting' }])
    console.log((await store.candidates('waiting')).rows.length)`
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.deepEqual([stdout, status], ['1\n', 0])
  rmSync(folder, { recursive: true })
})
