import { Problem } from '../taste/problem.ts'

interface Entry {
  readonly status: number
  /** The kind of problem, in words. */
  readonly title: string
}

/**
 * Every problem that the API answers with: the one table. Codes are stable, and each is explained in docs/api.md, which
 * a test compares with this.
 */
export const problems = {
  'invalid-request': { status: 400, title: 'The request is not as the API expects it' },
  'not-found': { status: 404, title: 'There is nothing at this address' },
  'method-not-allowed': { status: 405, title: 'This address does not take this kind of request' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  'request-too-large': { status: 413, title: 'The request is too large' },
  'unsupported-media-type': { status: 415, title: 'The request is in a format that is not taken here' },
  'cross-site': { status: 403, title: 'The request comes from another site' },
  'wrong-host': { status: 421, title: 'The server is not known by this name' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'too-many-jobs': { status: 429, title: 'Too much is under way' },
  'too-many-streams': { status: 429, title: 'Too many streams are open' },
  'too-many-uploads': { status: 429, title: 'There is no room for more files now' },
  stopping: { status: 503, title: 'The server is stopping' },
  internal: { status: 500, title: 'Something went wrong here' },

  'operator-only': { status: 401, title: 'Only the operator may do this' },
  'operator-token-wrong': { status: 401, title: 'This is not the operator’s token' },
  'owner-token-wrong': { status: 401, title: 'This token belongs to no profile' },
  'not-owner': { status: 403, title: 'Only the owner of the profile may do this' },

  'link-not-readable': { status: 400, title: 'This is not a profile that can be read' },
  'link-other-host': { status: 400, title: 'This link leads to another site' },
  'link-is-playlist': { status: 400, title: 'This is a playlist, not a profile' },
  'link-is-other': { status: 400, title: 'This is not a profile' },
  'link-ambiguous': { status: 400, title: 'This id can mean several things' },
  'link-short': { status: 400, title: 'This short link does not say where it leads' },
  'way-closed': { status: 403, title: 'Profiles can’t be read in this way here' },
  'matching-not-permitted': { status: 403, title: 'Data of this origin may not be matched here' },
  'profile-owned': { status: 403, title: 'This profile belongs to somebody who brought it' },
  'person-not-found': { status: 404, title: 'There is nobody by this name' },
  'profile-private': { status: 422, title: 'This profile shows no playlists' },
  'profile-empty': { status: 422, title: 'There is no music in this profile' },
  'not-permitted': { status: 403, title: 'The service does not let this be read' },
  'quota-closed': { status: 503, title: 'No more may be asked of the service now' },
  'service-unavailable': { status: 502, title: 'The service could not be reached' },
  'sign-in-needed': { status: 401, title: 'Somebody has to sign in first' },
  'sign-in-failed': { status: 400, title: 'The sign-in did not succeed' },

  'upload-not-found': { status: 404, title: 'There is no such file' },
  'file-not-readable': { status: 422, title: 'Nothing could be read from these files' },
  'file-too-large': { status: 413, title: 'The file is too large' },
  'file-bomb': { status: 422, title: 'The file unpacks to more than is reasonable' },

  'job-not-found': { status: 404, title: 'There is no such job' },
  'no-answer-yet': { status: 404, title: 'There are no matches yet' },
  'profile-not-found': { status: 404, title: 'There is no such profile' },
  'match-not-found': { status: 404, title: 'This listener is not there, or not any more' },
  'no-model': { status: 503, title: 'There is no model yet' },
  'cannot-match': { status: 422, title: 'This profile can’t be matched' },
  'claim-not-possible': { status: 409, title: 'This profile can’t be claimed' },
  'claim-not-begun': { status: 409, title: 'The claim was not begun, or too long ago' },
  'claim-code-missing': { status: 409, title: 'The code was not found' },
  'model-not-found': { status: 404, title: 'There is no such model' },
  'report-not-found': { status: 404, title: 'There is no such report' },
} as const satisfies Readonly<Record<string, Entry>>

export type ProblemCode = keyof typeof problems

/** What a problem is like on its way out (RFC 9457). */
export interface ProblemDetails {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly detail?: string
  readonly instance?: string
  readonly retryAfter?: number
  readonly fields?: readonly { readonly path: string; readonly message: string }[]
}

type Extras = Pick<ProblemDetails, 'retryAfter' | 'fields' | 'instance'>

/** A problem of a request, with its code. What it says may be read by anybody. */
export class ApiProblem extends Problem {
  readonly code: ProblemCode
  readonly extras: Extras
  readonly #detail: string | undefined

  constructor(code: ProblemCode, detail?: string, extras: Extras & { readonly cause?: unknown } = {}) {
    const { cause, ...rest } = extras
    super(detail ?? problems[code].title, { cause })
    this.name = 'ApiProblem'
    this.code = code
    this.extras = rest
    this.#detail = detail
  }

  get details(): ProblemDetails {
    return detailsOf(this.code, this.#detail, this.extras)
  }
}

export function detailsOf(code: ProblemCode, detail?: string, extras: Extras = {}): ProblemDetails {
  const { status, title } = problems[code]
  return { type: `docs/api.md#${code}`, title, status, code, ...(detail !== undefined && { detail }), ...extras }
}
