import { gaussian, random } from '../../src/towers/random.ts'

export const dimensions = 64

/** How many tastes there are, and in how many directions people of one taste differ. */
const tastes = 400
const directions = 24

/**
 * Made-up listeners, as unit vectors [count x 64]: each near one of 400 tastes, some more, some less, differing mostly in
 * 24 directions. Listeners of another seed are others of the same tastes.
 */
export function listeners(count: number, seed: number): Float32Array {
  const world = random(1)
  const centres = gaussian(tastes * dimensions, world)
  const basis = gaussian(directions * dimensions, world)
  const draws = random(seed)
  const vectors = new Float32Array(count * dimensions)
  for (let i = 0; i < count; i++) {
    const vector = vectors.subarray(i * dimensions, (i + 1) * dimensions)
    const [taste, spread] = [draws.below(tastes), 0.3 + draws.below(1000) / 1000]
    const along = gaussian(directions, draws)
    const noise = gaussian(dimensions, draws)
    for (let d = 0; d < dimensions; d++) {
      let sum = centres[taste * dimensions + d]! + 0.3 * noise[d]!
      for (let j = 0; j < directions; j++) sum += (spread / 4) * along[j]! * basis[j * dimensions + d]!
      vector[d] = sum
    }
    let squares = 0
    for (const value of vector) squares += value * value
    for (let d = 0; d < dimensions; d++) vector[d]! /= Math.sqrt(squares)
  }
  return vectors
}

export function rowOf(vectors: Float32Array, i: number): Float32Array {
  return vectors.subarray(i * dimensions, (i + 1) * dimensions)
}

/** As long as keys of the store are. */
export const keyOf = (i: number) => `key-${String(i).padStart(12, '0')}`
