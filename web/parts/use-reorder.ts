import { type RefObject, useLayoutEffect, useRef } from 'react'

const glide: KeyframeAnimationOptions = { duration: 420, easing: 'cubic-bezier(0.2, 0.7, 0.2, 1)' }

/**
 * Lets the children of a list glide from where they were to where they are now, and new ones appear, so that somebody
 * sees what a change did (FLIP, Lewis 2015). Children are told apart by `data-key`. Nothing moves under reduced motion.
 */
export function useReorder(list: RefObject<HTMLElement | null>): void {
  const before = useRef<ReadonlyMap<string, number> | undefined>(undefined)
  useLayoutEffect(() => {
    const rows = [...(list.current?.children ?? [])] as HTMLElement[]
    const tops = new Map(rows.map((row) => [row.dataset.key ?? '', row.offsetTop]))
    const known = before.current
    before.current = tops
    if (!known || matchMedia('(prefers-reduced-motion: reduce)').matches) return
    for (const row of rows) {
      const key = row.dataset.key ?? ''
      const was = known.get(key)
      const moved = was === undefined ? undefined : was - tops.get(key)!
      if (moved === undefined) row.animate([{ opacity: 0 }, { opacity: 1 }], glide)
      else if (moved !== 0) row.animate([{ transform: `translateY(${moved}px)` }, { transform: 'none' }], glide)
    }
  })
}
