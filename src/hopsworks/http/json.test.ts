import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJson, writeJson } from './json.ts'

test('carries whole numbers of 64 bits exactly', () => {
  const number = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n })
  fc.assert(
    fc.property(number, fc.string(), (whole, text) => {
      const handy = Number.isSafeInteger(Number(whole)) ? Number(whole) : whole
      assert.deepEqual(parseJson(writeJson({ whole, text, list: [whole, 0.5] })), {
        whole: handy,
        text,
        list: [handy, 0.5],
      })
    }),
  )
  assert.deepEqual(parseJson('{"id":1234567890123456.5,"one":1e300}'), { id: 1234567890123456.5, one: 1e300 })
})
