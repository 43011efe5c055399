import { html, type Markup } from './markup.ts'

export interface Table {
  readonly head: readonly string[]
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly (string | number)[])[]
  /** Row to stand out. */
  readonly strong?: number
  /** Whether the last column holds words rather than numbers. */
  readonly words?: boolean
}

export function table({ head, rows, strong, words }: Table): Markup {
  return html`<div class="wide"><table${words && html` class="words"`}><thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
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
