import { parentPort, workerData } from 'node:worker_threads'
import { instantiate, type ThreadData } from './threads.ts'

/** A helper thread: tells that it is there, then computes blocks until the engine closes. */
const { module, memory, index } = workerData as ThreadData
const kernels = instantiate(module, memory)
parentPort?.postMessage('ready')
try {
  kernels.serve(index)
} catch (error) {
  const flags = new Int32Array(memory.buffer)
  Atomics.store(flags, kernels.FAILED.value / 4, 1)
  Atomics.notify(flags, kernels.DONE.value / 4)
  throw error
}
