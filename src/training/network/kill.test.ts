import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { testRun } from './test-run.ts'

it('continues a run that was killed to the same parameters', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'consonance-'))
  try {
    const checkpoint = join(folder, 'checkpoint')
    const child = spawn(process.execPath, [join(import.meta.dirname, 'test-run.ts'), checkpoint], { stdio: 'ignore' })
    const ended = once(child, 'exit')
    while (!existsSync(checkpoint) && child.exitCode === null) await sleep(5)
    child.kill('SIGKILL')
    assert.equal((await ended)[1], 'SIGKILL', 'the run ended before it could be killed')

    const whole = await testRun()
    const continued = await testRun(checkpoint)
    assert.deepEqual(continued.members, whole.members)
    assert.deepEqual(continued.trail, whole.trail)
    assert.ok(!existsSync(checkpoint), 'a finished run leaves no checkpoint')
  } finally {
    await rm(folder, { recursive: true })
  }
})
