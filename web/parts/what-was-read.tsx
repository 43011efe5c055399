import type { NotRead } from '../api/types.ts'
import { texts } from '../texts/texts.ts'

interface WhatWasReadProps {
  readonly sentences: readonly string[]
  readonly notRead: readonly NotRead[]
}

/** What was read, what was not and why, in words. */
export function WhatWasRead({ sentences, notRead }: WhatWasReadProps) {
  if (sentences.length + notRead.length === 0) return null
  return (
    <div className="stack was-read">
      {sentences.length > 0 && <p>{sentences.join(' ')}</p>}
      {notRead.length > 0 && (
        <details>
          <summary>{texts.job.notRead(notRead.length)}</summary>
          <ul>
            {notRead.map(({ name, reason }, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat, and the list only grows
              <li key={i}>
                {name ?? texts.job.unnamed} <span className="quiet">{reason}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}
