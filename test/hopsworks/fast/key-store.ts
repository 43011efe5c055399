/**
 * Java key stores (JKS, version 2), as Hopsworks hands them out beside the PEM texts: the official client reads its Kafka
 * certificates from them. The layout is that of the JDK's `JavaKeyStore`; the protection of keys is Sun's, long since weak.
 */
import { createHash, createPrivateKey, randomBytes, X509Certificate } from 'node:crypto'
import type { Identity } from './certificates.ts'

const sunKeyProtector = Buffer.from('060a2b060104012a02110101', 'hex')
const derNull = Buffer.from([5, 0])

/** A key store with one private key and its chain. */
export function keyStore({ cert, key }: Identity, ca: string, password: string): Buffer {
  const der = createPrivateKey(key).export({ format: 'der', type: 'pkcs8' })
  const chain = [cert, ca].map(certificate)
  return store([entry(1, 'client'), sized(protectedKey(der, password)), uint32(chain.length), ...chain], password)
}

/** A trust store with one authority. */
export function trustStore(ca: string, password: string): Buffer {
  return store([entry(2, 'ca'), certificate(ca)], password)
}

function store(entries: readonly Buffer[], password: string): Buffer {
  const content = Buffer.concat([uint32(0xfeedfeed), uint32(2), uint32(1), ...entries])
  return Buffer.concat([content, sha1(utf16(password), Buffer.from('Mighty Aphrodite'), content)])
}

function entry(tag: number, alias: string): Buffer {
  const made = Buffer.alloc(8)
  made.writeBigInt64BE(BigInt(Date.now()))
  return Buffer.concat([uint32(tag), text(alias), made])
}

function certificate(pem: string): Buffer {
  return Buffer.concat([text('X.509'), sized(new X509Certificate(pem).raw)])
}

/** The key under a stream of hashes that begins with a salt, and closed by a hash of its own. */
function protectedKey(key: Buffer, password: string): Buffer {
  const secret = utf16(password)
  const salt = randomBytes(20)
  const hidden = Buffer.from(key)
  let hash = salt
  for (let at = 0; at < key.length; at += 20) {
    hash = sha1(secret, hash)
    for (let i = 0; i < 20 && at + i < key.length; i++) hidden[at + i]! ^= hash[i]!
  }
  const payload = Buffer.concat([salt, hidden, sha1(secret, key)])
  return der(0x30, Buffer.concat([der(0x30, Buffer.concat([sunKeyProtector, derNull])), der(0x04, payload)]))
}

function der(tag: number, content: Buffer): Buffer {
  const size = content.length
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}

function sha1(...parts: readonly Buffer[]): Buffer<ArrayBuffer> {
  return createHash('sha1').update(Buffer.concat(parts)).digest()
}

function utf16(password: string): Buffer {
  return Buffer.from(password, 'utf16le').swap16()
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function sized(bytes: Buffer): Buffer {
  return Buffer.concat([uint32(bytes.length), bytes])
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
}
