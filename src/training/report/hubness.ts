import type { HubnessRow } from '../calibration/hubness.ts'
import { table } from './figure.ts'
import { html, type Markup } from './markup.ts'

/** Whether anybody is everybody's match, or nobody's, before and after the correction for crowding. */
export function hubnessSection(rows: readonly HubnessRow[]): Markup {
  const [before, after] = [false, true].map((corrected) =>
    rows.find((row) => row.score === 'pair score' && row.corrected === corrected),
  )
  if (!before || !after) return html``
  return html`<h2>Is anybody everybody's match?</h2>
<p>Each held-out listener's ten nearest among the others. By the pair score, ${percent(before.never)} are in nobody's list and the most
popular listener is in ${before.most}; with places corrected for crowding, as in matches, ${percent(after.never)} and ${after.most}. The
correction moves places only; affinity and rarity are those of the pair score.</p>
${table({
  head: ['places by', 'skew', 'in nobody’s list', 'most lists of one'],
  rows: rows.map(({ score, corrected, skew, never, most }) => [
    corrected ? `${score}, corrected` : score,
    skew.toFixed(2).replace('-', '−'),
    percent(never),
    most,
  ]),
})}
<p>Skew is the third standardised moment of the number of lists that a listener is in: 0 is even, and TF-IDF is known to reach 3.</p>`
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
