/** What happened, for a log. Never holds a key, token, password, certificate or row. */
export type LogEvent =
  | {
      readonly kind: 'request'
      readonly part: string
      readonly method: string
      readonly path: string
      readonly status?: number
      readonly ms: number
    }
  | {
      readonly kind: 'retry'
      readonly part: string
      readonly subject: string
      readonly attempt: number
      readonly because: string
    }
  | { readonly kind: 'note'; readonly part: string; readonly text: string }

export type Log = (event: LogEvent) => void
