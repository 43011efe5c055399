import type { Item } from '../taste/item.ts'
import { normaliseName } from '../taste/name.ts'

const close = 2_000

/**
 * Tells whether a track occurred before: by its id, its recording code, or (because Spotify swaps a track for the same
 * one of another release) by title, first artist and a length that differs by two seconds at most.
 */
export class Duplicates {
  readonly #ids = new Set<string>()
  readonly #lengths = new Map<string, number[]>()

  /** Remembers the track. */
  has(item: Item): boolean {
    const ids = [item.ids?.spotify, item.ids?.isrc].filter((id) => id !== undefined)
    const known = ids.some((id) => this.#ids.has(id)) || this.#isClose(item)
    for (const id of ids) this.#ids.add(id)
    return known
  }

  #isClose({ track, artists, durationMs }: Item): boolean {
    if (track === undefined || durationMs === undefined) return false
    const name = `${normaliseName(artists[0]!)}\u0001${normaliseName(track)}`
    const lengths = this.#lengths.get(name)
    if (lengths?.some((length) => Math.abs(length - durationMs) <= close)) return true
    if (lengths) lengths.push(durationMs)
    else this.#lengths.set(name, [durationMs])
    return false
  }
}
