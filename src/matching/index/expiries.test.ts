import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Expiries } from './expiries.ts'

test('whoever has expired is told once, whatever was said before', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')
  const set = fc.record({ key, time: fc.option(fc.nat(30), { nil: undefined }) })
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 6, arbitrary: set }, fc.nat(30)), { maxLength: 200 }), (steps) => {
      const expiries = new Expiries()
      const plain = new Map<string, number>()
      for (const step of steps) {
        if (typeof step === 'number') {
          const due = [...plain].filter(([, time]) => time <= step).map(([name]) => name)
          for (const name of due) plain.delete(name)
          assert.deepEqual(expiries.until(step).sort(), due.sort())
        } else {
          expiries.set(step.key, step.time)
          if (step.time === undefined) plain.delete(step.key)
          else plain.set(step.key, step.time)
        }
      }
      assert.deepEqual(expiries.until(99).sort(), [...plain.keys()].sort())
    }),
  )
})
