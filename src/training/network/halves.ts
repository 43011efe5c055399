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
  const groupOf = new Map<number, number>()
  const groups = Uint32Array.from({ length: artists.length }, (_, i) => {
    if (task === 'tracks') return i
    const known = groupOf.get(artists[i]!)
    if (known !== undefined) return known
    groupOf.set(artists[i]!, groupOf.size)
    return groupOf.size - 1
  })
  const count = task === 'tracks' ? artists.length : groupOf.size
  if (count < 2) return undefined
  const order = shuffle(
    Uint32Array.from({ length: count }).map((_, i) => i),
    random,
  )
  const cut = Math.floor(count / 2) + (count % 2 === 1 ? random.below(2) : 0)
  const first = new Uint8Array(count)
  for (let i = 0; i < cut; i++) first[order[i]!] = 1
  const places = Uint32Array.from(groups.keys())
  const part = (side: number) => {
    const half = places.filter((i) => first[groups[i]!] === side)
    const share = Math.min(kept + (1 - kept) * random.uniform(), most / half.length)
    const some = half.filter(() => random.uniform() < share)
    return some.length > 0 ? some : half.subarray(0, 1)
  }
  return [part(1), part(0)]
}
