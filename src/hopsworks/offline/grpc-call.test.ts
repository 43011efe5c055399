import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import * as grpc from '@grpc/grpc-js'
import { answers, CallRefused } from './grpc-call.ts'

const path = '/test/Stream'
const bytes = { serialize: (value: Buffer) => value, deserialize: (value: Buffer) => value }
type Call = grpc.ServerWritableStream<Buffer, Buffer>

/** A server that answers by `handle`, and a channel to it. */
async function served(t: TestContext, handle: (call: Call) => void): Promise<grpc.Channel> {
  const server = new grpc.Server()
  const [requestSerialize, requestDeserialize] = [bytes.serialize, bytes.deserialize]
  const codec = { requestSerialize, requestDeserialize }
  const ways = { responseSerialize: bytes.serialize, responseDeserialize: bytes.deserialize }
  server.addService(
    { Stream: { path, requestStream: false, responseStream: true, ...codec, ...ways } },
    { Stream: handle },
  )
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  )
  const channel = new grpc.Channel(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {})
  t.after(() => {
    channel.close()
    server.forceShutdown()
  })
  return channel
}

const asked = { path, request: Buffer.from('x'), patience: { first: 5_000, next: 5_000 } }

test('asks for an answer only when the one before is done with, and cancels when the caller stops', async (t) => {
  const piece = Buffer.alloc(100_000, 7)
  let sent = 0
  const cancelled = Promise.withResolvers<void>()
  const channel = await served(t, async (call) => {
    call.on('cancelled', () => cancelled.resolve())
    for (; sent < 300 && !call.cancelled; sent++)
      if (!call.write(piece)) await Promise.race([once(call, 'drain'), cancelled.promise])
  })
  for await (const answer of answers(channel, asked)) {
    assert.equal(answer.length, piece.length)
    let before = -1
    while (before !== sent) {
      before = sent
      await wait(30)
    }
    assert.ok(sent < 100, `${sent} of 300 were sent though one was asked for`)
    break
  }
  await cancelled.promise
})

test('tells how a call ended', async (t) => {
  const ends: Readonly<Record<string, (call: Call) => void>> = {
    well: (call) => call.end(),
    refused: (call) => call.emit('error', { code: grpc.status.NOT_FOUND, details: 'no such thing' }),
    silent: () => {},
  }
  const channel = await served(t, (call) => {
    call.write(Buffer.from('first'))
    ends[call.request.toString()]!(call)
  })
  const all = async (how: string, options: Partial<Parameters<typeof answers>[1]> = {}) => {
    const got: string[] = []
    for await (const answer of answers(channel, { ...asked, request: Buffer.from(how), ...options }))
      got.push(`${answer}`)
    return got
  }
  assert.deepEqual(await all('well'), ['first'])
  const refused = (code: number) => (error: unknown) => error instanceof CallRefused && error.code === code
  await assert.rejects(all('refused'), refused(grpc.status.NOT_FOUND))
  await assert.rejects(all('silent', { patience: { first: 5_000, next: 20 } }), refused(grpc.status.DEADLINE_EXCEEDED))
  await assert.rejects(all('silent', { signal: AbortSignal.timeout(50) }), { name: 'TimeoutError' })
  const given = AbortSignal.abort(new Error('never mind'))
  await assert.rejects(all('well', { signal: given }), /never mind/)
})
