import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'

/**
 * Mixes integers into one of 32 bits, unsigned: the finaliser of MurmurHash3 (Appleby 2011) after each of them. With
 * integers only, the simulated world is the same on every machine.
 */
export function mixed(...values: readonly number[]): number {
  let hash = 0x9e3779b9
  for (const value of values) {
    hash ^= Math.imul(value, 0xcc9e2d51)
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    hash ^= hash >>> 16
  }
  return hash >>> 0
}

/** Whether the thing that `key` names belongs to a share of `permille` in a thousand of all things. */
export function isOneOf(permille: number, ...key: readonly number[]): boolean {
  return mixed(...key) % 1000 < permille
}

/** A stream of random choices that depends on nothing but its key. */
export class Chance {
  readonly #generator: RandomGenerator

  constructor(...key: readonly number[]) {
    this.#generator = xoroshiro128plusFromState([
      mixed(...key, 1) | 0,
      mixed(...key, 2) | 0,
      mixed(...key, 3) | 0,
      mixed(...key, 4) | 0,
    ])
  }

  /** A whole number from 0 to `end` - 1. */
  below(end: number): number {
    return uniformInt(this.#generator, 0, end - 1)
  }

  /** A whole number from `least` to `most`, the smallest of `draws`: small numbers are likelier. */
  within(least: number, most: number, draws = 1): number {
    let smallest = most
    for (let draw = 0; draw < draws; draw++) smallest = Math.min(smallest, uniformInt(this.#generator, least, most))
    return smallest
  }

  happens(permille: number): boolean {
    return this.below(1000) < permille
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T
  }

  /** An index of `weights` (whole numbers), as likely as its weight. */
  weighted(weights: readonly number[]): number {
    let left = this.below(weights.reduce((sum, weight) => sum + weight, 0))
    return weights.findIndex((weight) => {
      left -= weight
      return left < 0
    })
  }
}
