import { readFileSync } from 'node:fs'
import { Problem } from '../../taste/problem.ts'

/** WebAssembly's pages of 64 kB: the most that 32-bit addresses reach, 4 GB. */
const mostPages = 65536

const compiled = new Map<string, WebAssembly.Module>()

/**
 * The compiled kernels of a file in kernels/build.
 * @param purpose `training` or `index`: what can't be done without them
 * @throws Problem when the kernels are not built.
 */
export function compileKernels(name: string, purpose: string): WebAssembly.Module {
  const module = compiled.get(name) ?? new WebAssembly.Module(readKernels(name, purpose))
  compiled.set(name, module)
  return module
}

/**
 * Memory that several threads share, 4 GB of address space of which nothing is taken but what is written to.
 * @param initial pages to begin with, as the kernels declare
 * @throws Problem when the address space cannot be reserved.
 */
export function reserveShared(initial: number, purpose: string): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial, maximum: mostPages, shared: true })
  } catch (cause) {
    throw new Problem(`${purpose}: this process may not reserve 4 GB of address space`, {
      do: 'lift the limit on virtual memory (ulimit -v)',
      cause,
    })
  }
}

function readKernels(name: string, purpose: string): Uint8Array<ArrayBuffer> {
  try {
    return readFileSync(new URL(`../../../kernels/build/${name}.wasm`, import.meta.url))
  } catch (cause) {
    throw new Problem(`${purpose}: the kernels are not built`, { do: 'run npm run build:kernels', cause })
  }
}
