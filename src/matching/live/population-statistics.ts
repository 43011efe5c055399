import type { Details } from '../description/description.ts'

/** What listeners here are like, from the details of some of them. */
export class PopulationStatistics {
  readonly listeners: number
  readonly #genreShares = new Map<string, number>()
  readonly #genreListeners = new Map<string, number>()
  readonly #decades = new Map<number, number>()
  /** By feature, ascending. */
  readonly #sound: readonly Float64Array[]
  readonly #unusualness: Float64Array

  constructor(all: readonly Details[]) {
    this.listeners = all.length
    let [withGenres, withDecades] = [0, 0]
    for (const { genres, decades } of all) {
      if (genres.length > 0) withGenres++
      if (decades.length > 0) withDecades++
      for (const [genre, share] of genres) {
        add(this.#genreShares, genre, share)
        add(this.#genreListeners, genre, 1)
      }
      for (const [decade, share] of decades) add(this.#decades, decade, share)
    }
    divide(this.#genreShares, withGenres)
    divide(this.#genreListeners, all.length)
    divide(this.#decades, withDecades)
    const features = all[0]?.sound.length ?? 0
    this.#sound = Array.from({ length: features }, (_, f) =>
      Float64Array.from(all.map(({ sound }) => sound[f]!).filter((value) => !Number.isNaN(value))).sort(),
    )
    this.#unusualness = Float64Array.from(all, ({ unusualness }) => unusualness).sort()
  }

  /** Mean share of the plays. */
  genreShare(genre: string): number {
    return this.#genreShares.get(genre) ?? 0
  }

  /** Share of the listeners who have the genre. */
  genreListeners(genre: string): number {
    return this.#genreListeners.get(genre) ?? 0
  }

  decadeShare(decade: number): number {
    return this.#decades.get(decade) ?? 0
  }

  /** Undefined where nobody's sound is known. @param at 0 to 1: the share of listeners below */
  sound(feature: number, at: number): number | undefined {
    const values = this.#sound[feature]
    return values?.[Math.min(values.length - 1, Math.floor(at * values.length))]
  }

  /** Share of the listeners whose artists are better known; undefined without any. */
  rarerThan(unusualness: number): number | undefined {
    const { length } = this.#unusualness
    if (length === 0) return undefined
    return this.#unusualness.reduce((count, value) => count + Number(value < unusualness), 0) / length
  }
}

function add<K>(sums: Map<K, number>, key: K, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value)
}

function divide<K>(sums: Map<K, number>, by: number): void {
  for (const [key, sum] of sums) sums.set(key, sum / by)
}
