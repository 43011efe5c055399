import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { byteOrder, orderOf } from './byte-order.ts'

test('strings stand in the order of their UTF-8 bytes', () => {
  const text = fc.string({ unit: 'grapheme' })
  fc.assert(
    fc.property(text, text, (a, b) => {
      assert.equal(Math.sign(byteOrder(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
  )
  assert.ok(byteOrder('\uffee', '😀') < 0, 'although "<" says otherwise')
})

test('keys are put in that order, whatever characters they have', () => {
  const keys = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\uffee', '😀') }), { maxLength: 8 })
  fc.assert(
    fc.property(keys, (given) => {
      assert.deepEqual(
        Array.from(orderOf(given), (i) => given[i]),
        given.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      )
    }),
  )
})

test('equal keys keep the order in which they were given', () => {
  assert.deepEqual([...orderOf(['b', 'a', 'b', 'a'])], [1, 3, 0, 2])
})
