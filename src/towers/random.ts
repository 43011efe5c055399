import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/**
 * Seeded random numbers. There is one generator per purpose and step, named by `(seed, ...stream)`, so that nothing
 * random has to be saved for a run to continue where it stopped.
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  uniform(): number
  /** Uniform in 0 .. n - 1. */
  below(n: number): number
}

/** The generator named by a seed and, say, what it is for and the step. Equal names give equal numbers on every machine. */
export function random(seed: number, ...stream: readonly number[]): Random {
  const bits = xoroshiro128plus(stream.reduce((hash, part) => mix(hash ^ mix(part)), mix(seed)))
  const uniform = () => (bits.next() >>> 0) / 2 ** 32
  return { uniform, below: (n) => Math.floor(uniform() * n) }
}

/** Shuffles in place (Fisher and Yates). Returns its argument. */
export function shuffle<T extends Uint32Array | number[]>(values: T, { below }: Random): T {
  for (let i = values.length - 1; i > 0; i--) {
    const j = below(i + 1)
    const swapped = values[i] as number
    values[i] = values[j] as number
    values[j] = swapped
  }
  return values
}

/** [length]: close to the standard normal distribution (twelve uniforms), from additions only, which round alike everywhere. */
export function gaussian(length: number, { uniform }: Random): Float32Array {
  return Float32Array.from({ length }, () => {
    let sum = -6
    for (let i = 0; i < 12; i++) sum += uniform()
    return sum
  })
}

/** A bijection of 32 bits that separates neighbours (the finaliser of MurmurHash3, Appleby 2011). */
function mix(value: number): number {
  let h = (value ^ (value / 2 ** 32)) | 0
  h = Math.imul(h ^ (h >>> 16) ^ 0x9e3779b9, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
