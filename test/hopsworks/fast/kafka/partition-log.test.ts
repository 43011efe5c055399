import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PartitionLog } from './partition-log.ts'
import { BatchError, errorCodes, type RecordBatch, readBatches } from './record-batch.ts'

function batch(firstSequence: number, size: number, producerId = 7n, producerEpoch = 0): RecordBatch {
  const records = Array.from({ length: size }, () => ({ key: null, value: null, headers: [] }))
  return { bytes: Buffer.alloc(64), producerId, producerEpoch, firstSequence, records }
}

const code = (wanted: number) => (error: unknown) => error instanceof BatchError && error.code === wanted

test('knows each of the last five batches of a producer again', () => {
  const log = new PartitionLog()
  for (let i = 0; i < 6; i++) assert.deepEqual(log.append(batch(i * 2, 2)), { offset: i * 2, again: false })
  for (let i = 1; i < 6; i++) assert.deepEqual(log.append(batch(i * 2, 2)), { offset: i * 2, again: true })
  assert.throws(() => log.append(batch(0, 2)), code(errorCodes.outOfOrderSequence))
  assert.equal(log.high, 12)
})

test('refuses a gap and an epoch that is over', () => {
  const log = new PartitionLog()
  log.append(batch(0, 1))
  assert.throws(() => log.append(batch(2, 1)), code(errorCodes.outOfOrderSequence))
  log.append(batch(0, 1, 7n, 1))
  assert.throws(() => log.append(batch(1, 1, 7n, 0)), code(errorCodes.invalidProducerEpoch))
  assert.throws(() => log.append(batch(3, 1, 7n, 2)), code(errorCodes.outOfOrderSequence))
  assert.deepEqual(log.append(batch(5, 1, 8n)), { offset: 2, again: false }, 'another producer may begin anywhere')
})

test('stores what comes without numbers as often as it comes', () => {
  const log = new PartitionLog()
  log.append(batch(-1, 3, -1n))
  assert.deepEqual(log.append(batch(-1, 3, -1n)), { offset: 3, again: false })
})

test('reads whole batches from the one that holds an offset', () => {
  const log = new PartitionLog()
  for (let i = 0; i < 3; i++) log.append(batch(i * 2, 2))
  const read = log.read(3, 1)
  assert.equal(read.length, 64)
  assert.equal(read.readBigInt64BE(0), 2n)
  assert.equal(log.read(3, 128).length, 128)
  assert.equal(log.read(6, 128).length, 0)
})

test('refuses a batch that is cut off or damaged', () => {
  assert.throws(() => readBatches(Buffer.alloc(11)), code(errorCodes.corruptMessage))
  const bytes = Buffer.alloc(70)
  bytes.writeInt32BE(58, 8)
  assert.throws(() => readBatches(bytes), code(errorCodes.corruptMessage))
  bytes.writeInt8(2, 16)
  assert.throws(() => readBatches(bytes), code(errorCodes.corruptMessage))
})
