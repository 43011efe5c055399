import { HopsworksError } from '../error.ts'
import { codeOf, unreachable } from '../http/reach.ts'

/** The server's own numbers of what passes by itself: too many connections, shutting down, locks, a cluster that is busy. */
const passing = new Set([1040, 1053, 1077, 1203, 1205, 1213, 1226, 1296, 1297])

const mixedCharacters = [
  'a value has characters that its column cannot have',
  'leave such keys and filters out',
] as const

/** Numbers of what somebody has to do something about. */
const advice: Readonly<Record<number, readonly [string, string]>> = {
  1044: ["the project's user may not use the database", 'check that you are a member of the project that owns it'],
  1045: [
    "the project's user and password are not accepted",
    'check that you are a member of the project, and log in again',
  ],
  1054: ['a feature has no column', 'get the feature group anew: its features may have changed'],
  1142: ["the project's user may not read the table", 'check that the feature store is shared with the project'],
  1146: ['there is no table', 'check that the feature group is online and still exists'],
  1267: mixedCharacters,
  1270: mixedCharacters,
  3988: mixedCharacters,
}

/** Whether the server does not know the user, or the user's password any more. */
export function isAboutPassword(error: unknown): boolean {
  return (error as { errno?: number }).errno === 1045
}

/** mysql2 gives all that fails while encryption begins the same code; a network that breaks is among it. */
function isAboutCertificate(error: unknown): boolean {
  const { code, message = '' } = error as { code?: string; message?: string }
  return code === 'HANDSHAKE_SSL_ERROR' && /certificate|altname|issuer|CRL/i.test(message)
}

/** What a failed statement means. Neither the statement nor the server's text is in it: they hold values. */
export function sqlFailure(address: string, subject: string, error: unknown): HopsworksError {
  const { errno, sqlState } = error as { errno?: number; sqlState?: string }
  const code = codeOf(error)
  const cause = new Error(code || 'unknown')
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT')
    return new HopsworksError('mysql', `${subject}: ${address} offers no encryption (TLS)`, {
      do: "have it switched on there, read with onlineReads: 'rest', or, on a network that you trust, log in with mysqlTls: false",
      cause,
    })
  if (isAboutCertificate(error))
    return new HopsworksError('mysql', `${subject}: the certificate of ${address} is not trusted`, {
      do: 'give the certificate of its authority as `ca`',
      cause,
    })
  if (typeof errno !== 'number' || sqlState === undefined) return unreachable('mysql', address, subject, error)
  const [what, instead] = advice[errno] ?? []
  return new HopsworksError(
    'mysql',
    `${subject}: refused by ${address} (${[what, `error ${errno}`, code].filter(Boolean).join(', ')})`,
    {
      errorCode: errno,
      do: instead,
      passing: passing.has(errno),
      cause,
    },
  )
}
