import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Backlog } from './backlog.ts'

const numbers = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at)

test('what comes within a moment is written together, all of it and in its order', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const written: (readonly number[])[] = []
  const backlog = new Backlog<number>(async (batch) => void written.push(batch), 10)
  for (const number of numbers(0, 4)) await backlog.add(number)
  assert.deepEqual(written, [])
  t.mock.timers.tick(1000)
  for (const number of numbers(4, 3)) await backlog.add(number)
  await backlog.flush()
  assert.deepEqual(written.flat(), numbers(0, 7))
  assert.ok(written.length <= 2)
  await backlog.add(7)
  await backlog.flush()
  assert.deepEqual(written.at(-1), [7])
})

test('a full batch waits for nothing, and holds up whoever brings more', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const sizes: number[] = []
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const backlog = new Backlog<number>(async (batch) => {
    sizes.push(batch.length)
    await released
  }, 3)
  const adding = numbers(0, 6).map((number) => backlog.add(number))
  await new Promise(setImmediate)
  assert.deepEqual(sizes, [3])
  let isIn = false
  const last = Promise.all(adding).then(() => {
    isIn = true
  })
  await new Promise(setImmediate)
  assert.equal(isIn, false)
  release()
  await last
  await backlog.flush()
  assert.equal(
    sizes.reduce((sum, size) => sum + size),
    6,
  )
})

test('after a failure nothing more is written, and whoever adds or flushes hears of it', async () => {
  let calls = 0
  const backlog = new Backlog<number>(async () => {
    calls++
    throw new Error('disk full')
  }, 2)
  await backlog.add(1)
  await assert.rejects(backlog.flush(), /disk full/)
  await assert.rejects(backlog.add(2), /disk full/)
  assert.equal(calls, 1)
})
