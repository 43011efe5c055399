import { Worker } from 'node:worker_threads'
import type { IndexHandle, SearchKernels } from './search-kernels.ts'

const WORKER = new URL(import.meta.url.endsWith('.ts') ? './search-thread.ts' : './search-thread.js', import.meta.url)

/**
 * Threads that help with queries. They sleep when there are none, and never keep the process alive.
 *
 * @returns how to end them.
 */
export async function startHelpers(handle: IndexHandle, kernels: SearchKernels, count: number): Promise<() => void> {
  const header = new Int32Array(handle.memory.buffer)
  let ended = false
  const end = () => {
    ended = true
    Atomics.store(header, kernels.ENDING!.value / 4, 1)
    Atomics.add(header, kernels.EPOCH!.value / 4, 1)
    Atomics.notify(header, kernels.EPOCH!.value / 4)
  }
  const start = (index: number) =>
    new Promise<void>((resolve, reject) => {
      const workerData = { handle, index }
      const helper = new Worker(WORKER, {
        workerData,
        execArgv: [],
        name: `index ${index}`,
        resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 },
      })
      helper.once('message', () => {
        helper.unref()
        resolve()
      })
      // The queries it helps with fail from then on.
      helper.on('error', reject)
      helper.on('exit', () => {
        if (!ended) Atomics.store(header, kernels.FAILED!.value / 4, 1)
        reject(new Error('a search thread ended early'))
      })
    })
  try {
    await Promise.all(Array.from({ length: count }, (_, i) => start(i + 1)))
  } catch (error) {
    end()
    throw error
  }
  return end
}
