import { status } from '@grpc/grpc-js'
import { HopsworksError } from '../error.ts'
import { CallRefused } from './grpc-call.ts'

/** What the service says when there is nothing of a group in the offline store. */
const nothingYet = /No data found|No commits found|No hudi properties found|No delta logs found/
const busy = /no free slot available for/
const noTrust = /certificate|altnames|issuer|unable to verify|ERR_(TLS|SSL)|SSL routines|alert/i
/** So it looks as well when the other side doesn't trust our certificate. */
const inHandshake = /secure TLS|Failed to connect/
/** Why a query failed, as far as that can be told without telling what was asked for and found. */
const telling = new RegExp(
  [
    'Signature verification failed',
    'Please register client certificates first',
    // The kinds of errors that DuckDB knows.
    '\\b(Binder|Catalog|Constraint|Conversion|HTTP|INTERNAL|IO|Invalid Input|Mismatch Type|Not implemented|Out of Memory|Out of Range|Parser|Permission|Serialization) Error\\b',
  ].join('|'),
)
const broken = /RST_STREAM|GOAWAY|ECONN|EPIPE|connection|socket/i

const unregistered = new WeakSet<HopsworksError>()

/** Whether the service wants to be shown the project's certificates (again): it forgets them when it is restarted. */
export function wantsCertificates(error: unknown): boolean {
  return error instanceof HopsworksError && unregistered.has(error)
}

/** What the end of a call means; undefined when it was no end of a call. */
export function flightFailure(address: string, subject: string, error: unknown): HopsworksError | undefined {
  if (!(error instanceof CallRefused)) return undefined
  const { code, message } = error
  const port = /:(\d+)$/.exec(address)?.[1]
  const open = `check that the address is right and that port ${port} is open from here`
  // Nothing else of the library's text: it carries addresses and options.
  const reason = /\b(E[A-Z]{4,}|ERR_[A-Z_]+)\b/.exec(message)?.[0] ?? ''
  const failure = (what: string, advice: string | undefined, passing: boolean) =>
    new HopsworksError('flight', `${subject}: ${what}`, { errorCode: code, do: advice, passing })
  if (code === status.UNAVAILABLE && noTrust.test(message))
    return failure(
      `no trust between this client and ${address}`,
      'log in again for fresh certificates; behind a proxy, give its authority as `ca`',
      false,
    )
  if (code === status.DEADLINE_EXCEEDED) return failure(`${address} does not answer in time`, open, true)
  if (code === status.UNAVAILABLE || code === status.CANCELLED)
    return failure(
      `can't reach ${address}${reason && ` (${reason})`}`,
      inHandshake.test(message) ? `${open}; if it is, log in again for fresh certificates` : open,
      true,
    )
  if (code === status.RESOURCE_EXHAUSTED || busy.test(message))
    return failure(`${address} is busy`, 'try again in a few minutes', true)
  if (nothingYet.test(message))
    return failure(
      'nothing of it is in the offline store yet',
      'call `materialize()` after inserting, and wait until that is finished',
      false,
    )
  // Of what the service says itself, too, only what is known: the rest may hold the query's values, and rows.
  const said = telling.exec(message)?.[0]
  const what = `refused by ${address} (${code}${said ? `, "${said}"` : ''})`
  if (code === status.UNAUTHENTICATED || code === status.PERMISSION_DENIED)
    return failure(what, 'log in again for fresh certificates', false)
  const isPassing = code === status.INTERNAL && broken.test(message)
  const refused = failure(what, isPassing ? undefined : "see the service's own log for the reason", isPassing)
  if (/register client certificates first/.test(message)) unregistered.add(refused)
  return refused
}
