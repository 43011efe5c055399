import type { ProblemDetails } from './types.ts'

/** An answer of the API that says what went wrong, or that there was none. */
export class ApiProblem extends Error {
  readonly details: ProblemDetails

  constructor(details: ProblemDetails) {
    super(details.detail ?? details.title)
    this.name = 'ApiProblem'
    this.details = details
  }
}

/** What the page itself finds wrong, told like the API's own problems. */
export function problemOf(code: string, detail?: string): ApiProblem {
  return new ApiProblem({ type: 'about:blank', title: code, status: 0, code, ...(detail !== undefined && { detail }) })
}

/** Whatever was thrown, as a problem. A fetch that gets no answer throws a TypeError. */
export function asProblem(thrown: unknown): ApiProblem {
  if (thrown instanceof ApiProblem) return thrown
  if (thrown instanceof TypeError) return problemOf('unreachable')
  return problemOf('page', thrown instanceof Error ? thrown.message : String(thrown))
}

/** The problem in an answer that is not a success; a proxy in between may answer with anything. */
export function problemIn(body: unknown, status: number): ApiProblem {
  if (typeof body === 'object' && body !== null && 'code' in body && 'status' in body)
    return new ApiProblem(body as ProblemDetails)
  return problemOf(status === 502 || status === 503 || status === 504 ? 'unreachable' : 'page', `HTTP ${status}`)
}
