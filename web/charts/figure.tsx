import { type ReactNode, Suspense, useEffect, useRef, useState } from 'react'
import { Table } from '../parts/table.tsx'
import { texts } from '../texts/texts.ts'
import '../design/chart.css'

export interface Numbers {
  readonly head: readonly string[]
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly string[])[]
}

interface FigureProps {
  /** What the picture shows, in one sentence: for those who see it and those who don't. */
  readonly message: string
  readonly numbers: Numbers
  /** Pixels that the picture takes, so that nothing jumps when it comes. */
  readonly height: number
  /** The picture; it is loaded when it comes into view. */
  readonly children: ReactNode
}

/** A picture with its message and the table behind it. The picture itself says nothing to a screen reader. */
export function Figure({ message, numbers, height, children }: FigureProps) {
  const place = useRef<HTMLDivElement>(null)
  const shown = useShown(place)
  const room = <div style={{ height }} />
  return (
    <figure className="figure">
      <figcaption>{message}</figcaption>
      <div ref={place} aria-hidden="true">
        {shown ? <Suspense fallback={room}>{children}</Suspense> : room}
      </div>
      <details>
        <summary>{texts.numbers}</summary>
        <Table label={message} head={numbers.head} rows={numbers.rows.map((row) => [row[0]!, ...row])} />
      </details>
    </figure>
  )
}

function useShown(place: { readonly current: Element | null }): boolean {
  const [shown, setShown] = useState(false)
  useEffect(() => {
    if (!place.current) return
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && setShown(true),
      { rootMargin: '200px' },
    )
    observer.observe(place.current)
    return () => observer.disconnect()
  }, [place])
  return shown
}
