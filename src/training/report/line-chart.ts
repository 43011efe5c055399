import { extent } from 'd3-array'
import { scaleLinear, scaleLog } from 'd3-scale'
import { line } from 'd3-shape'
import { html, type Markup } from './markup.ts'

export interface Line {
  readonly name: string
  /** The line is broken where y is NaN. */
  readonly points: readonly (readonly [x: number, y: number])[]
  /** Draws a mark at each point. */
  readonly marks?: boolean
  /** In the background, and not in the legend. */
  readonly quiet?: boolean
}

export interface LineChartOptions {
  readonly x: string
  readonly y: string
  /** Ends of the axes; by default those of the points. */
  readonly xDomain?: readonly [number, number]
  readonly yDomain?: readonly [number, number]
  readonly logarithmic?: { readonly x?: boolean; readonly y?: boolean }
  /** Draws y = x, where a perfect prediction lies. */
  readonly diagonal?: boolean
}

const [width, height] = [640, 260]
const margin = { left: 72, right: 16, top: 12, bottom: 44 }
/** Told apart without colour. */
const dashes = ['none', '7 4', '2 3', '10 3 2 3']

/** Lines over two axes, as SVG that takes its colours from the page. */
export function lineChart(lines: readonly Line[], options: LineChartOptions): Markup {
  const all = lines.flatMap(({ points }) => points)
  const axis = (which: 0 | 1, domain: readonly [number, number] | undefined, logarithmic: boolean | undefined) => {
    const [low = 0, high = 1] = domain ?? extent(all, (point) => point[which])
    const range = which === 0 ? [margin.left, width - margin.right] : [height - margin.bottom, margin.top]
    const scale = (logarithmic ? scaleLog() : scaleLinear()).domain([low, high === low ? low + 1 : high]).range(range)
    return which === 1 && !domain && !logarithmic ? scale.nice(5) : scale
  }
  const x = axis(0, options.xDomain, options.logarithmic?.x)
  const y = axis(1, options.yDomain, options.logarithmic?.y)
  const path = line<readonly [number, number]>()
    .x(([value]) => x(value))
    .y(([, value]) => y(value))
    .defined(([, value]) => !Number.isNaN(value))
    .digits(1)
  const [quiet, loud] = [lines.filter((each) => each.quiet), lines.filter((each) => !each.quiet)]
  const drawn = ({ points, marks }: Line, kind: string, dash: string) =>
    html`<path class="line ${kind}" stroke-dasharray="${dash}" d="${path(points) ?? ''}"/>
${marks && points.filter(([, py]) => !Number.isNaN(py)).map(([px, py]) => html`<circle class="mark ${kind}" r="3.5" cx="${at(x(px))}" cy="${at(y(py))}"/>`)}`
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${options.y} over ${options.x}">
${labelled(y.ticks(5), y.tickFormat(5)).map(
  ([
    tick,
    label,
  ]) => html`<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${at(y(tick))}" y2="${at(y(tick))}"/>
<text class="tick" text-anchor="end" x="${margin.left - 8}" y="${at(y(tick) + 4)}">${label}</text>
`,
)}${labelled(x.ticks(6), x.tickFormat(6)).map(
  ([
    tick,
    label,
  ]) => html`<text class="tick" text-anchor="middle" x="${at(x(tick))}" y="${height - margin.bottom + 18}">${label}</text>
`,
)}<text class="axis" text-anchor="middle" x="${(margin.left + width - margin.right) / 2}" y="${height - 8}">${options.x}</text>
<text class="axis" text-anchor="middle" transform="rotate(-90)" x="${-(margin.top + height - margin.bottom) / 2}" y="16">${options.y}</text>
${
  options.diagonal &&
  html`<line class="reference" x1="${at(x.range()[0]!)}" y1="${at(y.range()[0]!)}" x2="${at(x.range()[1]!)}" y2="${at(y.range()[1]!)}"/>
`
}${quiet.map((each) => drawn(each, 'quiet', 'none'))}${loud.map((each, i) => drawn(each, `c${i % 4}`, dashes[i % 4]!))}</svg>
${
  loud.length > 1 &&
  html`<ul class="legend">${loud.map(
    ({ name }, i) =>
      html`<li><svg viewBox="0 0 28 8" aria-hidden="true"><path class="line c${i % 4}" stroke-dasharray="${dashes[i % 4]}" d="M0 4H28"/></svg>${name}</li>`,
  )}</ul>`
}`
}

/** Ticks with a label: a logarithmic axis has many that are left without. Its thousands are 1K, 1M, 1B. */
function labelled(ticks: readonly number[], format: (tick: number) => string): readonly (readonly [number, string])[] {
  const large = new Intl.NumberFormat('en', { notation: 'compact' })
  return ticks
    .map((tick) => [tick, format(tick)] as const)
    .map(([tick, label]) => [tick, /[kMGT]$/.test(label) ? large.format(tick) : label] as const)
    .filter(([, label]) => label !== '')
}

function at(pixel: number): string {
  return pixel.toFixed(1)
}
