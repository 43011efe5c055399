/** Entries in a page of the pool; a longer list gets a page of its own. */
const pageSize = 1 << 18

/** Where a list lies. */
interface Page {
  readonly ids: Uint32Array
  readonly values: Float32Array
}

/**
 * Many lists of pairs (id, value) that grow and shrink, in a few large typed arrays. A list has room for a power of two; a
 * full one moves to twice the room, and what it leaves is used again. Nothing else ever moves, so adding takes constant
 * time on average.
 */
export class ListPool {
  readonly #pages: Page[] = []
  #free: number[][] = []
  #used = pageSize
  #page = new Int32Array(1024)
  #start = new Uint32Array(1024)
  #length = new Uint32Array(1024)
  /** log2 of the room, -1 for a list without any. */
  #room = new Int8Array(1024).fill(-1)

  /** Bytes that the lists take. */
  get bytes(): number {
    const lists = this.#page.length * (4 + 4 + 4 + 1)
    return lists + this.#pages.reduce((sum, { ids }) => sum + 8 * ids.length, 0)
  }

  length(list: number): number {
    return list < this.#length.length ? this.#length[list]! : 0
  }

  add(list: number, id: number, value: number): void {
    if (list >= this.#page.length) this.#growLists(list)
    const length = this.#length[list]!
    if (this.#room[list]! < 0 || length === 1 << this.#room[list]!) this.#move(list)
    const { ids, values } = this.#pages[this.#page[list]!]!
    const at = this.#start[list]! + length
    ids[at] = id
    values[at] = value
    this.#length[list] = length + 1
  }

  /** Takes one pair out; the last one takes its place. */
  remove(list: number, id: number): void {
    const length = this.length(list)
    if (length === 0) return
    const { ids, values } = this.#pages[this.#page[list]!]!
    const start = this.#start[list]!
    const place = ids.subarray(start, start + length).indexOf(id)
    if (place < 0) return
    const last = start + length - 1
    ids[start + place] = ids[last]!
    values[start + place] = values[last]!
    ids[last] = 0
    values[last] = 0
    this.#length[list] = length - 1
    if (length === 1) this.clear(list)
  }

  /** Empties a list and gives its room back. */
  clear(list: number): void {
    if (list >= this.#room.length || this.#room[list]! < 0) return
    const { ids, values } = this.#pages[this.#page[list]!]!
    const [start, end] = [this.#start[list]!, this.#start[list]! + this.#length[list]!]
    ids.fill(0, start, end)
    values.fill(0, start, end)
    this.#release(list)
    this.#length[list] = 0
    this.#room[list] = -1
  }

  /** The list in place; what comes after `length` is not its own. Good until the list changes. */
  read(list: number): { readonly ids: Uint32Array; readonly values: Float32Array; start: number; end: number } {
    const page = this.length(list) > 0 ? this.#pages[this.#page[list]!]! : nothing
    const start = this.length(list) > 0 ? this.#start[list]! : 0
    return { ids: page.ids, values: page.values, start, end: start + this.length(list) }
  }

  #move(list: number): void {
    const room = this.#room[list]! + 1
    const [page, start] = this.#allocate(room)
    const length = this.#length[list]!
    if (length > 0) {
      const from = this.#pages[this.#page[list]!]!
      const to = this.#pages[page]!
      const at = this.#start[list]!
      to.ids.set(from.ids.subarray(at, at + length), start)
      to.values.set(from.values.subarray(at, at + length), start)
      from.ids.fill(0, at, at + length)
      from.values.fill(0, at, at + length)
      this.#release(list)
    }
    this.#page[list] = page
    this.#start[list] = start
    this.#room[list] = room
  }

  #release(list: number): void {
    const room = this.#room[list]!
    this.#free[room] ??= []
    this.#free[room].push(this.#page[list]!, this.#start[list]!)
  }

  #allocate(room: number): [page: number, start: number] {
    const free = this.#free[room]
    if (free?.length) {
      const start = free.pop()!
      return [free.pop()!, start]
    }
    const size = 1 << room
    if (size > pageSize) return [this.#addPage(size), 0]
    if (this.#used + size > pageSize) {
      this.#ordinary = this.#addPage(pageSize)
      this.#used = 0
    }
    this.#used += size
    return [this.#ordinary, this.#used - size]
  }

  #ordinary = -1

  #addPage(size: number): number {
    return this.#pages.push({ ids: new Uint32Array(size), values: new Float32Array(size) }) - 1
  }

  #growLists(list: number): void {
    const size = Math.max(list + 1, 2 * this.#page.length)
    const grown = <T extends Int32Array | Uint32Array | Int8Array>(from: T, to: T): T => {
      to.set(from)
      return to
    }
    this.#page = grown(this.#page, new Int32Array(size))
    this.#start = grown(this.#start, new Uint32Array(size))
    this.#length = grown(this.#length, new Uint32Array(size))
    this.#room = grown(this.#room, new Int8Array(size).fill(-1))
  }
}

const nothing: Page = { ids: new Uint32Array(), values: new Float32Array() }
