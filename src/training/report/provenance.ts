import { table } from './figure.ts'
import { html, type Markup } from './markup.ts'
import { whole } from './numbers.ts'
import type { ReportContents } from './report.ts'

/** What the model was made from, under which terms, and how to make it again. */
export function provenance({ card, data, reproduction }: ReportContents): Markup {
  const { train, validation, excluded } = data.listeners
  return html`<h2>What was it made from?</h2>
<p>${whole(train)} listeners to train on, ${whole(validation)} to validate on, ${whole(excluded)} left out.</p>
${table({ head: ['source', 'listeners'], rows: data.sources.map(({ source, listeners }) => [source, whole(listeners)]) })}
<p>${
    card.marks.length === 0
      ? 'The origins of the data put no term on the model.'
      : html`The origins of the data put these terms on the model: <strong>${card.marks.join(', ')}</strong>.`
  }</p>
<h2>How is it made again?</h2>
<pre>${reproduction.command}</pre>
<p>The same data, seed and configuration give the same bits, on any machine and with any number of threads.</p>
<dl class="facts"><dt>versions</dt><dd>${reproduction.versions.join(', ')}</dd><dt>hash of the parameters</dt><dd><code>${card.hash}</code></dd></dl>
<details><summary>The whole configuration</summary><pre>${JSON.stringify(card.configuration, null, 2)}</pre></details>`
}
