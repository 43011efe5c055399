import type { Dropout } from '../engine.ts'

/** A dropout ready to be drawn: element e is kept iff hash(e) >= threshold, and then multiplied by `scale`. */
export interface DropoutKey {
  readonly key0: number
  readonly key1: number
  readonly threshold: number
  readonly scale: number
}

export function dropoutKey({ rate, seed, step, stream }: Dropout): DropoutKey {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`dropout: rate ${rate} is not in [0, 1)`)
  const key0 = mix(seed ^ mix(stream + 0x9e3779b9))
  return { key0, key1: mix(step + key0), threshold: Math.floor(rate * 2 ** 32), scale: Math.fround(1 / (1 - rate)) }
}

/** The random 32 bits of element `place`: two rounds of {@link mix}, each with its own key. */
export function hash(place: number, key: DropoutKey): number {
  return mix(mix(place ^ key.key0) + key.key1) >>> 0
}

/** A bijective mixer of 32 bits whose outputs flip evenly with every input bit (lowbias32, Wellons 2018). */
function mix(x: number): number {
  let h = x | 0
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return h ^ (h >>> 16)
}
