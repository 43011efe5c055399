import { Worker } from 'node:worker_threads'
import asc from 'assemblyscript/asc'
import { createSharedIndex } from '../../src/matching/index/shared-index.ts'
import { median } from '../statistics.ts'
import { dimensions, keyOf, listeners, rowOf } from './vectors.ts'

/** Reads [from, to) as fast as it can: the sum keeps the compiler from leaving that out. */
const reader = `
export function read(from: usize, to: usize): i32 {
  let a = i32x4.splat(0), b = i32x4.splat(0), c = i32x4.splat(0), d = i32x4.splat(0)
  for (; from < to; from += 64) {
    a = i32x4.add(a, v128.load(from)); b = i32x4.add(b, v128.load(from, 16))
    c = i32x4.add(c, v128.load(from, 32)); d = i32x4.add(d, v128.load(from, 48))
  }
  return i32x4.extract_lane(i32x4.add(i32x4.add(a, b), i32x4.add(c, d)), 0)
}`

const megabytes = 256
const rounds = 15

/** How much of what the machine's memory gives a scan of float32 values reads: all of 1,000,000 x 64. Prints a line. */
export async function benchBandwidth(threads: number): Promise<void> {
  const size = 1_000_000
  const some = listeners(20_000, 2)
  const index = await createSharedIndex(dimensions, { threads, scan: 'values' })
  for (let i = 0; i < size; i++)
    index.put({ key: keyOf(i), listener: `made-up:${i}`, vector: rowOf(some, i % (some.length / dimensions)) })
  const query = rowOf(listeners(1, 4), 0)
  const read = await readers(threads)
  const [scans, reads]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    index.nearest(query, { k: 10 })
    scans.push(performance.now() - start)
    reads.push(read.once())
  }
  const scan = (4 * size * dimensions) / median(scans) / 1e6
  const memory = (megabytes * 2 ** 20) / median(reads) / 1e6
  console.log(
    `float32 scan on ${threads} threads: ${scan.toFixed(1)} GB/s, memory read: ${memory.toFixed(1)} GB/s, ratio ${(scan / memory).toFixed(2)}`,
  )
  read.end()
  index.close()
}

/** As many threads, which read a part of the memory each at a signal; returns the milliseconds until all are done. */
async function readers(threads: number): Promise<{ once(): number; end(): void }> {
  const { binary } = await asc.compileString(reader, {
    optimizeLevel: 3,
    runtime: 'stub',
    importMemory: true,
    noExportMemory: true,
    sharedMemory: true,
    initialMemory: 1,
    maximumMemory: 65536,
    enable: ['simd', 'threads'],
  })
  const pages = 16 * megabytes
  const memory = new WebAssembly.Memory({ initial: pages + 1, maximum: 65536, shared: true })
  new Uint8Array(memory.buffer).fill(1)
  const signal = new Int32Array(new SharedArrayBuffer(8))
  const part = (megabytes * 2 ** 20) / threads
  const program = `
    const { workerData, parentPort } = require('node:worker_threads')
    const { binary, memory, signal, from, to } = workerData
    const { read } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } }).exports
    parentPort.postMessage('ready')
    for (let round = 0; ; round = Atomics.load(signal, 0)) {
      while (Atomics.load(signal, 0) === round) if (Atomics.load(signal, 0) < 0) process.exit()
      if (Atomics.load(signal, 0) < 0) process.exit()
      read(from, to)
      Atomics.add(signal, 1, 1)
    }`
  const workers = Array.from({ length: threads - 1 }, (_, i) => {
    const workerData = { binary, memory, signal, from: (i + 1) * part, to: (i + 2) * part }
    const worker = new Worker(program, { eval: true, workerData })
    return new Promise<void>((resolve) => worker.once('message', () => resolve()))
  })
  await Promise.all(workers)
  const { read } = new WebAssembly.Instance(new WebAssembly.Module(binary as Uint8Array<ArrayBuffer>), {
    env: { memory },
  }).exports as { readonly read: (from: number, to: number) => number }
  return {
    once() {
      Atomics.store(signal, 1, 0)
      const start = performance.now()
      Atomics.add(signal, 0, 1)
      read(0, part)
      while (Atomics.load(signal, 1) < threads - 1);
      return performance.now() - start
    },
    end: () => void Atomics.store(signal, 0, -1),
  }
}
