import { Problem } from '../taste/problem.ts'

/** Which part of Hopsworks failed. */
export type Part =
  | 'api'
  | 'kafka'
  | 'online-ingestion'
  | 'materialization'
  | 'opensearch'
  | 'rondb'
  | 'mysql'
  | 'flight'
  | 'client'

export interface ErrorDetails {
  readonly status?: number | undefined
  /** Hopsworks' own number, such as 270009. */
  readonly errorCode?: number | undefined
  /** What the reader can do. */
  readonly do?: string | undefined
  /** Passes by itself: worth another try. */
  readonly passing?: boolean | undefined
  readonly cause?: unknown
}

/**
 * A call that did not work out. Its one line names the part that failed, its address where that matters, the port to
 * open where a firewall is the likely cause, and what to do.
 */
export class HopsworksError extends Problem {
  readonly part: Part
  readonly status: number | undefined
  readonly errorCode: number | undefined
  /** Whether the same call may succeed later. */
  readonly passing: boolean

  constructor(part: Part, what: string, { status, errorCode, passing = false, cause, ...rest }: ErrorDetails = {}) {
    super(`hopsworks ${part}: ${what}`, { ...(rest.do && { do: rest.do }), cause })
    this.name = 'HopsworksError'
    this.part = part
    this.status = status
    this.errorCode = errorCode
    this.passing = passing
  }
}
