import { status } from '@grpc/grpc-js'
import { HopsworksError } from '../error.ts'
import type { Secrets } from '../http/secrets.ts'
import { CallRefused } from './grpc-call.ts'

/** What the service says when there is nothing of a group in the offline store. */
const nothingYet = /No data found|No commits found|No hudi properties found|No delta logs found/
const busy = /no free slot available for/
const noTrust = /certificate|altnames|issuer|unable to verify|ERR_(TLS|SSL)|SSL routines|alert/i
/** So it looks as well when the other side doesn't trust our certificate. */
const inHandshake = /secure TLS|Failed to connect/
const broken = /RST_STREAM|GOAWAY|ECONN|EPIPE|connection|socket/i

const unregistered = new WeakSet<HopsworksError>()

/** Whether the service wants to be shown the project's certificates (again): it forgets them when it is restarted. */
export function wantsCertificates(error: unknown): boolean {
  return error instanceof HopsworksError && unregistered.has(error)
}

/** What the end of a call means; undefined when it was no end of a call. */
export function flightFailure(
  address: string,
  subject: string,
  error: unknown,
  secrets: Secrets,
): HopsworksError | undefined {
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
  if (code === status.UNAUTHENTICATED || code === status.PERMISSION_DENIED)
    return failure(`refused by ${address} (${said(message, secrets)})`, 'log in again for fresh certificates', false)
  const refused = failure(
    `refused by ${address} (${code}, ${said(message, secrets)})`,
    undefined,
    code === status.INTERNAL && broken.test(message),
  )
  if (/register client certificates first/.test(message)) unregistered.add(refused)
  return refused
}

/** The first sentence: what follows is a trace through the service, and may hold the query. */
function said(message: string, secrets: Secrets): string {
  const [first = ''] = message.split(/\.? *Details?:|\n/, 1)
  return `"${secrets.hide(first.trim().slice(0, 200))}"`
}
