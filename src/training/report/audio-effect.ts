import type { AudioEffect } from '../audio-effect.ts'
import { figure } from './figure.ts'
import { intervalChart } from './interval-chart.ts'
import { html, type Markup } from './markup.ts'
import { bracket, signed, three } from './numbers.ts'

const known: Readonly<Record<AudioEffect['situation'], string>> = {
  everything: 'everything known',
  'genre and sound': 'genre and sound known',
  'sound alone': 'nothing but sound known',
}

/** Sign and size of what the sound of tracks adds; nothing where no listener's tracks have audio features. */
export function audioSection(effects: readonly AudioEffect[]): Markup {
  if (effects.length === 0) return html``
  const unread = effects.every(({ difference: { ci95 } }) => ci95[0] === 0 && ci95[1] === 0)
  return html`<h2>What does the sound of tracks add?</h2>
<p>The same model finds the other halves of the same listeners with the audio features of their tracks and without them, paired.
This is what the model makes of sound; one trained without it might make more of the rest.</p>
${
  unread
    ? html`<p>Nothing: this model does not read audio features.</p>`
    : [...Map.groupBy(effects, ({ source, task }) => JSON.stringify([source, task])).values()].map(chart)
}`
}

function chart(effects: readonly AudioEffect[]): Markup {
  const { source, task } = effects[0]!
  const message = effects.map((effect) => `with ${known[effect.situation]}, sound ${verdict(effect)}`).join('; ')
  return figure(
    `${source}, halves without a shared ${task.replace(/s$/, '')}: ${message}.`,
    intervalChart(
      effects.map(({ situation, difference }) => ({
        name: known[situation],
        value: difference.difference,
        interval: difference.ci95,
        strong: difference.ci95[0] > 0 || difference.ci95[1] < 0,
      })),
      { label: 'MRR with sound minus MRR without', names: 220 },
    ),
    {
      head: ['MRR among the unseen', 'listeners', 'with sound', 'without', 'difference', '95 % interval'],
      rows: effects.map((effect) => [
        ...[known[effect.situation], effect.listeners, three(effect.with), three(effect.without)],
        ...[signed(effect.difference.difference), bracket(effect.difference)],
      ]),
    },
  )
}

function verdict({ difference }: AudioEffect): string {
  const { ci95, difference: size } = difference
  if (ci95[0] <= 0 && ci95[1] >= 0) return `makes no difference beyond chance (${signed(size)} ${bracket(difference)})`
  return `${size > 0 ? 'helps' : 'hurts'} by ${three(Math.abs(size))} ${bracket(difference)}`
}
