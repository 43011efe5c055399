import type { Reading, ReadingReport, TablePreview } from '../../src/sources/browser.ts'

/** What the worker says while it reads files. */
export type ReadingMessage =
  | { readonly kind: 'progress'; readonly bytes: number; readonly of: number }
  | { readonly kind: 'read'; readonly items: Reading['items']; readonly report: ReadingReport }
  | {
      readonly kind: 'failed'
      /** One line for the listener; absent when the reader itself is at fault. */
      readonly reason?: string
      /** Set when somebody could say what the columns are. */
      readonly table?: TablePreview
    }
