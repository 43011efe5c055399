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

test('equal keys keep the order in which they were given', () => {
  assert.deepEqual([...orderOf(['b', 'a', 'b', 'a'])], [1, 3, 0, 2])
})
