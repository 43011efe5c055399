import { parentPort, workerData } from 'node:worker_threads'
import { type IndexHandle, instantiate } from './search-kernels.ts'

/** A helper thread: tells that it is there, then helps with queries until the index closes. */
const { handle, index } = workerData as { readonly handle: IndexHandle; readonly index: number }
const kernels = instantiate(handle)
parentPort?.postMessage('ready')
try {
  kernels.serve(index)
} catch (error) {
  Atomics.store(new Int32Array(handle.memory.buffer), kernels.FAILED.value / 4, 1)
  throw error
}
