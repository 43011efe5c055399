import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inflateSync } from 'node:zlib'
import { streamMessages } from '../../../test/hopsworks/fast/flight/arrow-stream.ts'
import { ArrowRows } from './arrow-rows.ts'

/**
 * Written by pyarrow 25: three batches of words under the dictionary x, y; the same with z added; and another, of z alone. Other types:
 * `test/hopsworks/real/offline-tests.ts` against pyarrow itself.
 */
const dictionaries = inflateSync(
  Buffer.from(
    'eNrNkjsOwjAMQO00bSMUoQwV6shBGBk5BjsSC58TMHIMRkZuF+w4pR+1pTDVlevEdpxnK957fwcABywLsJBBCoZWJKhBk3lRDlskLUJuSRkZ5JTtyCNnMeXYlnRNqkGE7elw3PPa0Mce/tuwt6R52HMBicqddKV/xPsg5BeRzIazoHSIlTEuxFK76qWkTB0ju+hXUEsCw2KjddE2z2Fn3+c/X8RyH7dWH6t2H4kOPZhPlTb3podbjXB/5cSa6znGpYTLNbiWgTOXt0GVxuaME+dsOhY7qDgw5yvMdL6q5pryft2P73duc3V/zhU7fENzxR7+io/tG6K6NSg=',
    'base64',
  ),
)

const message = ([header, body]: readonly Uint8Array[]) => ({ dataHeader: header!, dataBody: body ?? new Uint8Array() })
const messages = streamMessages(dictionaries).map(({ header, body }) => message([header, body]))

test('reads words by the dictionary that holds when they come', () => {
  const arrow = new ArrowRows()
  const words = messages.flatMap((each) => [...arrow.pages(each)].map((rows) => rows.map(({ word }) => word)))
  assert.deepEqual(words, [
    ['x', 'y'],
    ['x', 'z'],
    ['z', null],
  ])
})

test('passes over what has no header, refuses what is out of order or damaged', () => {
  assert.deepEqual(new ArrowRows().pages(message([new Uint8Array()])), [])
  assert.throws(() => new ArrowRows().pages(messages.at(-1)!), /no schema before the data/)
  assert.throws(() => new ArrowRows().pages(message([new Uint8Array(2)])), RangeError)
  assert.throws(() => new ArrowRows().pages(message([new Uint8Array(64)])), /neither schema nor dictionary nor record/)
  const arrow = new ArrowRows()
  for (const each of messages.slice(0, 2)) arrow.pages(each)
  const cut = messages[2]!.dataBody.subarray(0, 3)
  assert.throws(() => [...arrow.pages(message([messages[2]!.dataHeader, cut]))], /bytes for message body/)
})
