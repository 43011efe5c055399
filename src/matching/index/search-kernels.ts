import { readFileSync } from 'node:fs'
import { Problem } from '../../taste/problem.ts'

/** What kernels/search/index.ts exports; its functions are described there. */
export interface SearchKernels {
  initialise(dimensions: number, threads: number, mode: number): void
  attach(): number
  detach(job: number): void
  put(job: number, keyBytes: number, listenerBytes: number, flags: number): number
  remove(job: number, keyBytes: number): number
  setFlags(job: number, keyBytes: number, flags: number): number
  read(job: number, keyBytes: number): number
  list(job: number, block: number): number
  search(job: number, k: number, mask: number): number
  serve(index: number): void
  readonly [address: Uppercase<string>]: WebAssembly.Global
}

/** What a thread needs to have an index open; can be sent to one. */
export interface IndexHandle {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly dimensions: number
}

/** WebAssembly's pages; what the kernels declare to begin with, and the most that 32-bit addresses reach: 4 GB. */
const FIRST_PAGES = 1041
const MOST_PAGES = 65536

const KERNELS = new URL('../../../kernels/build/search.wasm', import.meta.url)

export function instantiate({ module, memory }: IndexHandle): SearchKernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as SearchKernels
}

/** @throws Problem when the kernels are not built, or memory cannot be reserved. */
export async function newHandle(dimensions: number): Promise<IndexHandle> {
  return { module: await WebAssembly.compile(readKernels()), memory: reserve(), dimensions }
}

function reserve(): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES, shared: true })
  } catch (cause) {
    throw new Problem('index: this process may not reserve 4 GB of address space', {
      do: 'lift the limit on virtual memory (ulimit -v)',
      cause,
    })
  }
}

function readKernels(): Uint8Array<ArrayBuffer> {
  try {
    return readFileSync(KERNELS)
  } catch (cause) {
    throw new Problem('index: the kernels are not built', { do: 'run npm run build:kernels', cause })
  }
}
