import type { Slice } from '../slices.ts'
import { figure } from './figure.ts'
import { intervalChart } from './interval-chart.ts'
import { html, type Markup } from './markup.ts'
import { bracket, signed, three } from './numbers.ts'

const measures: Readonly<Record<Slice['measure'], string>> = {
  halves: 'finding the other half among the unseen, MRR',
  transfer: 'transfer, Recall@50',
  friends: 'finding friends, MRR',
}

/** By what kind of listener the model is better or worse; nothing where there are too few of each. */
export function slicesSection(slices: readonly Slice[]): Markup {
  if (slices.length === 0) return html``
  const charts = Map.groupBy(slices, ({ source, task, measure }) => JSON.stringify([source, task, measure]))
  return html`<h2>For which listeners?</h2>
<p>The model minus the simple way that is best for the same listeners, wherever at least 20 are of a kind. Niche and mainstream
are the thirds with the rarest and the commonest artists; genres and sound are known where half of the artists and tracks have
them; those known by genre and sound only are all listeners of whom
these are known at all, their artists and tracks taken for ones that nobody has met. To the right of the
line the model is ahead; a whisker that touches the line may be chance.</p>
${[...charts.values()].map(chart)}`
}

/** What a slice measures, in words: `lastfm-2k, halves without a shared artist, niche: transfer, Recall@50`. */
export function sliceName({ source, task, measure, name }: Slice): string {
  const of = task === 'friends' ? 'friends' : `halves without a shared ${task.replace(/s$/, '')}`
  return `${source}: ${of}, ${name}: ${measures[measure]}`
}

function chart(slices: readonly Slice[]): Markup {
  const [first] = slices
  const { source, task, measure } = first!
  const ahead = slices.filter(({ difference }) => difference.difference > 0)
  const surely = ahead.filter(({ difference }) => difference.ci95[0] > 0)
  const of = task === 'friends' ? '' : `, halves without a shared ${task.replace(/s$/, '')}`
  return figure(
    `${source}${of}, ${measures[measure]}: ahead for ${ahead.length} of ${slices.length} kinds of listener${surely.length === ahead.length ? '' : `, for ${surely.length || 'none'} beyond chance`}.`,
    intervalChart(
      slices.map(({ name, listeners, difference }) => ({
        name: `${name} (${listeners})`,
        value: difference.difference,
        interval: difference.ci95,
        strong: difference.ci95[0] > 0 || difference.ci95[1] < 0,
      })),
      { label: `${measures[measure]}, the model minus the best simple way`, names: 240 },
    ),
    {
      head: ['', 'listeners', 'model', 'best simple way', '', 'difference', '95 % interval'],
      rows: slices.map(({ name, listeners, model, best, simple, difference }) => [
        ...[name, listeners, three(model), best, three(simple)],
        ...[signed(difference.difference), bracket(difference)],
      ]),
    },
  )
}
