import type { ReactNode } from 'react'

/** What the marks of a picture mean. */
export function Key({ children }: { readonly children: ReactNode }) {
  return <ul className="key">{children}</ul>
}

interface KeyEntryProps {
  readonly mark: 'you' | 'them' | 'middle' | 'level' | 'band'
  readonly children: ReactNode
}

export function KeyEntry({ mark, children }: KeyEntryProps) {
  return (
    <li>
      {mark === 'middle' && <i className="line" />}
      {mark === 'level' && <i className="line level" />}
      {mark === 'band' && <i className="swatch" />}
      {(mark === 'you' || mark === 'them') && (
        <i>
          <span className={`dot ${mark}`} />
        </i>
      )}
      {children}
    </li>
  )
}
