/** Free places of the table. */
const empty = -1

/**
 * From whole numbers of 52 random bits to small ids: open addressing with linear probing (Knuth, TAOCP 6.4), at most half
 * full. A Map of a million numbers takes several times the memory.
 */
export class NumberTable {
  #keys = new Float64Array(1024).fill(empty)
  #ids = new Uint32Array(1024)
  readonly #freeIds: number[] = []
  #nextId = 0
  #size = 0

  get size(): number {
    return this.#size
  }

  get bytes(): number {
    return 12 * this.#keys.length
  }

  /** -1 for a number that is not in the table. */
  get(key: number): number {
    const place = this.#find(key)
    return this.#keys[place] === key ? this.#ids[place]! : -1
  }

  /** The id of a number, which it gets now if it has none. Ids of numbers that are gone are used again. */
  add(key: number): number {
    if (2 * (this.#size + 1) > this.#keys.length) this.#grow()
    const place = this.#find(key)
    if (this.#keys[place] === key) return this.#ids[place]!
    const id = this.#freeIds.pop() ?? this.#nextId++
    this.#keys[place] = key
    this.#ids[place] = id
    this.#size++
    return id
  }

  delete(key: number): void {
    const mask = this.#keys.length - 1
    let hole = this.#find(key)
    if (this.#keys[hole] !== key) return
    this.#freeIds.push(this.#ids[hole]!)
    this.#size--
    // Those behind move up, unless that would put them before their own place (Knuth's algorithm R).
    for (let at = (hole + 1) & mask; this.#keys[at] !== empty; at = (at + 1) & mask) {
      const own = this.#placeOf(this.#keys[at]!)
      if (((at - own) & mask) < ((at - hole) & mask)) continue
      this.#keys[hole] = this.#keys[at]!
      this.#ids[hole] = this.#ids[at]!
      hole = at
    }
    this.#keys[hole] = empty
    this.#ids[hole] = 0
  }

  #placeOf(key: number): number {
    return (key % 0x40000000) & (this.#keys.length - 1)
  }

  /** Where the number stands, or would. */
  #find(key: number): number {
    const mask = this.#keys.length - 1
    let place = this.#placeOf(key)
    while (this.#keys[place] !== empty && this.#keys[place] !== key) place = (place + 1) & mask
    return place
  }

  #grow(): void {
    const [keys, ids] = [this.#keys, this.#ids]
    this.#keys = new Float64Array(2 * keys.length).fill(empty)
    this.#ids = new Uint32Array(2 * keys.length)
    for (const [i, key] of keys.entries()) {
      if (key === empty) continue
      const place = this.#find(key)
      this.#keys[place] = key
      this.#ids[place] = ids[i]!
    }
  }
}
