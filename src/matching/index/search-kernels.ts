import { compileKernels, reserveShared } from '../../towers/engine/kernel-file.ts'

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

/** WebAssembly's pages that the kernels declare to begin with. */
const firstPages = 1041

export function instantiate({ module, memory }: IndexHandle): SearchKernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as SearchKernels
}

/** @throws Problem when the kernels are not built, or memory cannot be reserved. */
export async function newHandle(dimensions: number): Promise<IndexHandle> {
  return { module: compileKernels('search', 'index'), memory: reserveShared(firstPages, 'index'), dimensions }
}
