import { createHmac } from 'node:crypto'
import type { FeatureValue, Row } from '../groups/feature-types.ts'

/** A named share of the rows. */
export interface Share {
  readonly name: string
  readonly share: number
}

/**
 * Draws for each key the part that all of its rows belong to: the hash of the key under the seed, as a number from 0 to 1, falls into
 * one of the shares laid end to end. So a row's part depends on nothing but its key, the seed and the shares: not on the other rows,
 * nor on the order in which they come.
 */
export class RandomSplit {
  readonly #seed: string
  readonly #keys: readonly string[]
  readonly #parts: readonly { readonly name: string; readonly end: number }[]

  /** @param keys the features that make up the key */
  constructor(seed: number, shares: readonly Share[], keys: readonly string[]) {
    this.#seed = `${seed}`
    this.#keys = keys
    this.#parts = shares.map(({ name }, i) => ({
      name,
      end: shares.slice(0, i + 1).reduce((sum, { share }) => sum + share, 0),
    }))
  }

  /** The name of the share. */
  partOf(row: Row): string {
    const key = JSON.stringify(this.#keys.map((name) => keyText(row[name])))
    const drawn = createHmac('sha256', this.#seed).update(key).digest().readUIntBE(0, 6) / 2 ** 48
    return (this.#parts.find(({ end }) => drawn < end) ?? this.#parts.at(-1)!).name
  }
}

/** The same for a number and a bigint of that value. */
function keyText(value: FeatureValue | undefined): string {
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return `${value}`
}
