import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { test } from 'node:test'
import { startLocalHopsworks } from '../../test/hopsworks/fast/start.ts'
import { fences } from '../../test/markdown.ts'
import { type LoginOptions, login, type Project } from './index.ts'
import { counted } from './test-project.ts'

const page = new URL('../../docs/hopsworks-client.md', import.meta.url)

test('the examples of the documentation do what they say', async (t) => {
  const local = await startLocalHopsworks({ project: 'tastes' })
  t.after(() => local.close())
  const code = fences(await readFile(page, 'utf8'))
    .filter(({ info }) => info === 'ts')
    .map(({ text }) => text.replace(/^import .*$/gm, ''))
  const shown: unknown[][] = []
  const opened: Project[] = []
  t.after(() => Promise.all(opened.map((project) => project.close())))
  const run = new (Object.getPrototypeOf(async () => {}).constructor)(
    'login',
    'console',
    'searchable',
    stripTypeScriptTypes(`${code.slice(0, 3).join('\n')}\nawait searchable(listeners)\n${code.slice(3).join('\n')}`),
  )
  await run(
    async (options: LoginOptions) => {
      const project = await login({ ...options, ...local.login })
      opened.push(project)
      return project
    },
    { log: (...values: unknown[]) => shown.push(values) },
    (group: Parameters<typeof counted>[0]) => counted(group, 2),
  )
  assert.deepEqual(shown, [
    [2],
    [{ rows: 2, upserted: 2, deleted: 0, failed: 0, ignored: 0 }],
    [812, undefined],
    ['anna', '1.000'],
    ['ben', '0.600'],
    [2],
    [1],
    [[{ id: 2, tempo: 120.5 }]],
    [1],
    [2],
    [1, 'anna'],
    [120],
    [1, false],
    [1, [{ name: 'model.safetensors', bytes: 1000 }]],
    [{ name: 'tastes', version: 1 }],
  ])
})
