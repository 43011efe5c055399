import type { DescribedArtists } from '../description/description.ts'
import { ListPool } from './list-pool.ts'
import { NumberTable } from './number-table.ts'

/** c of a query with everybody. */
export interface Overlaps {
  /** [slots]: the overlap with the listener in a slot, 0 where nothing is shared. Good until the search ends. */
  readonly of: Float64Array
  /** The slots that share something. */
  readonly slots: Uint32Array
}

/** From this share of the slots on, those with an overlap are many. */
const manyShare = 0.05

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
  search<T>({ hashes, overlap }: DescribedArtists, use: (overlaps: Overlaps) => T): T {
    const [sums, touched] = [this.#overlaps, this.#touched]
    let count = 0
    for (const [i, hash] of hashes.entries()) {
      const x = overlap[i]!
      const artist = x === 0 ? -1 : this.#artists.get(hash)
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
    const used = this.#rows.length
    const many = count > manyShare * used
    // In their order in memory, reading and clearing many takes a fraction of the time.
    if (many) {
      count = 0
      for (let slot = 0; slot < used; slot++) if (sums[slot] !== 0) touched[count++] = slot
    }
    try {
      return use({ of: sums, slots: touched.subarray(0, count) })
    } finally {
      if (many) sums.fill(0, 0, used)
      else for (let t = 0; t < count; t++) sums[touched[t]!] = 0
    }
  }
}

function longer(from: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(length)
  to.set(from)
  return to
}
