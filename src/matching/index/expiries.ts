interface Expiry {
  readonly key: string
  readonly time: number
}

/** When whose content expires: a binary heap, so that whoever is next is found at once. */
export class Expiries {
  readonly #times = new Map<string, number>()
  /** No earlier than its parent at (i - 1) / 2. Entries that #times contradicts are out of date. */
  #heap: Expiry[] = []

  /** @param time seconds since 1970; undefined: never */
  set(key: string, time: number | undefined): void {
    if (this.#times.get(key) === time) return
    if (time === undefined) {
      this.#times.delete(key)
      return
    }
    this.#times.set(key, time)
    this.#push({ key, time })
    if (this.#heap.length > 2 * this.#times.size + 16) this.#tidy()
  }

  /** Who has expired by `now`, each told once. */
  until(now: number): string[] {
    const expired: string[] = []
    while (this.#heap.length > 0 && this.#heap[0]!.time <= now) {
      const { key, time } = this.#pop()
      if (this.#times.get(key) !== time) continue
      this.#times.delete(key)
      expired.push(key)
    }
    return expired
  }

  #push(expiry: Expiry): void {
    const heap = this.#heap
    let at = heap.length
    for (let parent = (at - 1) >> 1; at > 0 && heap[parent]!.time > expiry.time; parent = (at - 1) >> 1) {
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = expiry
  }

  #pop(): Expiry {
    const heap = this.#heap
    const first = heap[0]!
    const last = heap.pop()!
    if (heap.length === 0) return first
    let at = 0
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && heap[child + 1]!.time < heap[child]!.time) child++
      if (heap[child]!.time >= last.time) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
    return first
  }

  #tidy(): void {
    this.#heap = [...this.#times].map(([key, time]) => ({ key, time })).sort((a, b) => a.time - b.time)
  }
}
