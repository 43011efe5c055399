import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Progress } from '../pipelines/progress.ts'
import { CatchingUp } from './catching-up.ts'

function recorded() {
  const said: string[] = []
  const progress: Progress = {
    start: (_, { total }) => {
      said.push(`of ${total}`)
      return {
        advance: (by) => said.push(`+${by}`),
        finish: () => said.push('done'),
        [Symbol.dispose]: () => said.push('broken off'),
      }
    },
  }
  return { said, catchingUp: new CatchingUp(progress) }
}

test('a long copy is shown from its beginning to its end, and a short one is not', () => {
  const { said, catchingUp } = recorded()
  catchingUp.show(10, 10, true)
  catchingUp.show(4_000, 10_000, false)
  catchingUp.show(10_000, 10_000, false)
  catchingUp.show(10_000, 10_000, true)
  catchingUp[Symbol.dispose]()
  assert.deepEqual(said, ['of 10000', '+4000', '+6000', '+0', 'done'])
})

test('a copy that others add to while it lasts is one copy', () => {
  const { said, catchingUp } = recorded()
  catchingUp.show(6_000, 6_000, false)
  catchingUp.show(6_001, 6_002, false)
  catchingUp.show(6_002, 6_002, false)
  catchingUp.show(6_002, 6_002, true)
  catchingUp.show(1, 1, true)
  catchingUp[Symbol.dispose]()
  assert.deepEqual(said, ['of 6000', '+6000', '+1', '+1', '+0', 'done'])
})

test('a copy that breaks off and begins again is another one', () => {
  const { said, catchingUp } = recorded()
  catchingUp.show(4_000, 10_000, false)
  catchingUp.show(500, 10_000, false)
  catchingUp[Symbol.dispose]()
  assert.deepEqual(said, ['of 10000', '+4000', 'broken off', 'of 10000', '+500', 'broken off'])
})
