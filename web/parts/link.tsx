import type { AnchorHTMLAttributes, ReactNode } from 'react'
import { Link as RouterLink } from 'wouter'
import { texts } from '../texts/texts.ts'
import { BackIcon } from './icons.tsx'

/** A link within the page. */
export { RouterLink as Link }

interface BackProps {
  readonly href: string
  readonly children: ReactNode
}

/** The way back to where this page belongs. */
export function Back({ href, children }: BackProps) {
  return (
    <RouterLink href={href} className="back">
      <BackIcon />
      {children}
    </RouterLink>
  )
}

/** A link to another site, which opens apart. */
export function OtherSite({ children, ...props }: AnchorHTMLAttributes<HTMLAnchorElement>) {
  return (
    <a {...props} target="_blank" rel="noopener noreferrer">
      {children}
      <span className="unseen"> {texts.opensElsewhere}</span>
    </a>
  )
}
