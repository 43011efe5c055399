import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Admin, ListOffsetTimestamps, ProduceAcks, Producer } from '@platformatic/kafka'
import { type Certificates, makeCertificates } from '../certificates.ts'
import { Gate } from '../gate.ts'
import { Broker } from './broker.ts'

async function started(t: TestContext) {
  const certificates = await makeCertificates(['127.0.0.1'], 'client')
  const broker = new Broker(certificates, 3, { host: '127.0.0.1', port: () => gate.port })
  const gate = new Gate('127.0.0.1', () => broker.port)
  await broker.listen('127.0.0.1')
  await gate.open()
  broker.topics.create('rows')
  t.after(async () => {
    await gate.stop()
    await broker.close()
  })
  return { broker, gate, certificates }
}

const connection = (port: number, { ca, client }: Certificates) => ({
  clientId: 'test',
  bootstrapBrokers: [`127.0.0.1:${port}`],
  tls: { ca, cert: client.cert, key: client.key },
})

function producing(t: TestContext, port: number, certificates: Certificates): Producer {
  const producer = new Producer({
    ...connection(port, certificates),
    idempotent: true,
    acks: ProduceAcks.ALL,
    retries: 20,
    retryDelay: 10,
  })
  t.after(() => producer.close(true).catch(() => {}))
  return producer
}

const message = (i: number) => ({
  topic: 'rows',
  partition: i % 3,
  key: Buffer.from(`key ${i}`),
  value: Buffer.from(`value ${i}`),
  headers: new Map([[Buffer.from('n'), Buffer.from(`${i}`)]]),
})

test('stores what a producer sends, byte for byte, and tells how far each partition goes', async (t) => {
  const { broker, gate, certificates } = await started(t)
  const producer = producing(t, gate.port, certificates)
  await producer.send({ messages: Array.from({ length: 100 }, (_, i) => message(i)) })
  const records = broker.topics.records.toSorted((a, b) => a.offset * 3 + a.partition - b.offset * 3 - b.partition)
  assert.equal(records.length, 100)
  for (const [i, { key, value, headers, partition, offset }] of records.entries()) {
    assert.deepEqual([partition, offset], [i % 3, Math.floor(i / 3)])
    assert.equal(`${key} ${value}`, `key ${i} value ${i}`)
    assert.deepEqual(headers, [['n', Buffer.from(`${i}`)]])
  }

  const admin = new Admin(connection(gate.port, certificates))
  const offsets = (timestamp: bigint) =>
    admin
      .listOffsets({
        topics: [{ name: 'rows', partitions: [0, 1, 2].map((partitionIndex) => ({ partitionIndex, timestamp })) }],
      })
      .then(([topic]) => topic!.partitions.map(({ offset }) => offset))
  assert.deepEqual(await offsets(ListOffsetTimestamps.LATEST), [34n, 33n, 33n])
  assert.deepEqual(await offsets(ListOffsetTimestamps.EARLIEST), [0n, 0n, 0n])
  await admin.close()
})

test('stores a batch once whose answer was lost and that is sent again', async (t) => {
  const { broker, gate, certificates } = await started(t)
  const producer = producing(t, gate.port, certificates)
  await producer.send({ messages: [message(0)] })
  broker.loseAnswers(1)
  await producer.send({ messages: [message(3)] })
  await producer.send({ messages: [message(6)] })
  assert.deepEqual(
    broker.topics.records.map(({ key }) => `${key}`),
    ['key 0', 'key 3', 'key 6'],
  )
})

test('goes on where it was after it has been away', async (t) => {
  const { broker, gate, certificates } = await started(t)
  const producer = producing(t, gate.port, certificates)
  await producer.send({ messages: [message(0)] })
  await gate.stop()
  const sent = producer.send({ messages: [message(3)] })
  await gate.open()
  await sent
  assert.deepEqual(
    broker.topics.records.map(({ offset }) => offset),
    [0, 1],
  )
})

test('lets nobody in without a certificate of its authority', async (t) => {
  const { gate, certificates } = await started(t)
  const stranger = await makeCertificates(['127.0.0.1'], 'stranger')
  for (const client of [stranger.client, { cert: undefined, key: undefined }]) {
    const producer = new Producer({
      ...connection(gate.port, certificates),
      tls: { ca: certificates.ca, cert: client.cert, key: client.key },
      retries: 0,
    })
    await assert.rejects(producer.send({ messages: [message(0)] }))
    await producer.close(true).catch(() => {})
  }
})
