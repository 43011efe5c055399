import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HopsworksError } from '../../hopsworks/index.ts'
import { again } from './again.ts'

function failing(times: number, passing: boolean) {
  const state = { tries: 0 }
  const work = async () => {
    if (++state.tries <= times) throw new HopsworksError('api', 'a broken connection', { passing })
    return 'done'
  }
  return { state, work }
}

test('what passes is tried again, and nothing else', async () => {
  const { work } = failing(2, true)
  assert.equal(await again(work), 'done')
  const lasting = failing(1, false)
  await assert.rejects(again(lasting.work), /a broken connection/)
  assert.equal(lasting.state.tries, 1)
})

test('what goes on failing is said in time', async () => {
  const { state, work } = failing(Number.POSITIVE_INFINITY, true)
  await assert.rejects(again(work, 30), /a broken connection/)
  assert.ok(state.tries > 1)
})
