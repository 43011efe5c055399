import { mixed } from '../world/chance.ts'
import type { World } from '../world/world.ts'

/** Spotify gives no more results than this. */
const mostResults = 1000
/** Texts whose results are kept at hand. */
const mostTexts = 100

/** Finds listeners whose taste has to do with a text: the communities that it names, or else anybody, in a fixed order. */
export class SearchIndex {
  readonly #world: World
  readonly #shown = new Map<string, readonly number[]>()
  #byGenre: ReadonlyMap<string, readonly number[]> | undefined

  constructor(world: World) {
    this.#world = world
  }

  /** Those of `listeners(text)` whom `isShown` holds for, looked at once for each text. */
  among(text: string, isShown: (i: number) => boolean): readonly number[] {
    const known = this.#shown.get(text)
    if (known) return known
    if (this.#shown.size >= mostTexts) this.#shown.clear()
    const shown = this.listeners(text).filter(isShown)
    this.#shown.set(text, shown)
    return shown
  }

  /** Numbers of listeners, at most 1,000, the same ones for the same text. */
  listeners(text: string): readonly number[] {
    const words = text
      .toLowerCase()
      .split(/[^\p{L}\p{N}-]+/u)
      .filter(Boolean)
    const found = [...this.#genres()].flatMap(([genre, listeners]) =>
      words.some((word) => genre.includes(word)) ? listeners : [],
    )
    const all = found.length > 0 ? [...new Set(found)] : Array.from({ length: this.#world.listeners }, (_, i) => i)
    const key = Buffer.from(words.join(' '))
    const place = new Map(all.map((i) => [i, mixed(this.#world.seed, 251, i, ...key)]))
    return all.sort((a, b) => place.get(a)! - place.get(b)! || a - b).slice(0, mostResults)
  }

  #genres(): ReadonlyMap<string, readonly number[]> {
    if (this.#byGenre) return this.#byGenre
    const byGenre = new Map<string, number[]>()
    for (let i = 0; i < this.#world.listeners; i++) {
      for (const { genre } of this.#world.listener(i).communities) {
        const listeners = byGenre.get(genre) ?? []
        listeners.push(i)
        byGenre.set(genre, listeners)
      }
    }
    this.#byGenre = byGenre
    return byGenre
  }
}
