import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LoginOptions } from '../login-options.ts'
import { Session } from '../session.ts'
import { kafkaAccess } from './connector.ts'

const brought = { bootstrapServers: 'SASL_SSL://kafka.example:9092', externalKafka: true, securityProtocol: 'SSL' }
const signIn = [
  { name: 'sasl.mechanism', value: 'SCRAM-SHA-512' },
  { name: 'sasl.jaas.config', value: 'x.ScramLoginModule required username="ann" password="secret";' },
]

/** How the brokers are reached when Hopsworks answers with this connector. */
function accessWith(connector: object, options: Partial<LoginOptions> = {}) {
  class Scripted extends Session {
    override async projectApi() {
      return connector
    }

    override async credentials() {
      return { caChain: 'ca', clientCert: 'cert', clientKey: 'key' }
    }
  }
  return kafkaAccess(new Scripted({ apiKey: 'key', ...options }), 1, undefined)
}

test('checks the name of a Kafka that the project brought, unless the connector says not to', async () => {
  for (const algorithm of [undefined, null, 'https', 'HTTPS']) {
    const { tls } = await accessWith({ ...brought, sslEndpointIdentificationAlgorithm: algorithm })
    assert.equal(tls?.checkServerIdentity, undefined)
    assert.equal(tls?.rejectUnauthorized, true)
  }
  const { tls } = await accessWith({ ...brought, sslEndpointIdentificationAlgorithm: '' })
  assert.ok(tls?.checkServerIdentity)
})

test("checks the name of the cluster's own Kafka only when the connector says so", async () => {
  const own = { ...brought, externalKafka: false }
  for (const algorithm of [undefined, null, ''])
    assert.ok((await accessWith({ ...own, sslEndpointIdentificationAlgorithm: algorithm })).tls?.checkServerIdentity)
  const { tls } = await accessWith({ ...own, sslEndpointIdentificationAlgorithm: 'https' })
  assert.equal(tls?.checkServerIdentity, undefined)
})

test('sends a password only encrypted, unless the login is insecure', async () => {
  const sasl = { mechanism: 'SCRAM-SHA-512', username: 'ann', password: 'secret' }
  const encrypted = await accessWith({ ...brought, securityProtocol: 'SASL_SSL', options: signIn })
  assert.deepEqual(encrypted.sasl, sasl)
  assert.ok(encrypted.tls)
  const plain = { ...brought, securityProtocol: 'SASL_PLAINTEXT', options: signIn }
  await assert.rejects(accessWith(plain), /would send the password unencrypted.*SASL_SSL/s)
  const insecure = await accessWith(plain, { insecure: true })
  assert.deepEqual(insecure, { brokers: ['kafka.example:9092'], sasl })
})
