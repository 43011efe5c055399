import { lazy } from 'react'
import type { Pair } from '../../api/types.ts'
import { Figure } from '../../charts/figure.tsx'
import { isFeature, place, type SoundRow, told } from '../../charts/sound.ts'
import { texts } from '../../texts/texts.ts'

const SoundBars = lazy(() => import('../../charts/sound-bars.tsx'))

/** The sound of both in one picture. */
export function Sound({ pair: { sound } }: { readonly pair: Pair }) {
  const rows = (sound ?? []).flatMap(({ feature, ...row }) => (isFeature(feature) ? [{ feature, ...row }] : []))
  if (rows.length < 2) return null
  const sorted = rows.toSorted((a, b) => apart(a) - apart(b))
  const name = ({ feature }: SoundRow) => texts.taste.features[feature].name
  const { head } = texts.pair
  return (
    <section className="section">
      <h2>{texts.pair.sound}</h2>
      <Figure
        message={texts.pair.soundMessage(name(sorted[0]!), name(sorted.at(-1)!))}
        height={40 + 28 * rows.length}
        numbers={{
          head: [head.feature, head.yours, head.theirs, texts.taste.middle],
          rows: rows.map(({ feature, yours, theirs, middle }) => [
            texts.taste.features[feature].name,
            told(feature, yours),
            told(feature, theirs),
            told(feature, middle),
          ]),
        }}
      >
        <SoundBars rows={rows} />
      </Figure>
    </section>
  )
}

function apart({ feature, yours, theirs = yours }: SoundRow): number {
  return Math.abs(place(feature, yours) - place(feature, theirs))
}
