import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Matcher } from './matcher.ts'
import { MatcherPool } from './matcher-pool.ts'

/** Answers when it is told to. */
function slowMatcher(upToChange: number) {
  const asked: { answer(value: unknown): void; fail(error: Error): void }[] = []
  let closed = false
  const taste = () => new Promise((answer, fail) => asked.push({ answer, fail }))
  const matcher = {
    taste,
    state: async () => ({ model: 1, listeners: 3, upToChange, bytes: 10 }),
    close: async () => {
      closed = true
    },
  } as unknown as Matcher
  return { matcher, asked, isClosed: () => closed }
}

test('a question goes to the one with the fewest to answer', async () => {
  const [a, b] = [slowMatcher(7), slowMatcher(5)]
  const pool = new MatcherPool([a.matcher, b.matcher])
  const query = { listener: 'x:1' }
  const [first, second, third] = [pool.taste(query), pool.taste(query), pool.taste(query)]
  assert.deepEqual([a.asked.length, b.asked.length], [2, 1])
  b.asked[0]!.answer('of b')
  assert.equal(await second, 'of b')
  const fourth = pool.taste(query)
  assert.deepEqual([a.asked.length, b.asked.length], [2, 2])
  // A question that fails is one less to answer, too.
  b.asked[1]!.fail(new Error('no'))
  await assert.rejects(fourth, /no/)
  const fifth = pool.taste(query)
  assert.equal(b.asked.length, 3)
  for (const { answer } of [...a.asked, ...b.asked]) answer('in the end')
  await Promise.all([first, third, fifth])
})

test('its state is that of the one furthest behind, with the memory of all', async () => {
  const members = [slowMatcher(7), slowMatcher(5)]
  const pool = new MatcherPool(members.map(({ matcher }) => matcher))
  assert.deepEqual(await pool.state(), { model: 1, listeners: 3, upToChange: 5, bytes: 20 })
  await pool.close()
  assert.ok(members.every(({ isClosed }) => isClosed()))
})
