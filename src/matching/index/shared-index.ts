import { availableParallelism } from 'node:os'
import { Problem } from '../../taste/problem.ts'
import { startHelpers } from './search-helpers.ts'
import { type IndexHandle, instantiate, newHandle, type SearchKernels } from './search-kernels.ts'
import { requireFlags, requireOptions, requireRows, requireUnit } from './validate.ts'
import type { IndexRow, NearestOptions, Neighbour, VectorIndex } from './vector-index.ts'

export interface SharedIndexOptions {
  /** How many threads a query may use, the calling one among them; by default one for each core, at most 8. */
  readonly threads?: number
  /**
   * What queries read first. `codes`: one byte a dimension; `values`: four. By default codes, and values where codes hardly
   * tell the listeners apart. The answers are the same.
   */
  readonly scan?: 'auto' | 'codes' | 'values'
}

const modes = { auto: 0, codes: 1, values: 2 } as const

/** In UTF-8, the names of a row take at most three bytes for each of these; kernels/search/job.ts has room for 4,096. */
const mostCharacters = 1365
const mostNeighbours = 2 ** 31 - 1
const replaced = 2
const absent = -1
const full = -2

/**
 * An empty index in shared memory, searched by WASM SIMD (kernels/search/).
 *
 * @param dimensions a multiple of 16, at most 4,096
 * @throws Problem when the kernels are not built, or memory cannot be had.
 */
export async function createSharedIndex(dimensions: number, options: SharedIndexOptions = {}): Promise<SharedIndex> {
  const { threads = Math.min(8, availableParallelism()), scan = 'auto' } = options
  if (!Number.isInteger(dimensions / 16) || dimensions < 16 || dimensions > 4096)
    throw new RangeError(`createSharedIndex: ${dimensions} dimensions, not a multiple of 16 up to 4096`)
  if (!Number.isInteger(threads) || threads < 1 || threads > 64)
    throw new RangeError(`createSharedIndex: ${threads} threads, not 1 to 64`)
  const handle = await newHandle(dimensions)
  const kernels = instantiate(handle)
  kernels.initialise(dimensions, threads, modes[scan])
  return new SharedIndex(handle, kernels, await startHelpers(handle, kernels, threads - 1))
}

/**
 * Opens an index that another thread of this process has created, from its {@link SharedIndex.handle}. To be closed before
 * the thread ends; at most 128 may have it open.
 */
export function openSharedIndex(handle: IndexHandle): SharedIndex {
  return new SharedIndex(handle, instantiate(handle), () => {})
}

/** The fast {@link VectorIndex}. Each thread has one of its own; all of them are the same index. */
export class SharedIndex implements VectorIndex {
  readonly dimensions: number
  /** For `postMessage`: with it, other threads open the same index. */
  readonly handle: IndexHandle
  readonly #kernels: SearchKernels
  readonly #job: number
  readonly #header: Int32Array
  readonly #fields: Uint32Array
  readonly #names: Buffer<SharedArrayBuffer>
  readonly #vector: Float32Array
  readonly #end: () => void
  #buffer: SharedArrayBuffer
  #closed = false

  /** Use {@link createSharedIndex} or {@link openSharedIndex}. */
  constructor(handle: IndexHandle, kernels: SearchKernels, end: () => void) {
    this.handle = handle
    this.dimensions = handle.dimensions
    this.#kernels = kernels
    this.#end = end
    this.#job = kernels.attach()
    if (this.#job === 0) throw new Error('index: too many threads have it open')
    this.#buffer = handle.memory.buffer
    this.#header = new Int32Array(this.#buffer, 0, 128)
    this.#fields = new Uint32Array(this.#buffer, this.#job, kernels.JOB_NAMES!.value / 4)
    this.#names = Buffer.from(this.#buffer, this.#job + kernels.JOB_NAMES!.value, 3 * mostCharacters)
    this.#vector = new Float32Array(this.#buffer, this.#job + kernels.VECTOR!.value, this.dimensions)
  }

  get size(): number {
    return Atomics.load(this.#header, this.#kernels.SIZE!.value / 4)
  }

  get bytes(): number {
    const [top, buckets] = [this.#kernels.TOP, this.#kernels.BUCKETS].map((place) => this.#header[place!.value / 4]!)
    return (top! >>> 0) - this.#kernels.HEAP!.value + 4 * buckets!
  }

  put({ key, listener, vector, flags }: IndexRow): 'added' | 'replaced' {
    requireUnit(`the vector of ${key}`, vector, this.dimensions)
    requireFlags(flags)
    const keyBytes = this.#write(key)
    if (key.length + listener.length > mostCharacters || listener.includes('\n'))
      throw new RangeError(`"${listener.slice(0, 80)}" is not a listener's id`)
    const listenerBytes = this.#names.write(listener, keyBytes)
    this.#vector.set(vector)
    const outcome = this.#kernels.put(this.#job, keyBytes, listenerBytes, flags ?? absent)
    if (outcome === absent) throw memoryFull()
    return outcome === replaced ? 'replaced' : 'added'
  }

  delete(key: string): boolean {
    return this.#kernels.remove(this.#job, this.#write(key)) !== 0
  }

  flags(key: string): number | undefined {
    const flags = this.#kernels.setFlags(this.#job, this.#write(key), absent)
    return flags === absent ? undefined : flags
  }

  setFlags(key: string, flags: number): boolean {
    requireFlags(flags)
    return this.#kernels.setFlags(this.#job, this.#write(key), flags) !== absent
  }

  get(key: string): Required<IndexRow> | undefined {
    const flags = this.#kernels.read(this.#job, this.#write(key))
    if (flags === absent) return undefined
    const listener = this.#names.toString('utf8', 0, this.#field('NAMES_BYTES'))
    const vector = Float32Array.from(this.#vector)
    this.#names.fill(0)
    this.#vector.fill(0)
    return { key, listener, vector, flags }
  }

  *keys(): Iterable<string> {
    for (let block = 0; ; block++) {
      const bytes = this.#kernels.list(this.#open(), block)
      if (bytes === absent) return
      if (bytes === full) throw memoryFull()
      yield* this.#take(this.#field('OUT'), bytes)
    }
  }

  nearest(query: Float32Array, options: NearestOptions): readonly Neighbour[] {
    requireUnit('the query', query, this.dimensions)
    requireOptions(options)
    const job = this.#open()
    const { k, exclude, mask = 0 } = options
    const excluded = new Set(exclude)
    this.#vector.set(query)
    const count = this.#kernels.search(job, Math.min(k + excluded.size, mostNeighbours), mask)
    if (count === full) throw memoryFull()
    if (count < 0) throw new Error('index: a search thread crashed or hung')
    if (count === 0) return []
    const out = this.#field('OUT')
    const names = this.#take(out + 8 * count, this.#field('OUT_NAMES_BYTES'))
    const similarities = new Float64Array(this.#buffer, out, count)
    const neighbours: Neighbour[] = []
    for (let i = 0; i < count && neighbours.length < k; i++) {
      const key = names[2 * i]!
      if (!excluded.has(key)) neighbours.push({ key, listener: names[2 * i + 1]!, similarity: similarities[i]! })
    }
    return neighbours
  }

  nearestOfEach(queries: Float32Array, options: NearestOptions): readonly (readonly Neighbour[])[] {
    requireRows(queries, this.dimensions)
    return Array.from({ length: queries.length / this.dimensions }, (_, row) =>
      this.nearest(queries.subarray(row * this.dimensions, (row + 1) * this.dimensions), options),
    )
  }

  /** The thread that created the index closes it last. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#kernels.detach(this.#job)
    this.#end()
  }

  /** Returns how many bytes the key takes. */
  #write(key: string): number {
    this.#open()
    if (key.length > mostCharacters || key.includes('\n')) throw new RangeError(`"${key.slice(0, 80)}" is not a key`)
    return this.#names.write(key)
  }

  /** Names in the results, each with a line break behind it; they are not left there. */
  #take(from: number, bytes: number): string[] {
    if (from + bytes > this.#buffer.byteLength) this.#buffer = this.handle.memory.buffer
    const names = Buffer.from(this.#buffer, from, bytes)
    const text = names.toString('utf8')
    names.fill(0)
    const parts = text.split('\n')
    parts.pop()
    return parts
  }

  #field(name: Uppercase<string>): number {
    return this.#fields[this.#kernels[name]!.value / 4]!
  }

  #open(): number {
    if (this.#closed) throw new Error('the index is closed')
    return this.#job
  }
}

function memoryFull(): Problem {
  return new Problem('index: memory is full', {
    do: 'give the machine more memory; one index holds at most 4 GB (docs/scale.md)',
  })
}
