import { type Random, shuffle } from '../towers/random.ts'

/**
 * How a listener's items are cut in two: `tracks`, so that the halves share no track, or `artists`, so that they share
 * no artist either.
 */
export const halvingTasks = ['artists', 'tracks'] as const
export type HalvingTask = (typeof halvingTasks)[number]

/** Which half each item went to. */
export const left = 0
export const right = 1
/** In neither half: artists of both halves perform it together. */
export const neither = 2

/** Both halves must hold this many items, and artists when cut by artist: below, taste cannot be told from chance. */
export const leastInHalf = 5

/**
 * Cuts one listener's distinct items in two halves of equal size, at random.
 * @param artistsOf the artists of each item, as any numbers; the order of the items must be canonical
 * @returns `left`, `right` or `neither` per item; undefined when there are too few for two halves
 */
export function halve(
  artistsOf: readonly (readonly number[])[],
  task: HalvingTask,
  random: Random,
): Uint8Array | undefined {
  const sides = task === 'tracks' ? evenSides(artistsOf.length, random) : byArtist(artistsOf, random)
  const sizes = [0, 0, 0]
  for (const side of sides) sizes[side] = sizes[side]! + 1
  if (sizes[left]! < leastInHalf || sizes[right]! < leastInHalf) return undefined
  if (task === 'artists' && (artistsOn(left) < leastInHalf || artistsOn(right) < leastInHalf)) return undefined
  return sides

  function artistsOn(side: number): number {
    return new Set(artistsOf.filter((_, i) => sides[i] === side).flat()).size
  }
}

function byArtist(artistsOf: readonly (readonly number[])[], random: Random): Uint8Array {
  const artists = [...new Set(artistsOf.flat())]
  const sides = evenSides(artists.length, random)
  const sideOf = new Map(artists.map((artist, i) => [artist, sides[i]!]))
  return Uint8Array.from(artistsOf, (credited) => {
    const first = sideOf.get(credited[0]!) ?? neither
    return credited.every((artist) => sideOf.get(artist) === first) ? first : neither
  })
}

function evenSides(length: number, random: Random): Uint8Array {
  const order = shuffle(
    Uint32Array.from({ length }, (_, i) => i),
    random,
  )
  const sides = new Uint8Array(length).fill(left)
  // Of an odd number, a coin decides which half gets one more.
  const half = random.below(2) ? Math.ceil(length / 2) : Math.floor(length / 2)
  for (const i of order.subarray(half)) sides[i] = right
  return sides
}
