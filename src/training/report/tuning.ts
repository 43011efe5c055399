import { byScore } from '../tuning/rungs.ts'
import type { TuningTrail } from '../tuning/trail.ts'
import { figure } from './figure.ts'
import { lineChart } from './line-chart.ts'
import { html, type Markup } from './markup.ts'
import { signed, three } from './numbers.ts'

/** What tuning tried and what it gained; nothing where it was not asked for. */
export function tuningSection(tuning: TuningTrail | undefined): Markup {
  if (!tuning) return html``
  const { trials, shares, changes, results, winner, share } = tuning
  const scoreOf = (trial: number, at: number) =>
    results.find((result) => result.trial === trial && result.share === at)?.score ?? undefined
  const [best, recipe] = [scoreOf(winner, share), scoreOf(0, share)]
  const gained =
    winner === 0
      ? 'None was better than the recipe itself.'
      : `The best, trial ${winner}, reached ${three(best)}${recipe === undefined ? '' : `, ${signed(best! - recipe)} to the recipe`}.`
  const lines = Array.from({ length: trials }, (_, trial) => {
    const points = shares.flatMap((at) => {
      const score = scoreOf(trial, at)
      return score === undefined ? [] : [[percent(at), score] as const]
    })
    return { points, trial }
  }).filter(({ points }) => points.length > 0)
  const names = new Map([
    [0, 'the recipe'],
    [winner, winner === 0 ? 'the recipe, chosen' : `trial ${winner}, chosen`],
  ])
  const reached = ({ trial }: { readonly trial: number }) =>
    shares.findLastIndex((at) => results.some((result) => result.trial === trial && result.share === at))
  const order = shares
    .keys()
    .toArray()
    .reverse()
    .flatMap((rung) => byScore(results.filter((result) => result.share === shares[rung] && reached(result) === rung)))
  return html`<h2>What did tuning try?</h2>
<p>${trials} configurations by successive halving on the validation listeners: the best third of each round was fitted three times
as long, and the recipe (trial 0) was always among them. ${share < 1 && html`It was stopped: the model saw ${percent(share)} % of the epochs. `}The score of a
winner among many flatters it a little; listeners held out from everything say by how much.</p>
${
  lines.length > 0 &&
  figure(
    gained,
    shares.length > 1
      ? lineChart(
          lines.map(({ points, trial }) => ({
            name: names.get(trial) ?? '',
            points,
            marks: true,
            quiet: !names.has(trial),
          })),
          { x: '% of the epochs', y: 'validation score' },
        )
      : html``,
    {
      words: true,
      head: ['trial', ...shares.map((at) => `${percent(at)} %`), 'differs from the recipe in'],
      rows: order.map(({ trial }) => [
        `${trial}${trial === winner ? ' (chosen)' : ''}`,
        ...shares.map((at) => three(scoreOf(trial, at))),
        Object.entries(changes[trial] ?? {})
          .map(([name, value]) => `${name} ${value}`)
          .join(', ') || 'nothing',
      ]),
    },
  )
}`
}

function percent(share: number): number {
  return Math.round(100 * share)
}
