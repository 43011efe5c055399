import { html, type Markup } from './markup.ts'

export interface Table {
  readonly head: readonly string[]
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly (string | number)[])[]
  /** Row to stand out. */
  readonly strong?: number
}

export function table({ head, rows, strong }: Table): Markup {
  return html`<div class="wide"><table><thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([name, ...cells], r) =>
      html`<tr${r === strong && html` class="strong"`}><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`
}

/**
 * A picture with the sentence that says its message, and the numbers behind it as a table.
 * @param message what the picture shows, for those who see it and those who don't
 */
export function figure(message: string, picture: Markup, numbers: Table): Markup {
  return html`<figure><figcaption>${message}</figcaption>${picture}
<details><summary>The numbers</summary>${table(numbers)}</details></figure>
`
}

/** .873, as tables in this field are written. */
export function three(value: number | undefined | null): string {
  if (value === undefined || value === null || !Number.isFinite(value)) return '–'
  return value.toFixed(3).replace(/^(-?)0\./, '$1.')
}

/** [+.010, +.031], for the interval of a difference. */
export function bracket({ ci95: [low, high] }: { readonly ci95: readonly [number, number] }): string {
  return `[${signed(low)}, ${signed(high)}]`
}

/** +.012, for differences. */
export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${three(Math.abs(value))}`
}
