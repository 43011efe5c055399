import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '../..')

interface Step {
  readonly uses?: string
  readonly run?: string
}

test('the workflow in the documentation is one, and its commands exist', async () => {
  const workflow = parse(await readFile(join(root, 'docs/examples/retrain.yml'), 'utf8'))
  assert.match(workflow.on.schedule[0].cron, /^\d+ \d+ \* \* \*$/)
  assert.deepEqual(workflow.permissions, { contents: 'read' })
  assert.equal(workflow.concurrency['cancel-in-progress'], false)
  const job = workflow.jobs.retrain
  assert.equal(job['runs-on'], 'ubuntu-latest')
  const steps = job.steps as readonly Step[]
  for (const step of steps) assert.equal(Number(step.uses !== undefined) + Number(step.run !== undefined), 1)
  // A copy of the data that is kept still holds who is erased later.
  assert.ok(steps.every(({ uses }) => !/cache|artifact/.test(uses ?? '')))
  const commands = steps.flatMap(
    ({ run }) => /^npx consonance (\w+) --data data --store "\$STORE"$/.exec(run ?? '')?.[1] ?? [],
  )
  assert.deepEqual(commands, ['status', 'train', 'refresh', 'models'])
  for (const command of commands) assert.ok(existsSync(join(root, `src/cli/commands/${command}.ts`)), command)
  assert.deepEqual(Object.keys(job.env), ['CONSONANCE_HOPSWORKS_KEY', 'STORE'])
})
