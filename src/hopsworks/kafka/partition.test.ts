import assert from 'node:assert/strict'
import { test } from 'node:test'
import { partitionOf } from './row-producer.ts'

test('partitions by the CRC-32 of the key, as librdkafka does', () => {
  // Check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
  assert.equal(partitionOf(Buffer.from('123456789')), 0xcbf43926)
  assert.equal(partitionOf(Buffer.from('123456789')) % 3, 0xcbf43926 % 3)
})

test('spreads rows without a key', () => {
  const seen = new Set(Array.from({ length: 100 }, () => partitionOf(Buffer.alloc(0)) % 3))
  assert.deepEqual([...seen].toSorted(), [0, 1, 2])
})
