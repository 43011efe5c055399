import type { SpotifyError } from '../spotify/index.ts'

/** Why a run ended before its work was done. */
export interface Stopped {
  readonly reason: string
  readonly kind: string
  /** When to continue, in milliseconds since 1970; absent when nobody knows. */
  readonly continueAt?: number
}

export function stoppedBy({ message, kind, retryAt }: SpotifyError): Stopped {
  return { reason: message, kind, ...(retryAt !== undefined && { continueAt: retryAt }) }
}
