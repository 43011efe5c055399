import type { Difference, Evaluation, Score } from '../evaluation.ts'
import type { Slice } from '../slices.ts'
import type { Validated } from '../validation.ts'
import { figure, type Table } from './figure.ts'
import { intervalChart } from './interval-chart.ts'
import { html, type Markup } from './markup.ts'
import { bracket, signed, three, whole } from './numbers.ts'
import { sliceName, slicesSection } from './slices.ts'

interface Measure {
  readonly title: string
  readonly path: readonly string[]
  /** The score of the model that this measure judges. */
  readonly by: 'embedding' | 'pair'
}

const measures: Readonly<Record<'halves' | 'friends', readonly Measure[]>> = {
  halves: [
    { title: 'finding the other half among the unseen, MRR', path: ['unseen', 'mrr'], by: 'embedding' },
    { title: 'transfer, Recall@50', path: ['transfer', 'recall50'], by: 'pair' },
  ],
  friends: [{ title: 'finding friends, MRR', path: ['mrr'], by: 'pair' }],
}

const columns: Readonly<Record<'halves' | 'friends', readonly (readonly [string, readonly string[]])[]>> = {
  halves: [
    ['R@10 all', ['all', 'r10']],
    ['MRR all', ['all', 'mrr']],
    ['R@10 unseen', ['unseen', 'r10']],
    ['MRR unseen', ['unseen', 'mrr']],
    ['transfer R@50', ['transfer', 'recall50']],
  ],
  friends: [
    ['Recall@10', ['recall10']],
    ['MRR', ['mrr']],
    ['AUC', ['auc']],
  ],
}

/** The model beside the simple ways on every task, with paired intervals, and where it is worse. */
export function comparisons(validated: readonly Validated[], slices: readonly Slice[]): Markup {
  if (validated.length === 0)
    return html`<h2>Is it better than the simple ways?</h2><p>Too few listeners were held out to say.</p>`
  const verdicts = validated.flatMap((task) => measures[task.evaluation.task].map((measure) => verdict(task, measure)))
  const worse = [
    ...verdicts,
    ...slices.map((slice) => ({ where: sliceName(slice), best: slice.best, difference: slice.difference })),
  ].flatMap(({ difference, ...rest }) => (difference && difference.difference < 0 ? [{ ...rest, difference }] : []))
  const surely = worse.filter(({ difference }) => difference.ci95[1] < 0)
  const perhaps = worse.filter(({ difference }) => difference.ci95[1] >= 0)
  const item = ({ where, best, difference }: (typeof worse)[number]) =>
    html`<li>${where}: ${best} is ahead by ${three(-difference.difference)} ${bracket(difference)}</li>`
  return html`<h2>Is it better than the simple ways?</h2>
<p>Measured on validation listeners who were left out of everything that was fitted; every candidate is ranked. Whiskers and
brackets are 95 % intervals, the differences paired by listener.</p>
${validated.map(taskSection)}${slicesSection(slices)}<h2>Where is it worse?</h2>
${
  worse.length === 0 &&
  html`<p>On none of the ${verdicts.length + slices.length} measures above is it behind the best simple way.</p>`
}${surely.length > 0 && html`<ul>${surely.map(item)}</ul>`}${
  perhaps.length > 0 &&
  html`<details><summary>${surely.length === 0 && 'Nowhere beyond chance. '}Behind within chance on ${perhaps.length} of ${verdicts.length + slices.length} measures</summary><ul>${perhaps.map(item)}</ul></details>`
}`
}

/** A task in words: `lastfm-2k: halves without a shared artist`. */
function taskName({ source, kind }: Pick<Validated, 'source' | 'kind'>): string {
  return `${source}: ${kind === 'friends' ? 'friends' : `halves without a shared ${kind.replace(/s$/, '')}`}`
}

function taskSection(task: Validated): Markup {
  const { evaluation } = task
  return html`<h3>${taskName(task)}</h3>
<p>${whole(evaluation.queries)} held-out listeners among ${whole(evaluation.candidates)}.</p>
${measures[evaluation.task].map((measure) => {
  const { sentence, shown } = verdict(task, measure)
  return figure(sentence, intervalChart(shown, { label: measure.title }), numbers(evaluation))
})}`
}

function verdict(task: Validated, { title, path, by }: Measure) {
  const { evaluation } = task
  const mine = evaluation.scores[by]!
  const simple = Object.entries(evaluation.baselines)
    .map(([name, score]) => ({ name, value: at(score, path), interval: at(score.ci95, path) }))
    .filter((row): row is { name: string; value: number; interval: [number, number] } => typeof row.value === 'number')
    .sort((a, b) => b.value - a.value)
  const best = simple[0]?.name
  const difference = (best && at(evaluation.paired[by]?.[best], path)) as Difference | undefined
  const interval = at(mine.ci95, path) as [number, number] | undefined
  const own = { name: by, value: at(mine, path) as number, interval, strong: true }
  const sentence = `${capital(title)}: ${three(own.value)}${difference ? `, ${signed(difference.difference)} ${bracket(difference)} against ${best}, the best simple way` : ''}.`
  return { where: `${taskName(task)}, ${title}`, best, difference, sentence, shown: [own, ...simple] }
}

function numbers({ task, scores, baselines }: Evaluation): Table {
  const rows = Object.entries({ ...scores, ...baselines } as Readonly<Record<string, Score>>)
  return {
    head: ['', ...columns[task].map(([title]) => title)],
    rows: rows.map(([name, score]) => [name, ...columns[task].map(([, path]) => three(at(score, path) as number))]),
  }
}

function at(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, name) => (node as Readonly<Record<string, unknown>> | undefined)?.[name], tree)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
