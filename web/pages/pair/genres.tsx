import { lazy } from 'react'
import type { Pair } from '../../api/types.ts'
import { Figure } from '../../charts/figure.tsx'
import { percent } from '../../texts/numbers.ts'
import { texts } from '../../texts/texts.ts'

const TwoDots = lazy(() => import('../../charts/two-dots.tsx'))

/** Rows of the picture. */
const most = 10
const words = texts.pair

/** The genres of both in one picture. */
export function Genres({ pair: { genres } }: { readonly pair: Pair }) {
  if (genres.length === 0) return null
  const shown = genres.slice(0, most)
  const met = genres.reduce((best, each) => (least(each) > least(best) ? each : best))
  return (
    <section className="section">
      <h2>{words.genres}</h2>
      <Figure
        message={least(met) > 0 ? words.genresMessage(met.genre, met.yours, met.theirs) : words.genresApart}
        height={40 + 28 * shown.length}
        numbers={{
          head: [words.head.genre, words.head.yours, words.head.theirs],
          rows: genres.map(({ genre, yours, theirs }) => [genre, percent(yours), percent(theirs)]),
        }}
      >
        <TwoDots rows={shown.map(({ genre, yours, theirs }) => ({ name: genre, yours, theirs }))} />
      </Figure>
    </section>
  )
}

function least({ yours, theirs }: Pair['genres'][number]): number {
  return Math.min(yours, theirs)
}
