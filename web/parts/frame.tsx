import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useLocation } from 'wouter'
import { aboutQuery } from '../api/calls.ts'
import { texts } from '../texts/texts.ts'
import { Link } from './link.tsx'
import { useTheme } from './theme.ts'

/** What is around every page: the name, the way to one's data, the theme, and whose listeners these are. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const [path] = useLocation()
  const current = (to: string) => (path === to ? ('page' as const) : undefined)
  return (
    <div className="frame">
      <button type="button" className="skip button" onClick={() => document.getElementById('main')?.focus()}>
        {texts.skip}
      </button>
      <header className="bar">
        <Link href="/" className="wordmark">
          <Rings />
          {texts.name}
        </Link>
        <nav aria-label={texts.nav.label}>
          <Link href="/you" aria-current={current('/you')}>
            {texts.nav.you}
          </Link>
          <ThemeButton />
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <Foot />
    </div>
  )
}

function Rings() {
  return (
    <svg viewBox="0 0 38 25" fill="none" strokeWidth="3.4" aria-hidden="true">
      <circle className="you" cx="12.5" cy="12.5" r="10" />
      <circle className="them" cx="25.5" cy="12.5" r="10" />
    </svg>
  )
}

function ThemeButton() {
  const [theme, choose] = useTheme()
  const other = theme === 'dark' ? 'light' : 'dark'
  return (
    <button
      type="button"
      className="button plain slim"
      aria-label={texts.theme.switchTo(texts.theme[other])}
      onClick={() => choose(other)}
    >
      {texts.theme[other]}
    </button>
  )
}

function Foot() {
  const { data: about } = useQuery(aboutQuery)
  return (
    <footer className="foot">
      {about?.simulated && <span>{texts.foot.simulated}</span>}
      {about && !about.simulated && <span>{texts.foot.population(about.listeners)}</span>}
      {about?.model && about.model.marks.length > 0 && <span>{texts.foot.marks(about.model.marks)}</span>}
      <Link href="/operator">{texts.nav.operator}</Link>
    </footer>
  )
}
