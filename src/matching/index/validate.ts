import type { IndexRow, NearestOptions } from './vector-index.ts'

/** Rounding to float32 may make a unit vector this much longer than 1. */
const longestSquared = 1.0001

/** @throws RangeError unless the vector has D finite numbers and is at most 1 long. */
export function requireUnit(what: string, vector: Float32Array, dimensions: number): void {
  if (vector.length !== dimensions) throw new RangeError(`${what} has ${vector.length} dimensions, not ${dimensions}`)
  let squared = 0
  for (let d = 0; d < dimensions; d++) squared += vector[d]! * vector[d]!
  if (!(squared <= longestSquared)) throw new RangeError(`${what} is ${Math.sqrt(squared)} long, not at most 1`)
}

export function requireFlags(flags: IndexRow['flags']): void {
  if (flags !== undefined && (!Number.isInteger(flags) || flags < 0 || flags > 127))
    throw new RangeError(`flags ${flags} are not one byte below 128`)
}

export function requireOptions({ k, mask }: NearestOptions): void {
  if (!Number.isInteger(k) || k < 0) throw new RangeError(`k is ${k}, not a whole number`)
  requireFlags(mask)
}

/** @throws RangeError unless these are whole rows of D. */
export function requireRows(queries: Float32Array, dimensions: number): void {
  if (queries.length % dimensions !== 0)
    throw new RangeError(`queries of ${queries.length} numbers are not rows of ${dimensions}`)
}
