import { clock } from '../spotify/errors.ts'
import { Problem } from '../taste/problem.ts'

interface Kind {
  /** Completes "<service>: <what was asked for>: ...". */
  readonly says: string
  /** What the reader can do. */
  readonly do: string
  /** Passes by itself: worth trying again after a moment. */
  readonly passing?: true
  /** Concerns every request, not only this one: the service need not be asked on. */
  readonly closes?: true
}

/** Every way in which a service can fail us, as its reader is told. */
const kinds = {
  'not-found': { says: 'there is nothing of that name', do: 'check how it is written' },
  private: { says: 'this is kept private', do: 'its owner can open it, or import their exported data' },
  'bad-request': { says: 'the request was refused as malformed', do: 'report it with the output of --verbose' },
  'bad-key': { says: 'the key or token is not accepted', do: 'check it: docs/catalogue.md', closes: true },
  refused: { says: 'it does not let us ask', do: 'see docs/catalogue.md for what it asks of us', closes: true },
  'rate-limited': { says: 'it asks for a pause', do: 'finished work is kept: run it again then', closes: true },
  offline: { says: 'it is switched off for the moment', do: 'finished work is kept: run it again later', closes: true },
  'server-trouble': { says: 'it had an internal error', do: 'try again in a few minutes', passing: true },
  unreachable: { says: "it can't be reached", do: 'check the network connection', passing: true },
  'timed-out': { says: 'it took too long to answer', do: 'try again in a few minutes', passing: true },
  'broken-answer': { says: 'the answer arrived broken', do: 'try again in a few minutes', passing: true },
  redirected: { says: 'it sent us elsewhere, which we do not follow', do: 'report it', closes: true },
  unexpected: { says: 'the answer is none that is documented', do: 'report it with the output of --verbose' },
} as const satisfies Readonly<Record<string, Kind>>

export type ServiceErrorKind = keyof typeof kinds

interface Details {
  /** As people write it: `ListenBrainz`. */
  readonly service: string
  /** What was asked for, such as `listens of "anna"`. */
  readonly subject: string
  readonly status?: number
  /** What the service said, without secrets. */
  readonly said?: string
  /** When it may be tried again, in milliseconds since 1970. */
  readonly retryAt?: number
  readonly cause?: unknown
}

/** A request to a web service that did not work out, or that was not sent because it could not. */
export class ServiceError extends Problem {
  readonly kind: ServiceErrorKind
  readonly status: number | undefined
  /** When it may be tried again, in milliseconds since 1970; undefined when nobody knows. */
  readonly retryAt: number | undefined

  constructor(kind: ServiceErrorKind, { service, subject, status, said, retryAt, cause }: Details) {
    const row: Kind = kinds[kind]
    const answer = [status, said && `"${said}"`].filter(Boolean).join(' ')
    const when = retryAt === undefined ? '' : `, try again at ${clock(retryAt)}`
    super(`${service}: ${subject}: ${row.says}${answer && ` (${answer})`}${when}`, { do: row.do, cause })
    this.name = 'ServiceError'
    this.kind = kind
    this.status = status
    this.retryAt = retryAt
  }

  /** Whether it passes by itself, so that the same request is worth another try. */
  get passing(): boolean {
    return (kinds[this.kind] as Kind).passing === true
  }

  /** Whether it makes no sense to ask this service anything else now. */
  get closes(): boolean {
    return (kinds[this.kind] as Kind).closes === true
  }
}
