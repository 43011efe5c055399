import type { DescribedArtists } from '../description/description.ts'
import { ListPool } from './list-pool.ts'
import { NumberTable } from './number-table.ts'

/** c of a query with everybody. Good until the search ends. */
export interface Overlaps {
  /** [slots]: the overlap with the listener in a slot, 0 where nothing is shared. */
  readonly of: Float64Array
  /**
   * The k slots where overlap times weight is largest, in no particular order; those where it is 0 are left out.
   * @param weights [slots], none below 0 or above `heaviest`
   */
  largest(weights: Float64Array, k: number, options: LargestOptions): Uint32Array
}

export interface LargestOptions {
  readonly heaviest: number
  /** Slots that are left out. */
  readonly exclude: ReadonlySet<number>
}

/** When the lists of a query's artists have this share of the slots together, those with an overlap are many. */
const manyShare = 0.1

/**
 * An inverted index over artists: of each, who listens to them with which weight x. The overlap of a query with all who
 * share an artist with it takes one pass over its artists' lists; nobody else is touched. Listeners are numbered slots,
 * small whole numbers that are used again. Adding, replacing and removing one takes microseconds per artist, and is
 * seen by the next search.
 */
export class OverlapIndex {
  readonly #artists = new NumberTable()
  /** By artist: slots, with x. */
  readonly #postings = new ListPool()
  /** By slot: its artists. */
  readonly #rows: (Uint32Array | undefined)[] = []
  /** By artist: what the table knows it by. */
  #hashes = new Float64Array(1024)
  #overlaps = new Float64Array(1024)
  #touched = new Uint32Array(1024)
  #entries = 0

  /** Memory that it takes, in bytes. */
  get bytes(): number {
    return (
      this.#artists.bytes +
      this.#postings.bytes +
      4 * this.#entries +
      8 * this.#hashes.length +
      12 * this.#overlaps.length
    )
  }

  /** Of how many listeners the artist is. */
  listeners(hash: number): number {
    const artist = this.#artists.get(hash)
    return artist < 0 ? 0 : this.#postings.length(artist)
  }

  /** @param slot below the number of slots that were ever used at once, or the next one */
  put(slot: number, artists: DescribedArtists): void {
    this.delete(slot)
    this.#rows[slot] = Uint32Array.from(artists.hashes, (hash, i) => {
      const artist = this.#artists.add(hash)
      if (artist >= this.#hashes.length) this.#hashes = longer(this.#hashes, 2 * artist)
      this.#hashes[artist] = hash
      this.#postings.add(artist, slot, artists.overlap[i]!)
      return artist
    })
    this.#entries += artists.hashes.length
    if (slot < this.#overlaps.length) return
    this.#overlaps = new Float64Array(2 * slot)
    this.#touched = new Uint32Array(2 * slot)
  }

  delete(slot: number): void {
    const row = this.#rows[slot]
    if (!row) return
    for (const artist of row) {
      this.#postings.remove(artist, slot)
      if (this.#postings.length(artist) === 0) this.#artists.delete(this.#hashes[artist]!)
    }
    this.#entries -= row.length
    this.#rows[slot] = undefined
  }

  /**
   * Adds up the overlaps with a query. The sums have the bits of `rowDot`: products of float32, added as float64 in the
   * order of the query's artists.
   */
  search<T>(query: DescribedArtists, use: (overlaps: Overlaps) => T): T {
    const sums = this.#overlaps
    const slots = this.#rows.length
    // Of many it is not worth while to keep who they are: passing over all in their order in memory takes less time.
    const touched = this.#entriesOf(query) < manyShare * slots ? this.#addFew(query) : undefined
    if (!touched) this.#addMany(query)
    try {
      return use({ of: sums, largest: (weights, k, options) => largest(sums, touched ?? slots, weights, k, options) })
    } finally {
      if (touched) for (const slot of touched) sums[slot] = 0
      else sums.fill(0, 0, slots)
    }
  }

  #entriesOf({ hashes }: DescribedArtists): number {
    let entries = 0
    for (const hash of hashes) entries += this.listeners(hash)
    return entries
  }

  #addMany({ hashes, overlap }: DescribedArtists): void {
    const sums = this.#overlaps
    for (const [i, hash] of hashes.entries()) {
      const x = overlap[i]!
      const artist = this.#artists.get(hash)
      if (artist < 0) continue
      const { ids, values, start, end } = this.#postings.read(artist)
      for (let p = start; p < end; p++) sums[ids[p]!]! += x * values[p]!
    }
  }

  /** Returns the slots with an overlap. */
  #addFew({ hashes, overlap }: DescribedArtists): Uint32Array {
    const [sums, touched] = [this.#overlaps, this.#touched]
    let count = 0
    for (const [i, hash] of hashes.entries()) {
      const x = overlap[i]!
      const artist = this.#artists.get(hash)
      if (artist < 0) continue
      const { ids, values, start, end } = this.#postings.read(artist)
      for (let p = start; p < end; p++) {
        const product = x * values[p]!
        if (product === 0) continue
        const slot = ids[p]!
        const sum = sums[slot]!
        if (sum === 0) touched[count++] = slot
        sums[slot] = sum + product
      }
    }
    return touched.subarray(0, count)
  }
}

/** @param slots which there are, or how many: all below */
function largest(
  overlaps: Float64Array,
  slots: Uint32Array | number,
  weights: Float64Array,
  k: number,
  { heaviest, exclude }: LargestOptions,
): Uint32Array {
  const heap = new Float64Array(k)
  const held = new Uint32Array(k)
  if (k === 0) return held
  const count = typeof slots === 'number' ? slots : slots.length
  // No less of an overlap can be among the k: of most, nothing else need be read.
  let least = 0
  for (let i = 0; i < count; i++) {
    const slot = typeof slots === 'number' ? i : slots[i]!
    if (overlaps[slot]! <= least) continue
    const value = overlaps[slot]! * weights[slot]!
    if (value <= heap[0]! || exclude.has(slot)) continue
    sink(heap, held, value, slot)
    least = (heap[0]! / heaviest) * (1 - 1e-9)
  }
  return held.filter((_, i) => heap[i]! > 0)
}

/** Puts a value in the place of the smallest, which stands first, and restores the order of the heap. */
function sink(heap: Float64Array, held: Uint32Array, value: number, slot: number): void {
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++
    if (heap[child]! >= value) break
    heap[at] = heap[child]!
    held[at] = held[child]!
    at = child
  }
  heap[at] = value
  held[at] = slot
}

function longer(from: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(length)
  to.set(from)
  return to
}
