import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientOf, networkOf } from './client.ts'

test('a customer of IPv6 counts as one, however many addresses they have', () => {
  assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2')
  assert.equal(networkOf('2001:db8:1:2::9'), '2001:db8:1:2')
  assert.equal(networkOf('2001:0db8:0001:0002::1'), '2001:db8:1:2')
  assert.equal(networkOf('::1'), '0:0:0:0')
  assert.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0')
  assert.equal(networkOf('::ffff:10.0.0.7'), '10.0.0.7')
  assert.equal(networkOf('10.0.0.7'), '10.0.0.7')
})

test('a client is known by nothing that leads back to an address', () => {
  const client = clientOf({ ip: '10.0.0.7' })
  assert.equal(client, clientOf({ ip: '::ffff:10.0.0.7' }))
  assert.notEqual(client, clientOf({ ip: '10.0.0.8' }))
  assert.match(client, /^[\w-]{22}$/)
})
