import type { NearestMatches, ReliabilityPoint, Trust } from '../calibration/trust.ts'
import { figure } from './figure.ts'
import { lineChart } from './line-chart.ts'
import { html, type Markup } from './markup.ts'
import { whole } from './numbers.ts'

/** Whether affinity and rarity can be trusted, and what they look like for small and large populations. */
export function trustSection(trust: Trust | undefined): Markup {
  if (!trust)
    return html`<h2>Can affinity and rarity be trusted?</h2><p>Too few listeners were held out to learn them well or to test them.</p>`
  const { listeners, pairs } = trust
  return html`<h2>Can affinity and rarity be trusted?</h2>
<p>Both are learned from ${whole(listeners)} held-out listeners whom training never saw: affinity from ${whole(pairs.halves)} pairs of two halves of one
listener (50: as alike as two halves of one person's listening typically are), rarity from ${whole(pairs.strangers)} pairs of two listeners.</p>
${rarityReliability(trust)}${affinityReliability(trust)}${populations(trust)}`
}

function rarityReliability({ rarity }: Trust): Markup {
  const last = rarity.at(-1)
  if (!last) return html``
  const far = Math.max(...rarity.map(factor))
  return figure(
    `Rarity held on pairs that it was not learned from: up to one pair in ${whole(1 / last.predicted)} it was off by a factor of ${far.toFixed(2)} at most.`,
    lineChart([{ name: 'observed', points: rarity.map((p) => [1 / p.predicted, 1 / p.observed]), marks: true }], {
      x: 'predicted: one pair in …',
      y: 'observed: one pair in …',
      logarithmic: { x: true, y: true },
      xDomain: [1, 2 / last.predicted],
      yDomain: [1, 2 / last.predicted],
      diagonal: true,
    }),
    {
      head: ['predicted: one in', 'observed: one in', 'pairs observed'],
      rows: rarity.map((p) => [whole(1 / p.predicted), significant(1 / p.observed), whole(p.pairs)]),
    },
  )
}

function affinityReliability({ affinity }: Trust): Markup {
  const far = Math.max(...affinity.map(({ predicted, observed }) => Math.abs(predicted - observed)))
  return figure(
    `Of halves that it was not learned from, the share below an affinity was off by ${(100 * far).toFixed(1)} points at most.`,
    lineChart([{ name: 'observed', points: affinity.map((p) => [100 * p.predicted, 100 * p.observed]), marks: true }], {
      x: 'affinity',
      y: '% of halves below',
      xDomain: [0, 100],
      yDomain: [0, 100],
      diagonal: true,
    }),
    {
      head: ['affinity', '% of halves below', 'pairs'],
      rows: affinity.map((p) => [whole(100 * p.predicted), (100 * p.observed).toFixed(1), whole(p.pairs)]),
    },
  )
}

const shares = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]

function populations({ nearest, check }: Trust): Markup {
  const [small, large] = nearest
  if (!small || !large) return html``
  const lines = (values: (matches: NearestMatches) => readonly number[]) =>
    nearest.map((matches) => ({
      name: `${whole(matches.population)} listeners`,
      points: values(matches).map((value, i, { length }) => [(100 * (i + 0.5)) / length, value] as const),
    }))
  const rows = (values: (matches: NearestMatches) => readonly number[], show: (value: number) => string) =>
    shares.map((share) => [`${100 * share} %`, ...nearest.map((matches) => show(at(values(matches), share)))])
  const head = ['share of listeners below', ...nearest.map(({ population }) => `among ${whole(population)}`)]
  return html`<h3>The nearest match, among few and among many</h3>
<p>Populations of these sizes were not scored: each held-out listener's own scores with all the others were extended by an
exponential tail, and the nearest of n was put where the median of the largest of n draws lies. As a check, among the ${whole(check.population)} others that were
really scored the tails predict a median affinity of ${check.predicted.toFixed(0)} for the nearest match, and it is ${check.observed.toFixed(0)}.</p>
${figure(
  `The nearest match's affinity rises with the population, from ${at(small.affinity, 0.5).toFixed(0)} to ${at(large.affinity, 0.5).toFixed(0)} for the middle listener, and reaches 99.9 for ${percentAbove(large.affinity, 99.9)} of them among ${whole(large.population)}.`,
  lineChart(
    lines(({ affinity }) => affinity),
    { x: '% of listeners', y: 'affinity of the nearest', xDomain: [0, 100], yDomain: [0, 100] },
  ),
  {
    head,
    rows: rows(
      ({ affinity }) => affinity,
      (value) => value.toFixed(1),
    ),
  },
)}${figure(
  `Its rarity rises from one pair in ${significant(at(small.rarity, 0.5))} to one in ${significant(at(large.rarity, 0.5))}: a larger population is told apart, not cut off.`,
  lineChart(
    lines(({ rarity }) => rarity),
    { x: '% of listeners', y: 'rarity: one pair in …', xDomain: [0, 100], logarithmic: { y: true } },
  ),
  { head, rows: rows(({ rarity }) => rarity, significant) },
)}<p>The first ten matches of the middle listener: ${nearest
    .map(
      ({ population, firstTen }) =>
        `${firstTen.map((value) => value.toFixed(1)).join(', ')} among ${whole(population)}`,
    )
    .join('; ')}.</p>`
}

function percentAbove(values: readonly number[], least: number): string {
  return `${((100 * values.filter((value) => value >= least).length) / values.length).toFixed(1)} %`
}

function factor({ predicted, observed }: ReliabilityPoint): number {
  return Math.max(predicted / observed, observed / predicted)
}

function at(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))]!
}

/** Two significant digits: 2,300. */
function significant(value: number): string {
  return Number(value.toPrecision(2)).toLocaleString('en-US')
}
