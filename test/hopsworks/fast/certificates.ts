import { randomBytes, type webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'

/** A certificate with its private key, PEM. */
export interface Identity {
  readonly cert: string
  readonly key: string
}

/** What one run trusts and shows: made at the start, never written to a disk. */
export interface Certificates {
  readonly ca: string
  readonly server: Identity
  readonly client: Identity
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const keyUsages: ('sign' | 'verify')[] = ['sign', 'verify']
const day = 86_400_000

function pem(label: string, der: ArrayBuffer): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`
}

async function privateKey(keys: webcrypto.CryptoKeyPair): Promise<string> {
  return pem('PRIVATE KEY', await crypto.subtle.exportKey('pkcs8', keys.privateKey))
}

/** Certificates of a new authority, for servers at these names and addresses and for one client. */
export async function makeCertificates(hosts: readonly string[], user: string): Promise<Certificates> {
  const period = { notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + 7 * day) }
  const authorityKeys = await crypto.subtle.generateKey(algorithm, true, keyUsages)
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: 'CN=Local Hopsworks CA',
    ...period,
    keys: authorityKeys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  })

  async function signed(name: string, usages: string[], names: x509.JsonGeneralNames): Promise<Identity> {
    const keys = await crypto.subtle.generateKey(algorithm, true, keyUsages)
    const cert = await x509.X509CertificateGenerator.create({
      serialNumber: serial(),
      subject: `CN=${name}`,
      issuer: authority.subject,
      ...period,
      publicKey: keys.publicKey,
      signingKey: authorityKeys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension(usages),
        await x509.AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
        ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
      ],
    })
    return { cert: `${cert.toString('pem')}\n`, key: await privateKey(keys) }
  }

  // A broker is a client of itself, and Kafka refuses to start with a certificate that forbids that.
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage
  const names = hosts.map((host) => ({ type: isIP(host) ? ('ip' as const) : ('dns' as const), value: host }))
  return {
    ca: `${authority.toString('pem')}\n`,
    server: await signed(hosts[0]!, [serverAuth, clientAuth], names),
    client: await signed(user, [clientAuth], []),
  }
}

function serial(): string {
  return `01${randomBytes(8).toString('hex')}`
}
