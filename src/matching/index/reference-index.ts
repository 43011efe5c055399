import { byteOrder } from '../../features/byte-order.ts'
import { requireFlags, requireOptions, requireRows, requireUnit } from './validate.ts'
import type { IndexRow, NearestOptions, Neighbour, VectorIndex } from './vector-index.ts'

/** The index as it is meant, in plain TypeScript: compares with everybody and sorts them all. */
export class ReferenceIndex implements VectorIndex {
  readonly dimensions: number
  readonly #rows = new Map<string, Required<IndexRow>>()

  /** @param dimensions a multiple of 16 */
  constructor(dimensions: number) {
    this.dimensions = dimensions
  }

  get size(): number {
    return this.#rows.size
  }

  get bytes(): number {
    return this.#rows.size * this.dimensions * Float32Array.BYTES_PER_ELEMENT
  }

  put({ key, listener, vector, flags }: IndexRow): 'added' | 'replaced' {
    requireUnit(`the vector of ${key}`, vector, this.dimensions)
    requireFlags(flags)
    const former = this.#rows.get(key)
    this.#rows.set(key, { key, listener, vector: vector.slice(), flags: flags ?? former?.flags ?? 0 })
    return former ? 'replaced' : 'added'
  }

  delete(key: string): boolean {
    return this.#rows.delete(key)
  }

  flags(key: string): number | undefined {
    return this.#rows.get(key)?.flags
  }

  setFlags(key: string, flags: number): boolean {
    requireFlags(flags)
    const row = this.#rows.get(key)
    if (row) this.#rows.set(key, { ...row, flags })
    return row !== undefined
  }

  get(key: string): Required<IndexRow> | undefined {
    const row = this.#rows.get(key)
    return row && { ...row, vector: row.vector.slice() }
  }

  keys(): Iterable<string> {
    return [...this.#rows.keys()]
  }

  nearest(query: Float32Array, options: NearestOptions): readonly Neighbour[] {
    requireUnit('the query', query, this.dimensions)
    requireOptions(options)
    const { k, exclude = [], mask = 0 } = options
    const excluded = new Set(exclude)
    const neighbours: Neighbour[] = []
    for (const { key, listener, vector, flags } of this.#rows.values()) {
      if ((flags & mask) !== mask || excluded.has(key)) continue
      neighbours.push({ key, listener, similarity: dot(query, vector) })
    }
    return neighbours.sort(closestFirst).slice(0, k)
  }

  nearestOfEach(queries: Float32Array, options: NearestOptions): readonly (readonly Neighbour[])[] {
    requireRows(queries, this.dimensions)
    return Array.from({ length: queries.length / this.dimensions }, (_, row) =>
      this.nearest(queries.subarray(row * this.dimensions, (row + 1) * this.dimensions), options),
    )
  }

  close(): void {
    this.#rows.clear()
  }
}

function closestFirst(a: Neighbour, b: Neighbour): number {
  return b.similarity - a.similarity || byteOrder(a.listener, b.listener) || byteOrder(a.key, b.key)
}

function dot(a: Float32Array, b: Float32Array): number {
  const sums = [0, 0, 0, 0] as [number, number, number, number]
  for (let d = 0; d < a.length; d++) sums[d % 4]! += a[d]! * b[d]!
  return sums[0] + sums[1] + (sums[2] + sums[3])
}
