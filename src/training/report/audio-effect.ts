import type { AudioEffect } from '../audio-effect.ts'
import { bracket, figure, signed, three } from './figure.ts'
import { intervalChart } from './interval-chart.ts'
import { html, type Markup } from './markup.ts'

const known: Readonly<Record<AudioEffect['situation'], string>> = {
  everything: 'everything known',
  'genre and sound': 'genre and sound known',
  'sound alone': 'nothing but sound known',
}

/** Sign and size of what the sound of tracks adds; nothing where no listener's tracks have audio features. */
export function audioSection(effects: readonly AudioEffect[]): Markup {
  if (effects.length === 0) return html``
  const name = ({ source, task, situation }: AudioEffect) => `${source}, ${task}: ${known[situation]}`
  const unread = effects.every(({ difference: { ci95 } }) => ci95[0] === 0 && ci95[1] === 0)
  return html`<h2>What does the sound of tracks add?</h2>
<p>The same model finds the other halves of the same listeners with the audio features of their tracks and without them, paired.
This is what the model makes of sound; one trained without it might make more of the rest.</p>
${
  unread
    ? html`<p>Nothing: this model does not read audio features.</p>`
    : figure(
        effects.map((effect) => `${name(effect)}, sound ${verdict(effect)}`).join('; '),
        intervalChart(
          effects.map((effect) => ({
            name: name(effect),
            value: effect.difference.difference,
            interval: effect.difference.ci95,
            strong: effect.difference.ci95[0] > 0 || effect.difference.ci95[1] < 0,
          })),
          { label: 'MRR with sound minus MRR without', names: 300 },
        ),
        {
          head: ['MRR among the unseen', 'listeners', 'with sound', 'without', 'difference', '95 % interval'],
          rows: effects.map((effect) => [
            ...[name(effect), effect.listeners, three(effect.with), three(effect.without)],
            ...[signed(effect.difference.difference), bracket(effect.difference)],
          ]),
        },
      )
}`
}

function verdict({ difference }: AudioEffect): string {
  const { ci95, difference: size } = difference
  if (ci95[0] <= 0 && ci95[1] >= 0) return `makes no difference beyond chance (${signed(size)} ${bracket(difference)})`
  return `${size > 0 ? 'helps' : 'hurts'} by ${three(Math.abs(size))} ${bracket(difference)}`
}
