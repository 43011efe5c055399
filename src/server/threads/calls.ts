/** A call on its way to a thread; `cancel` tells it that nobody waits any more. */
export type ToThread =
  | { readonly id: number; readonly method: string; readonly args: readonly unknown[] }
  | { readonly id: number; readonly cancel: true }
  | { readonly close: true }

/** What comes back; any number of notes may come before the end. */
export type FromThread =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly note: unknown }
  | { readonly id: number; readonly failure: Failure }

/** What was thrown. Only the message of a `Problem` is for people. */
export interface Failure {
  readonly problem: boolean
  readonly message: string
  /** Of an `ApiProblem`. */
  readonly code?: string
  readonly stack?: string
}
