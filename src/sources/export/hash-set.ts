/**
 * A set of texts of which only a 53-bit hash is kept, 16 bytes a text: of ten million texts, one in a hundred such sets
 * takes two for the same. Never shrinks.
 */
export class HashSet {
  #slots = new Float64Array(1 << 12)
  #size = 0

  get size(): number {
    return this.#size
  }

  has(text: string): boolean {
    const hash = hashOf(text)
    return this.#slots[this.#slotOf(hash)] === hash
  }

  /** Returns whether the text is new. */
  add(text: string): boolean {
    const hash = hashOf(text)
    const slot = this.#slotOf(hash)
    if (this.#slots[slot] === hash) return false
    this.#slots[slot] = hash
    if (++this.#size * 2 > this.#slots.length) this.#grow()
    return true
  }

  /** Where a hash stands, or would: open addressing with linear probing. */
  #slotOf(hash: number): number {
    const mask = this.#slots.length - 1
    let slot = (hash % 0x7fffffff) & mask
    while (this.#slots[slot] !== 0 && this.#slots[slot] !== hash) slot = (slot + 1) & mask
    return slot
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Float64Array(old.length * 2)
    for (const hash of old) if (hash !== 0) this.#slots[this.#slotOf(hash)] = hash
  }
}

/** 53 bits, never 0: two rounds of the multiplications of MurmurHash3 side by side (cyrb53). */
function hashOf(text: string): number {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x9e3779b1)
    b = Math.imul(b ^ code, 0x5f356495)
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
  return 0x100000000 * (b & 0x1fffff) + (a >>> 0) || 1
}
