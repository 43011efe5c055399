import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spawnConsonance } from './command-line.ts'

test('a command whose reader has gone ends quietly, as with | head', async () => {
  const child = spawnConsonance(['--help'])
  child.stdout.destroy()
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  assert.deepEqual([code, stderr], [0, ''])
})
