import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { draw, split, splitText } from './split.ts'

const ids = Array.from({ length: 2_000 }, (_, i) => `demo:${i}`)

test('a part depends on the listener alone', () => {
  const listener = fc.string({ minLength: 1 }).map((id) => `demo:${id}`)
  fc.assert(
    fc.property(fc.uniqueArray(listener), fc.array(listener), fc.nat(), (some, more, seed) => {
      const alone = split(some, { seed, validation: 0.3 })
      const among = split([...more, ...some].reverse(), { seed, validation: 0.3 })
      for (const id of some) assert.equal(among.get(id), alone.get(id))
    }),
  )
})

test('the shares are met, and purposes and seeds are independent', () => {
  const parts = [...split(ids, { seed: 1, validation: 0.1 }).values()]
  const validation = parts.filter((part) => part === 'validation').length
  assert.ok(Math.abs(validation - 200) < 50, `${validation} of 2,000`)
  const both = ids.filter((id) => draw(id, 'test', 1) < 0.3 && draw(id, 'validation', 1) < 0.3).length
  assert.ok(Math.abs(both - 180) < 50, `${both} of 2,000 in both`)
  assert.notEqual(draw('demo:1', 'test', 1), draw('demo:1', 'test', 2))
})

test('excluded listeners are in no other part, and change nobody else', () => {
  const excluded = new Set(ids.slice(0, 500))
  const all = split(ids, { seed: 7, validation: 0.2 })
  const less = split(ids, { seed: 7, validation: 0.2, excluded })
  for (const id of ids) assert.equal(less.get(id), excluded.has(id) ? 'excluded' : all.get(id))
})

test('the text repeats byte for byte', () => {
  const once = splitText(split(ids, { seed: 3, validation: 0.2 }))
  assert.equal(splitText(split(ids.toReversed(), { seed: 3, validation: 0.2 })), once)
  assert.deepEqual(once.split('\n').slice(0, 3), ['demo:0\ttrain', 'demo:1\ttrain', 'demo:10\ttrain'])
  assert.equal(splitText(new Map()), '')
})
