import type { Arbitration, Ruling } from '../arbitration.ts'
import type { Difference } from '../evaluation.ts'
import { figure } from './figure.ts'
import { intervalChart } from './interval-chart.ts'
import { html, type Markup } from './markup.ts'
import { bracket, signed, three } from './numbers.ts'

const measures: Readonly<Record<Ruling['measure'], string>> = {
  halves: 'other half, MRR',
  transfer: 'transfer, R@50',
  friends: 'friends, MRR',
}

/** Which kind of model won, by how much, and on which measures; nothing where only one was fitted. */
export function arbitrationSection(arbitration: Arbitration | undefined): Markup {
  if (!arbitration) return html``
  const { winner, other, scores, difference, simple, rulings } = arbitration
  const named = ({ source, task, measure }: Ruling) =>
    `${source}, ${task === 'friends' ? '' : `${task}: `}${measures[measure]}`
  return html`<h2>Which kind of model?</h2>
<p>A ${winner} and a ${other} model were fitted on the same listeners and judged on the same validation listeners by the
mean of the measures below. The ${winner} model reaches ${three(scores[winner])}, the ${other} one ${three(scores[other])}, and
${simple.name}, the best of the simple ways, ${three(simple.score)}: ${inWords(simple.difference)} to the ${winner} model.</p>
${figure(
  `The ${winner} model is ahead of the ${other} one by ${inWords(difference)}${certain(difference) ? '' : ', which may be chance'}.`,
  intervalChart(
    [
      { name: 'all', value: difference.difference, interval: difference.ci95, strong: true },
      ...rulings.map((ruling) => ({
        name: named(ruling),
        value: ruling.difference.difference,
        interval: ruling.difference.ci95,
      })),
    ],
    { label: `${winner} minus ${other}`, names: 260 },
  ),
  {
    head: ['', winner, other, 'difference', '95 % interval'],
    rows: rulings.map((ruling) => [
      named(ruling),
      three(ruling.means[winner]),
      three(ruling.means[other]),
      signed(ruling.difference.difference),
      bracket(ruling.difference),
    ]),
  },
)}`
}

function certain({ ci95: [low, high] }: Difference): boolean {
  return low > 0 || high < 0
}

function inWords(difference: Difference): string {
  return `${signed(difference.difference)} ${bracket(difference)}`
}
