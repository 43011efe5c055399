import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sqlFailure } from './sql-failure.ts'

const failure = (error: object) => sqlFailure('db:3306', 'rows of "plain_1"', Object.assign(new Error(), error))

test('only what is said of a certificate is about trust; a network that breaks meanwhile passes', () => {
  for (const message of ['self-signed certificate in certificate chain', 'unable to get local issuer certificate']) {
    const distrust = failure({ code: 'HANDSHAKE_SSL_ERROR', message })
    assert.match(distrust.message, /certificate of db:3306 is not trusted; give .* `ca`/)
    assert.ok(!distrust.passing)
  }
  for (const message of [
    'read ECONNRESET',
    'Client network socket disconnected before secure TLS connection was established',
  ]) {
    const broken = failure({ code: 'HANDSHAKE_SSL_ERROR', message })
    assert.match(broken.message, /can't reach db:3306 .*port 3306 is open/)
    assert.ok(broken.passing)
  }
})

test('keys with characters that a table cannot have are told from other refusals, and not shown', () => {
  for (const errno of [1267, 1270, 3988]) {
    const { message, passing } = failure({ errno, sqlState: 'HY000', message: "mix of collations 'Zoë'" })
    assert.match(
      message,
      new RegExp(`a value has characters that its column cannot have, error ${errno}.*leave such keys and filters out`),
    )
    assert.doesNotMatch(message, /Zoë/)
    assert.ok(!passing)
  }
})
