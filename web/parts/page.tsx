import { type ReactNode, useEffect, useRef } from 'react'
import { texts } from '../texts/texts.ts'

/** The first page that is shown keeps the focus where the browser puts it. */
let first = true

interface PageProps {
  readonly title: string
  readonly lede?: ReactNode
  /** Beside the title, such as a mark. */
  readonly beside?: ReactNode
  /** Of the heading. */
  readonly className?: string
  readonly children?: ReactNode
}

/** One page: names the document, and takes the focus to its heading when somebody comes from another page. */
export function Page({ title, lede, beside, className, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = title === texts.start.title ? texts.name : `${title} – ${texts.name}`
  }, [title])
  useEffect(() => {
    if (!first) {
      window.scrollTo(0, 0)
      heading.current?.focus({ preventScroll: true })
    }
    first = false
  }, [])
  return (
    <div className="page">
      <header className={className}>
        <div className="row">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {beside}
        </div>
        {lede && <div className="lede">{lede}</div>}
      </header>
      {children}
    </div>
  )
}
