import { Problem } from '../../taste/problem.ts'
import type { Matrix } from '../engine.ts'
import { PAGE } from './threads.ts'

/** Every allocation begins at a multiple of this: a cache line. */
const ALIGNMENT = 64

/** The least by which memory grows at a time: 16 MB. */
const GROWTH = 256 * PAGE

/**
 * A stack of allocations in WebAssembly memory: what is allocated during {@link scope} is freed at its end. Memory only
 * ever grows, and old views stay valid because shared memory does not move.
 */
export class Arena {
  readonly #memory: WebAssembly.Memory
  readonly #clear: (address: number, bytes: number) => void
  #buffer: SharedArrayBuffer
  /** The memory as it is and as it was before it grew: views may be on any of them. */
  readonly #buffers = new Set<ArrayBufferLike>()
  #top: number
  /** Above this no allocation has ever been, so memory is zero. */
  #fresh: number

  /** @param clear fills memory with zeros */
  constructor(memory: WebAssembly.Memory, start: number, clear: (address: number, bytes: number) => void) {
    this.#memory = memory
    this.#clear = clear
    this.#buffer = memory.buffer
    this.#buffers.add(this.#buffer)
    this.#top = align(start)
    this.#fresh = this.#top
  }

  scope<T>(work: () => T): T {
    const top = this.#top
    try {
      return work()
    } finally {
      this.#top = top
    }
  }

  /** Zeros, as of all kinds. */
  floats(length: number): Float32Array {
    const address = this.#allocate(length * 4)
    return new Float32Array(this.#buffer, address, length)
  }

  /** Whatever was there before. */
  scratch(length: number): Float32Array {
    const { address } = this.#take(length * 4)
    return new Float32Array(this.#buffer, address, length)
  }

  doubles(length: number): Float64Array {
    const address = this.#allocate(length * 8)
    return new Float64Array(this.#buffer, address, length)
  }

  integers(length: number): Uint32Array {
    const address = this.#allocate(length * 4)
    return new Uint32Array(this.#buffer, address, length)
  }

  bytes(length: number): Uint8Array {
    const address = this.#allocate(length)
    return new Uint8Array(this.#buffer, address, length)
  }

  address(view: ArrayBufferView): number {
    if (!this.#buffers.has(view.buffer)) throw new RangeError('an array that this engine did not allocate')
    return view.byteOffset
  }

  /** Address and bytes from row to row; 0 for a matrix that is not given. */
  place(matrix: Matrix | undefined): [address: number, row: number] {
    return matrix ? [this.address(matrix.data), matrix.stride * 4] : [0, 0]
  }

  #allocate(bytes: number): number {
    const { address, used } = this.#take(bytes)
    if (used > 0) this.#clear(address, used)
    return address
  }

  /** The address of new bytes, and how many of them have been used before. */
  #take(bytes: number): { address: number; used: number } {
    const address = this.#top
    const end = align(address + bytes)
    if (end > this.#buffer.byteLength) this.#grow(end)
    this.#top = end
    const used = Math.min(bytes, this.#fresh - address)
    this.#fresh = Math.max(this.#fresh, end)
    return { address, used }
  }

  #grow(end: number): void {
    const missing = end - this.#buffer.byteLength
    const room = 2 ** 32 - this.#buffer.byteLength
    try {
      this.#memory.grow(Math.ceil(Math.max(missing, Math.min(GROWTH, room)) / PAGE))
    } catch (cause) {
      throw new Problem(`training: ${Math.ceil(end / 2 ** 20)} MB are needed at once and cannot be had`, {
        do: 'train with smaller batches, fewer dimensions or a smaller vocabulary, or with more memory (4096 MB is the most that can be used)',
        cause,
      })
    }
    this.#buffer = this.#memory.buffer
    this.#buffers.add(this.#buffer)
  }
}

function align(address: number): number {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT
}
