import type { AnchorHTMLAttributes } from 'react'
import { Link as RouterLink } from 'wouter'
import { texts } from '../texts.ts'

/** A link within the page. */
export { RouterLink as Link }

/** A link to another site, which opens apart. */
export function OtherSite({ children, ...props }: AnchorHTMLAttributes<HTMLAnchorElement>) {
  return (
    <a {...props} target="_blank" rel="noopener noreferrer">
      {children}
      <span className="unseen"> {texts.opensElsewhere}</span>
    </a>
  )
}
