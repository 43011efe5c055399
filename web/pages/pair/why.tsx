import { lazy } from 'react'
import type { Pair } from '../../api/types.ts'
import { Figure } from '../../charts/figure.tsx'
import { percent } from '../../texts/numbers.ts'
import { texts } from '../../texts/texts.ts'

const Bars = lazy(() => import('../../charts/bars.tsx'))

/** What brings the two together, part by part. */
export function Why({ pair: { parts } }: { readonly pair: Pair }) {
  const together = parts.filter(({ share }) => share > 0)
  const [first] = together
  if (!first) return null
  return (
    <section className="section">
      <h2>{texts.pair.why}</h2>
      <Figure
        message={texts.pair.whyMessage(first.part, first.share)}
        height={28 * together.length}
        numbers={{
          head: [texts.pair.part, texts.pair.shareHead],
          rows: parts.map(({ part, share }) => [part, percent(Math.abs(share)) + (share < 0 ? texts.pair.apart : '')]),
        }}
      >
        <Bars bars={together.map(({ part, share }) => ({ name: part, value: share, told: percent(share) }))} />
      </Figure>
    </section>
  )
}
