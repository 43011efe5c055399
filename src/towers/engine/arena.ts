import { Problem } from '../../taste/problem.ts'
import { PAGE } from './threads.ts'

/** Every allocation begins at a multiple of this: a cache line. */
const ALIGNMENT = 64

/** The least by which memory grows at a time: 16 MB. */
const GROWTH = 256 * PAGE

/**
 * A stack of allocations in WebAssembly memory: what was allocated since `top` was noted is freed by setting it back. Memory
 * only ever grows, and old views stay valid because shared memory does not move.
 */
export class Arena {
  readonly #memory: WebAssembly.Memory
  #buffer: SharedArrayBuffer
  readonly #buffers = new Set<ArrayBufferLike>()
  #top: number
  /** Above this no allocation has ever been, so memory is zero. */
  #fresh: number

  constructor(memory: WebAssembly.Memory, start: number) {
    this.#memory = memory
    this.#buffer = memory.buffer
    this.#buffers.add(this.#buffer)
    this.#top = align(start)
    this.#fresh = this.#top
  }

  get buffer(): SharedArrayBuffer {
    return this.#buffer
  }

  get top(): number {
    return this.#top
  }

  release(top: number): void {
    this.#top = top
  }

  /** The address of `bytes` new bytes, and how many of them, from the start, have been used before and may not be zero. */
  allocate(bytes: number): { readonly address: number; readonly used: number } {
    const address = this.#top
    const end = align(address + bytes)
    if (end > this.#buffer.byteLength) this.#grow(end)
    const used = Math.max(0, Math.min(bytes, this.#fresh - address))
    this.#top = end
    this.#fresh = Math.max(this.#fresh, end)
    return { address, used }
  }

  /** Whether a view is on this memory, as it is or as it was before it grew. */
  holds(view: ArrayBufferView): boolean {
    return this.#buffers.has(view.buffer)
  }

  #grow(end: number): void {
    const missing = end - this.#buffer.byteLength
    const pages = (bytes: number) => Math.ceil(bytes / PAGE)
    try {
      this.#memory.grow(pages(Math.max(missing, Math.min(GROWTH, 2 ** 32 - this.#buffer.byteLength))))
    } catch (cause) {
      throw new Problem(
        `training: ${Math.ceil(end / 2 ** 20)} MB are needed at once and this process cannot have them`,
        {
          do: 'train with smaller batches, fewer dimensions or a smaller vocabulary, or on a machine with more memory (4 GB is the most that can be used)',
          cause,
        },
      )
    }
    this.#buffer = this.#memory.buffer
    this.#buffers.add(this.#buffer)
  }
}

function align(address: number): number {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT
}
