import type { ShareCard } from '../../api/types.ts'
import { list } from '../../texts/numbers.ts'
import { texts } from '../../texts/texts.ts'

export const size = { width: 1200, height: 630 } as const

interface Colours {
  readonly page: string
  readonly text: string
  readonly quiet: string
  readonly you: string
  readonly them: string
}

const light: Colours = { page: '#fdfcfa', text: '#1f2328', quiet: '#5c636b', you: '#0b5fa5', them: '#b04a00' }
const dark: Colours = { page: '#15181c', text: '#e8e6e3', quiet: '#a2a9b1', you: '#6cb6f5', them: '#f2a65a' }

const face = 'system-ui, sans-serif'
const left = 72
/** Where text ends and the rings begin. */
const room = 600

/** How wide a text is; a canvas knows. */
export type Measure = (text: string, font: string) => number

/**
 * The card as SVG: the two rings of Consonance, the affinity where they meet, and in words what brings the two together.
 * It holds nothing but what the card says, and no picture.
 */
export function drawCard(card: ShareCard, measure: Measure, theme: 'light' | 'dark'): string {
  const colours = theme === 'dark' ? dark : light
  const lines = new Lines(measure, colours)
  lines.add(texts.name.toUpperCase(), { size: 24, weight: 700, colour: colours.quiet, spacing: 4 })
  lines.gap(26)
  lines.add(`${card.you ?? texts.card.me} & ${card.other ?? texts.card.unnamed}`, { size: 54, weight: 700, most: 2 })
  lines.gap(8)
  if (card.simulated) lines.add(texts.card.simulated, { size: 24, weight: 500, colour: colours.quiet })
  lines.gap(26)
  if (card.artists.length > 0) {
    lines.add(texts.card.brings, { size: 24, weight: 500, colour: colours.quiet })
    lines.gap(4)
    lines.add(list(card.artists.slice(0, 4), 'and'), { size: 34, weight: 600, most: 3 })
    lines.gap(18)
  }
  if (card.genres.length > 0)
    lines.add(list(card.genres.slice(0, 4), 'and'), { size: 28, weight: 400, colour: colours.quiet, most: 2 })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}">
<rect width="100%" height="100%" fill="${colours.page}"/>
${rings(card, colours)}
<g transform="translate(0 ${lines.above})">
${lines.markup}
</g>
</svg>`
}

function rings({ affinityText, rarityText }: ShareCard, { you, them, text, quiet }: Colours): string {
  const [x, y, r, apart] = [932, 315, 138, 72]
  const ring = (cx: number, colour: string) =>
    `<circle cx="${cx}" cy="${y}" r="${r}" fill="${colour}" fill-opacity="0.12" stroke="${colour}" stroke-width="14"/>`
  const both = ring(x - apart, you) + ring(x + apart, them)
  if (affinityText === undefined) return both
  const label = (dy: number, font: number, weight: number, colour: string, content: string) =>
    `<text x="${x}" y="${y + dy}" text-anchor="middle" font-family="${face}" font-size="${font}" font-weight="${weight}" fill="${colour}">${escaped(content)}</text>`
  return (
    both +
    label(16, Math.min(84, 190 / affinityText.length), 700, text, affinityText) +
    label(52, 24, 500, quiet, texts.card.affinity) +
    (rarityText === undefined ? '' : label(r + 62, 26, 400, quiet, rarityText))
  )
}

interface LineStyle {
  readonly size: number
  readonly weight: number
  readonly colour?: string
  readonly spacing?: number
  /** Lines it may take; the rest is cut. */
  readonly most?: number
}

/** Lines of text from top to bottom, broken where they would run into the rings. */
class Lines {
  readonly #measure: Measure
  readonly #colours: Colours
  #y = 0
  #parts: string[] = []

  constructor(measure: Measure, colours: Colours) {
    this.#measure = measure
    this.#colours = colours
  }

  get markup(): string {
    return this.#parts.join('\n')
  }

  /** Pixels above the first line, so that all of them stand in the middle. */
  get above(): number {
    return Math.max(0, Math.round((size.height - this.#y) / 2))
  }

  gap(pixels: number): void {
    this.#y += pixels
  }

  add(content: string, { size: px, weight, colour = this.#colours.text, spacing = 0, most = 1 }: LineStyle): void {
    for (const line of broken(content, (text) => this.#measure(text, `${weight} ${px}px ${face}`) <= room, most)) {
      this.#y += px
      this.#parts.push(
        `<text x="${left}" y="${this.#y}" font-family="${face}" font-size="${px}" font-weight="${weight}" letter-spacing="${spacing}" fill="${colour}">${escaped(line)}</text>`,
      )
      this.#y += Math.round(px * 0.22)
    }
  }
}

/** A text in lines that fit, words whole where they can be; the last one ends in an ellipsis if there is more. */
export function broken(text: string, fits: (line: string) => boolean, most: number): string[] {
  const lines: string[] = []
  let rest = text.split(' ')
  while (rest.length > 0 && lines.length < most) {
    let taken = rest.length
    while (taken > 1 && !fits(rest.slice(0, taken).join(' '))) taken--
    const last = lines.length === most - 1
    const line = rest.slice(0, taken).join(' ')
    rest = rest.slice(taken)
    lines.push((last && rest.length > 0) || !fits(line) ? cut(line, fits) : line)
  }
  return lines
}

function cut(line: string, fits: (line: string) => boolean): string {
  const letters = [...line]
  while (letters.length > 1 && !fits(`${letters.join('')}…`)) letters.pop()
  return `${letters.join('').replace(/[\s,·]+$/, '')}…`
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[character]!)
}
