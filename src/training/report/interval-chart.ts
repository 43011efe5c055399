import { scaleLinear } from 'd3-scale'
import { html, type Markup } from './markup.ts'
import { three } from './numbers.ts'

export interface IntervalRow {
  readonly name: string
  readonly value: number
  /** 95 % interval. */
  readonly interval?: readonly [number, number] | undefined
  readonly strong?: boolean
}

const width = 640
const rowHeight = 24
const margin = { left: 190, right: 64, top: 6, bottom: 30 }

/**
 * One mark a row with its 95 % interval, aligned on one axis, as SVG that takes its colours from the page.
 * @param names pixels for the names of the rows
 */
export function intervalChart(
  rows: readonly IntervalRow[],
  { label, names = margin.left }: { readonly label: string; readonly names?: number },
): Markup {
  const ends = rows.flatMap(({ value, interval }) => [value, ...(interval ?? [])])
  const x = scaleLinear()
    .domain([Math.min(0, ...ends), Math.max(0, ...ends, 1e-3)])
    .nice(5)
    .range([names, width - margin.right])
  const bottom = margin.top + rows.length * rowHeight
  const at = (value: number) => x(value).toFixed(1)
  return html`<svg viewBox="0 0 ${width} ${bottom + margin.bottom}" role="img" aria-label="${label}">
${x.ticks(5).map(
  (
    tick,
  ) => html`<line class="${tick === 0 ? 'zero' : 'grid'}" x1="${at(tick)}" x2="${at(tick)}" y1="${margin.top}" y2="${bottom}"/>
<text class="tick" text-anchor="middle" x="${at(tick)}" y="${bottom + 16}">${x.tickFormat(5)(tick)}</text>
`,
)}${rows.map(({ name, value, interval, strong }, r) => {
  const y = margin.top + (r + 0.5) * rowHeight
  const kind = strong ? 'c0' : 'quiet'
  return html`<text class="${strong ? 'row strong' : 'row'}" text-anchor="end" x="${names - 12}" y="${y + 4}">${name}</text>
${interval && html`<line class="whisker ${kind}" x1="${at(interval[0])}" x2="${at(interval[1])}" y1="${y}" y2="${y}"/>`}<circle class="mark ${kind}" r="4.5" cx="${at(value)}" cy="${y}"/>
<text class="tick" x="${width - margin.right + 10}" y="${y + 4}">${three(value).replace('-', '−')}</text>
`
})}</svg>`
}
