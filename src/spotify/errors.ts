import { Problem } from '../taste/problem.ts'
import type { ErrorBody } from './error-body.ts'

interface Kind {
  /** Completes "spotify: <what was asked for>: ...". */
  readonly says: string
  /** What the reader can do. */
  readonly do: string
  /** Passes by itself: worth trying again after a moment. */
  readonly passing?: true
}

const ownFiles = 'or import the data they exported from Spotify'

/** Every way in which Spotify can fail us, as its reader is told. */
export const errorKinds = {
  'bad-id': {
    says: 'Spotify knows no such kind of id',
    do: 'check the link: ids of playlists, tracks and artists have 22 letters and digits',
  },
  'bad-request': { says: 'Spotify refused the request as malformed', do: 'report it with the output of --verbose' },
  'bad-credentials': {
    says: "the app's client id or secret is wrong",
    do: 'check SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET against developer.spotify.com/dashboard',
  },
  'bad-redirect': {
    says: 'the redirect address is not registered for the app',
    do: 'add http://127.0.0.1/callback (without a port) to its redirect URIs at developer.spotify.com/dashboard',
  },
  'sign-in-over': {
    says: 'the sign-in has ended: it was withdrawn, or is older than six months',
    do: 'sign in again',
  },
  'code-refused': { says: 'the sign-in took too long, or was finished twice', do: 'sign in again' },
  'sign-in-needed': { says: 'this needs somebody to be signed in', do: `sign in as that person, ${ownFiles}` },
  'token-refused': { says: 'Spotify does not accept the access token', do: 'sign in again' },
  'token-lost': { says: 'Spotify lost the access token on its way', do: 'try again in a few minutes', passing: true },
  'premium-needed': {
    says: "the app's owner needs an active Premium subscription",
    do: 'renew it; it can take a few hours until requests are allowed again',
  },
  'not-registered': {
    says: 'this person is not among the users registered for the app',
    do: "add them (at most five) under the app's User Management at developer.spotify.com/dashboard",
  },
  'scope-missing': { says: 'the sign-in did not allow this', do: 'sign in again and agree to what is asked' },
  forbidden: { says: 'this app may not read it', do: `sign in as its owner, ${ownFiles}: docs/spotify-access.md` },
  'development-only': {
    says: "can't be read with a development-mode app",
    do: `sign in as that person, ${ownFiles}: docs/spotify-access.md`,
  },
  'not-found': { says: 'Spotify has nothing there, or it is private', do: 'check the link, and that it is public' },
  'quota-closed': {
    says: "the app's daily quota at Spotify is used up",
    do: 'finished work is kept: run it again then',
  },
  'rate-limited': { says: 'Spotify asks for a pause', do: 'finished work is kept: run it again then' },
  'own-ceiling': {
    says: 'our own ceiling of requests in 24 hours is reached',
    do: 'run it again then, or raise spotify.requestsPerDay if your quota allows it',
  },
  'server-trouble': { says: 'Spotify had an internal error', do: 'try again in a few minutes', passing: true },
  unreachable: { says: "Spotify can't be reached", do: 'check the network connection', passing: true },
  'timed-out': { says: 'Spotify took too long to answer', do: 'try again in a few minutes', passing: true },
  'broken-answer': { says: 'the answer arrived broken', do: 'try again in a few minutes', passing: true },
  redirected: { says: 'Spotify sent us elsewhere, which we do not follow', do: 'check the configured address' },
  unexpected: { says: 'Spotify gave an answer that nobody documented', do: 'report it with the output of --verbose' },
  'foreign-host': { says: 'the next page was said to be on another host', do: 'report it: nothing was sent there' },
  'endless-pages': { says: 'the pages of the answer never end', do: 'try again later' },
  'sign-in-declined': {
    says: 'the sign-in was declined',
    do: 'sign in again and agree, or import exported data instead',
  },
  'sign-in-mismatch': {
    says: 'the browser came back from another sign-in than the one we started',
    do: 'close old tabs and sign in again',
  },
  'sign-in-timeout': { says: 'nobody signed in in time', do: 'sign in again and finish in the browser' },
  'no-credentials': {
    says: 'there is no client id',
    do: 'set SPOTIFY_CLIENT_ID (and SPOTIFY_CLIENT_SECRET): docs/spotify-access.md',
  },
} as const satisfies Readonly<Record<string, Kind>>

export type ErrorKind = keyof typeof errorKinds

interface Row {
  readonly from: number
  /** Inclusive. */
  readonly to?: number
  /** Of the message, the reason or the code; any when absent. */
  readonly body?: RegExp
  readonly kind: ErrorKind
}

/** Status and body to kind; the first row that fits decides. */
export const answerTable: readonly Row[] = [
  { from: 300, to: 399, kind: 'redirected' },
  { from: 400, body: /base ?62|(?:invalid|wrong|malformed) id/i, kind: 'bad-id' },
  { from: 400, to: 401, body: /\binvalid_(?:client|request)\b.*redirect/i, kind: 'bad-redirect' },
  { from: 400, to: 401, body: /\b(?:invalid|unauthorized)_client\b|Invalid client/i, kind: 'bad-credentials' },
  { from: 400, to: 401, body: /\binvalid_grant\b.*(?:authorization code|verifier|redirect)/i, kind: 'code-refused' },
  { from: 400, to: 401, body: /\binvalid_grant\b/i, kind: 'sign-in-over' },
  { from: 400, kind: 'bad-request' },
  { from: 401, body: /user authentication required/i, kind: 'sign-in-needed' },
  { from: 401, body: /access token missing/i, kind: 'token-lost' },
  { from: 401, kind: 'token-refused' },
  { from: 403, body: /premium/i, kind: 'premium-needed' },
  { from: 403, body: /not (?:be )?registered/i, kind: 'not-registered' },
  { from: 403, body: /scope/i, kind: 'scope-missing' },
  { from: 403, kind: 'forbidden' },
  { from: 404, kind: 'not-found' },
  { from: 410, kind: 'not-found' },
  { from: 408, kind: 'timed-out' },
  { from: 429, body: /QUOTA_EXCEEDED/i, kind: 'quota-closed' },
  { from: 429, kind: 'rate-limited' },
  { from: 500, to: 599, kind: 'server-trouble' },
  { from: 0, to: 999, kind: 'unexpected' },
]

/** The kind of a failed answer. */
export function classify(status: number, body: ErrorBody): ErrorKind {
  const said = [body.code, body.reason, body.message].filter(Boolean).join(' ')
  const row = answerTable.find(
    ({ from, to = from, body: pattern }) => status >= from && status <= to && (pattern?.test(said) ?? true),
  )
  return row?.kind ?? 'unexpected'
}

interface Details {
  /** What was asked for, such as `playlists of "smedjan"`. */
  readonly subject: string
  readonly status?: number
  /** What the server said, without secrets. */
  readonly said?: string
  /** When it may be tried again, in milliseconds since 1970. */
  readonly retryAt?: number
  readonly cause?: unknown
}

/** A request to Spotify that did not work out, or that was not sent because it could not. */
export class SpotifyError extends Problem {
  readonly kind: ErrorKind
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined
  /** When it may be tried again, in milliseconds since 1970; absent when nobody knows. */
  readonly retryAt: number | undefined

  constructor(kind: ErrorKind, details: Details) {
    const { subject, status, said, retryAt, cause } = details
    const row: Kind = errorKinds[kind]
    const answer = [status, said && `"${said}"`].filter(Boolean).join(' ')
    const when = retryAt === undefined ? '' : `, try again at ${clock(retryAt)}`
    super(`spotify: ${subject}: ${row.says}${answer && ` (${answer})`}${when}`, { do: row.do, cause })
    this.name = 'SpotifyError'
    this.kind = kind
    this.status = status
    this.retryAt = retryAt
  }

  /** Whether it passes by itself, so that the same request is worth another try. */
  get passing(): boolean {
    return (errorKinds[this.kind] as Kind).passing === true
  }
}

/** `2026-11-23 18:05 UTC`, rounded up to the minute. */
export function clock(ms: number): string {
  return `${new Date(Math.ceil(ms / 60_000) * 60_000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
