import { type Random, shuffle } from '../../towers/random.ts'
import type { HalvingTask } from '../halving.ts'

/** Two disjoint parts of one listener: places in the listener's list of items. */
export type Halves = readonly [Uint32Array, Uint32Array]

/**
 * Cuts a listener in two at random, by track or by first artist, and keeps of each half a share drawn between `kept`
 * and 1. Undefined when a half would be empty: who has one artist has no two halves.
 * @param artists the first artist of each item
 */
export function drawHalves(
  artists: ArrayLike<number>,
  task: HalvingTask,
  { kept, most }: { readonly kept: number; readonly most: number },
  random: Random,
): Halves | undefined {
  const { groups, count } = task === 'tracks' ? eachItsOwn(artists.length) : groupedBy(artists)
  if (count < 2) return undefined
  const order = shuffle(eachItsOwn(count).groups, random)
  const cut = Math.floor(count / 2) + (count % 2 === 1 ? random.below(2) : 0)
  const first = new Uint8Array(count)
  for (let i = 0; i < cut; i++) first[order[i]!] = 1
  const sizes = [0, 0]
  for (const group of groups) sizes[first[group]!]!++
  const part = (side: 0 | 1) => {
    const share = Math.min(kept + (1 - kept) * random.uniform(), most / sizes[side]!)
    const places = new Uint32Array(sizes[side]!)
    let size = 0
    let any = 0
    for (let i = 0; i < groups.length; i++) {
      if (first[groups[i]!] !== side) continue
      any = i
      if (random.uniform() < share) places[size++] = i
    }
    if (size === 0) places[size++] = any
    return places.subarray(0, size)
  }
  return [part(1), part(0)]
}

/** Every item in a group of its own, or items of one artist in one group; groups are numbered as they are met. */
interface Groups {
  readonly groups: Uint32Array
  readonly count: number
}

function eachItsOwn(count: number): Groups {
  const groups = new Uint32Array(count)
  for (let i = 0; i < count; i++) groups[i] = i
  return { groups, count }
}

function groupedBy(artists: ArrayLike<number>): Groups {
  const groupOf = new Map<number, number>()
  const groups = new Uint32Array(artists.length)
  for (let i = 0; i < groups.length; i++) {
    const artist = artists[i]!
    const known = groupOf.get(artist)
    groups[i] = known ?? groupOf.size
    if (known === undefined) groupOf.set(artist, groupOf.size)
  }
  return { groups, count: groupOf.size }
}
