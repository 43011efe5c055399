import type { TrackName } from '../answer.ts'
import type { Description } from '../description/description.ts'

/** How many tracks one is offered. */
const offered = 5

/**
 * Tracks of one listener that another would likely enjoy and doesn't have: those of the offered ones that the item tower
 * puts nearest to where the other listener lies, likeliest first.
 */
export function likelyEnjoyed(
  from: Pick<Description, 'details'>,
  to: Pick<Description, 'vector' | 'details'>,
  has: ReadonlySet<number> = new Set(to.details.tracks),
): readonly TrackName[] {
  const { offers, offerCodes } = from.details
  const dimensions = to.vector.length
  const likely: { readonly place: number; readonly dot: number }[] = []
  for (const [place, { hash }] of offers.entries()) {
    if (has.has(hash)) continue
    let dot = 0
    for (let d = 0; d < dimensions; d++) dot += to.vector[d]! * (offerCodes[place * dimensions + d] ?? 0)
    likely.push({ place, dot })
  }
  return likely
    .sort((a, b) => b.dot - a.dot)
    .slice(0, offered)
    .map(({ place }) => {
      const { hash: _, ...track } = offers[place]!
      return track
    })
}
