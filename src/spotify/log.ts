/** What the client does, for whoever wants to watch. No event carries a secret. */
export type LogEvent =
  /** One request. `outcome`: the HTTP status, or the kind of error. */
  | { readonly kind: 'request'; readonly path: string; readonly outcome: number | string; readonly ms: number }
  /** All requests stop for so many milliseconds. */
  | { readonly kind: 'pause'; readonly ms: number }
  /** A new access token was fetched. */
  | { readonly kind: 'token'; readonly of: 'app' | 'person' }
  /** The person should sign in again soon. */
  | { readonly kind: 'warning'; readonly text: string }

export type Log = (event: LogEvent) => void
