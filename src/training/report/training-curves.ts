import type { TrailPoint } from '../model.ts'
import { figure } from './figure.ts'
import { type Line, lineChart } from './line-chart.ts'
import { html, type Markup } from './markup.ts'
import { three, whole } from './numbers.ts'

/** Most rows of the table behind the curves. */
const mostRows = 40

/** Losses and validation over the steps of a run; nothing for a model that is fitted at once. */
export function trainingCurves(trail: readonly TrailPoint[]): Markup {
  const first = trail[0]
  const last = trail.at(-1)
  if (!first || !last || trail.length < 2) return html``
  const networks = last.network ?? 1
  const validated = trail.filter(({ validation }) => validation !== undefined)
  const every = Math.ceil(trail.length / mostRows)
  const rows = trail
    .filter((_, i) => i % every === 0 || i === trail.length - 1)
    .map(({ step, half, item, validation }) => [`${step}`, three(half), three(item), three(validation)])
  const numbers = { head: ['step', 'halves', 'items', 'validation MRR'], rows }
  const fell = last.half < first.half && last.item < first.item
  const each = networks > 1 ? `, each of ${networks} networks in turn` : ''
  return html`<h2>How it learned</h2>
${figure(
  `${fell ? 'Both losses fell' : 'The losses moved'} over ${whole(last.step)} steps${each}: halves from ${three(first.half)} to ${three(last.half)}, items from ${three(first.item)} to ${three(last.item)}.`,
  lineChart(
    [
      { name: 'halves of one listener find each other', points: curve(trail, ({ half }) => half) },
      { name: 'listeners find items of their other half', points: curve(trail, ({ item }) => item) },
    ],
    { x: 'step', y: 'loss' },
  ),
  numbers,
)}${
  validated.length > 1 &&
  figure(
    `On listeners it never saw, ${networks > 1 ? 'each network alone' : 'it'} went from ${three(validated[0]!.validation)} to ${three(validated.at(-1)!.validation)} (mean MRR of the other half, among the unseen).`,
    lineChart([{ name: 'validation', points: curve(validated, ({ validation }) => validation!), marks: true }], {
      x: 'step',
      y: 'validation MRR',
    }),
    { head: ['step', 'validation MRR'], rows: validated.map(({ step, validation }) => [`${step}`, three(validation)]) },
  )
}`
}

/** Broken where the next network begins. */
function curve(trail: readonly TrailPoint[], reading: (point: TrailPoint) => number): Line['points'] {
  return trail.flatMap((point, i) => {
    const begins = i > 0 && point.network !== trail[i - 1]!.network
    const own = [point.step, reading(point)] as const
    return begins ? [[point.step, Number.NaN] as const, own] : [own]
  })
}
