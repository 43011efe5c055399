import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { Gate } from './gate.ts'

test('passes on, holds back while cut, and breaks what it is stopped', async (t) => {
  const echo = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const gate = new Gate('127.0.0.1', () => (echo.address() as AddressInfo).port)
  await gate.open()
  const { port } = gate
  t.after(async () => {
    await gate.stop()
    echo.close()
  })

  const client = connect(port, '127.0.0.1')
  let heard = ''
  client.on('data', (bytes) => {
    heard += bytes
  })
  client.write('one')
  await once(client, 'data')
  gate.cut()
  client.write(' two')
  const late = connect(port, '127.0.0.1')
  late.write('late')
  await wait(20)
  assert.equal(heard, 'one')
  gate.restore()
  await Promise.all([once(client, 'data'), once(late, 'data')])
  assert.equal(heard, 'one two')

  const closed = [once(client, 'close'), once(late, 'close')]
  await gate.stop()
  await Promise.all(closed)
  const refused = connect(port, '127.0.0.1')
  const [error] = await once(refused, 'error')
  assert.equal(error.code, 'ECONNREFUSED')
  await gate.open()
  assert.equal(gate.port, port)
})
