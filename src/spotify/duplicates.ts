import type { Item } from '../taste/item.ts'
import { normaliseName } from '../taste/name.ts'

const close = 2_000

/**
 * Tells whether a track occurred before: by its id, its recording code, or (because Spotify swaps a track for the same
 * one of another release) by title, first artist and a length that differs by two seconds at most.
 */
export class Duplicates {
  readonly #ids = new Set<string>()
  /** Tracks by their length in steps of two seconds. */
  readonly #lengths = new Map<number, Item[]>()

  /** Remembers the track. */
  has(item: Item): boolean {
    const { spotify, isrc } = item.ids ?? {}
    const known = this.#knows(spotify) || this.#knows(isrc) || this.#isClose(item)
    if (spotify !== undefined) this.#ids.add(spotify)
    if (isrc !== undefined) this.#ids.add(isrc)
    return known
  }

  #knows(id: string | undefined): boolean {
    return id !== undefined && this.#ids.has(id)
  }

  #isClose(item: Item): boolean {
    const { track, durationMs } = item
    if (track === undefined || durationMs === undefined) return false
    const step = Math.floor(durationMs / close)
    for (const near of [step - 1, step, step + 1])
      if (this.#lengths.get(near)?.some((other) => isSame(item, other))) return true
    const together = this.#lengths.get(step)
    if (together) together.push(item)
    else this.#lengths.set(step, [item])
    return false
  }
}

/** Names are compared last: bringing them into their common form takes longest. */
function isSame(one: Item, other: Item): boolean {
  if (Math.abs(one.durationMs! - other.durationMs!) > close) return false
  const [oneId, otherId] = [one.artistIds?.[0]?.spotify, other.artistIds?.[0]?.spotify]
  if (oneId && otherId && oneId !== otherId) return false
  return (
    normaliseName(one.artists[0]!) === normaliseName(other.artists[0]!) &&
    normaliseName(one.track!) === normaliseName(other.track!)
  )
}
