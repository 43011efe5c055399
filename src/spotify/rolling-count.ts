const slotLength = 10 * 60_000
const day = 24 * 3600_000

/** Start of a slot of ten minutes, and the requests in it by group. */
type Slot = readonly [start: number, counts: Readonly<Record<string, number>>]

/** Counts requests over the last 24 hours, in slots of ten minutes; a slot counts until all of it is a day old. */
export class RollingCount {
  readonly #slots: { readonly start: number; readonly counts: Record<string, number> }[] = []
  #total = 0

  /** @param saved what `slots` gave, possibly read from a file: whatever does not fit is left out. */
  constructor(saved: unknown = []) {
    if (!Array.isArray(saved)) return
    for (const slot of saved) {
      if (!Array.isArray(slot) || !Number.isFinite(slot[0]) || typeof slot[1] !== 'object' || slot[1] === null) continue
      for (const [group, count] of Object.entries(slot[1]))
        if (Number.isInteger(count) && (count as number) > 0) this.add(slot[0], group, count as number)
    }
  }

  add(now: number, group: string, count = 1): void {
    const start = Math.floor(now / slotLength) * slotLength
    const at = this.#slots.findLastIndex((slot) => slot.start <= start)
    let slot = this.#slots[at]
    if (slot?.start !== start) {
      slot = { start, counts: {} }
      this.#slots.splice(at + 1, 0, slot)
    }
    slot.counts[group] = (slot.counts[group] ?? 0) + count
    this.#total += count
  }

  /** Adds everything that another one has counted. */
  addAll(other: RollingCount, now: number): void {
    for (const [start, counts] of other.slots(now))
      for (const [group, count] of Object.entries(counts)) this.add(start, group, count)
  }

  total(now: number): number {
    this.#forget(now)
    return this.#total
  }

  byGroup(now: number): Readonly<Record<string, number>> {
    this.#forget(now)
    const sums: Record<string, number> = {}
    for (const { counts } of this.#slots)
      for (const [group, count] of Object.entries(counts)) sums[group] = (sums[group] ?? 0) + count
    return sums
  }

  /** When fewer than `limit` requests will count, if none are added. */
  fewerThan(limit: number, now: number): number {
    let left = this.total(now)
    if (left < limit) return now
    for (const { start, counts } of this.#slots) {
      left -= sum(counts)
      if (left < limit) return start + slotLength + day
    }
    return now + day
  }

  slots(now: number): readonly Slot[] {
    this.#forget(now)
    return this.#slots.map(({ start, counts }) => [start, counts])
  }

  #forget(now: number): void {
    while (this.#slots[0] && this.#slots[0].start + slotLength + day <= now)
      this.#total -= sum(this.#slots.shift()!.counts)
  }
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}
