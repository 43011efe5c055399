import { HopsworksError, type Part } from '../error.ts'

/** Codes of a connection that was never made: nothing was sent, so anything may be tried again. */
const unsent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

const timeouts = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT'])

const certificates = /^(ERR_TLS_|ERR_SSL_|ERR_OSSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_CA)/

/** The code of an error, or of what caused it. */
export function codeOf(error: unknown): string {
  for (let each = error as Partial<NodeJS.ErrnoException> | undefined; each; each = each.cause as typeof each) {
    if (each.code) return String(each.code)
    const [first] = (each as { errors?: Partial<NodeJS.ErrnoException>[] }).errors ?? []
    if (first?.code) return String(first.code)
  }
  return ''
}

/** Whether a connection failed over certificates. */
export function isAboutTrust(code: string): boolean {
  return certificates.test(code)
}

export function wasUnsent(error: unknown): boolean {
  return unsent.has(codeOf(error))
}

/** What a failed connection means: which part, at which address, and the port to open. */
export function unreachable(part: Part, address: string, subject: string, error: unknown): HopsworksError {
  const code = codeOf(error)
  const port = /:(\d+)$/.exec(address)?.[1]
  // Only the code: libraries' errors carry options, and those carry keys.
  const cause = new Error(code || (error instanceof Error ? error.name : 'unknown'))
  const open = `check that the address is right and that port ${port} is open from here`
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED')
    return new HopsworksError('client', `${subject}: the project is closed`, { do: 'log in again' })
  if (isAboutTrust(code))
    return new HopsworksError(part, `${subject}: the certificate of ${address} is not trusted (${code})`, {
      do: 'give the certificate of its authority as `ca`',
      cause,
    })
  if (code === 'ENOTFOUND')
    return new HopsworksError(part, `${subject}: no such host as ${address}`, {
      do: 'check the host',
      passing: true,
      cause,
    })
  if (timeouts.has(code))
    return new HopsworksError(part, `${subject}: ${address} does not answer in time (${code})`, {
      do: open,
      passing: true,
      cause,
    })
  return new HopsworksError(part, `${subject}: can't reach ${address}${code && ` (${code})`}`, {
    do: open,
    passing: true,
    cause,
  })
}
