import { type ErrorKind, SpotifyError } from '../spotify/index.ts'
import { Problem } from '../taste/problem.ts'
import { sentence } from './jobs/named-profile.ts'
import { ApiProblem, detailsOf, type ProblemCode, type ProblemDetails } from './problems.ts'

const ofSpotify: Readonly<Partial<Record<ErrorKind, ProblemCode>>> = {
  'sign-in-over': 'sign-in-needed',
  'sign-in-needed': 'sign-in-needed',
  'token-refused': 'sign-in-needed',
  'scope-missing': 'sign-in-needed',
  'sign-in-declined': 'sign-in-failed',
  'sign-in-mismatch': 'sign-in-failed',
  'sign-in-timeout': 'sign-in-failed',
  'code-refused': 'sign-in-failed',
  'not-registered': 'not-permitted',
  forbidden: 'not-permitted',
  'development-only': 'not-permitted',
  'premium-needed': 'not-permitted',
  'not-found': 'person-not-found',
  'quota-closed': 'quota-closed',
  'rate-limited': 'quota-closed',
  'own-ceiling': 'quota-closed',
}

export function spotifyProblemCode(kind: ErrorKind): ProblemCode {
  return ofSpotify[kind] ?? 'service-unavailable'
}

/** What was thrown, as a problem of ours; undefined for a defect, whose message is for nobody outside. */
export function knownProblem(error: unknown, now: number = Date.now()): ApiProblem | undefined {
  if (error instanceof ApiProblem) return error
  if (error instanceof SpotifyError) {
    const code = spotifyProblemCode(error.kind)
    const seconds = error.retryAt === undefined ? undefined : Math.max(1, Math.ceil((error.retryAt - now) / 1000))
    return new ApiProblem(code, sentence(error.message), seconds === undefined ? {} : { retryAfter: seconds })
  }
  if (error instanceof Problem)
    // What somebody brought has an id that is theirs to keep, and that says nothing to them.
    return new ApiProblem('cannot-match', sentence(error.message.replace(/"file:[\w-]+"/g, 'what you brought')))
  return undefined
}

/** @param log told of defects */
export function problemDetailsOf(error: unknown, log: (error: unknown) => void): ProblemDetails {
  const known = knownProblem(error)
  if (known) return known.details
  log(error)
  return detailsOf('internal')
}
