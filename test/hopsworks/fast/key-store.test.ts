import assert from 'node:assert/strict'
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { makeCertificates } from './certificates.ts'
import { keyStore, trustStore } from './key-store.ts'

const password = Buffer.from('secret', 'utf16le').swap16()
const sha1 = (...parts: Buffer[]) => createHash('sha1').update(Buffer.concat(parts)).digest()

test('key stores are whole under their password, and hold the key and the certificates', async () => {
  const { ca, client } = await makeCertificates(['127.0.0.1'], 'somebody')
  const keys = keyStore(client, ca, 'secret')
  const trusted = trustStore(ca, 'secret')
  for (const store of [keys, trusted]) {
    assert.equal(store.subarray(0, 12).toString('hex'), 'feedfeed0000000200000001')
    const content = store.subarray(0, -20)
    assert.deepEqual(store.subarray(-20), sha1(password, Buffer.from('Mighty Aphrodite'), content))
    assert.ok(store.includes(new X509Certificate(ca).raw))
  }
  assert.ok(keys.includes(new X509Certificate(client.cert).raw))

  const key = createPrivateKey(client.key).export({ format: 'der', type: 'pkcs8' })
  const payload = keys.indexOf(sha1(password, key)) - key.length - 20
  let hash = keys.subarray(payload, payload + 20)
  const hidden = keys.subarray(payload + 20, payload + 20 + key.length)
  const shown = Buffer.from(
    hidden.map((byte, i) => {
      if (i % 20 === 0) hash = sha1(password, hash)
      return byte ^ hash[i % 20]!
    }),
  )
  assert.deepEqual(shown, key)
})
