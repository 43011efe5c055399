import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { Problem } from '../../taste/problem.ts'
import { createReferenceEngine } from './reference.ts'
import { instantiate, PAGE, type ThreadData, Threads } from './threads.ts'
import { createWasmEngine } from './wasm.ts'

describe('threads of the wasm engine', () => {
  it('end with the engine, and closing twice is fine', async () => {
    const engine = await createWasmEngine({ threads: 3 })
    const x = engine.matrix(300, 300)
    x.data.fill(1)
    engine.scale(2, x)
    assert.equal(x.data[0], 2)
    engine.close()
    engine.close()
    assert.throws(() => engine.scale(2, x), /closed/)
  })

  it('never keep the process alive', async () => {
    const url = new URL('./wasm.ts', import.meta.url).href
    const script = `const e = await (await import('${url}')).createWasmEngine({ threads: 3 }); e.scale(2, e.matrix(999, 99)); console.log('done')`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
    assert.equal(stdout, 'done\n')
  })

  it('make every later operation fail once one has crashed', async () => {
    const threads = await Threads.start(2)
    const unknownOperation = 999
    assert.throws(() => threads.run(unknownOperation, 1000, []))
    assert.throws(() => threads.run(threads.kernels.CLEAR!.value, 1, [0, 0, 0]))
    threads.close()
  })

  it('report their crash to the thread that waits for them', async () => {
    const bytes = await readFile(new URL('../../../kernels/build/kernels.wasm', import.meta.url))
    const module = await WebAssembly.compile(new Uint8Array(bytes))
    const memory = new WebAssembly.Memory({ initial: 100, maximum: 65536, shared: true })
    const kernels = instantiate(module, memory)
    // The memory of a thread with this number lies far beyond the end: it can't multiply, but thread 0 can.
    const workerData: ThreadData = { module, memory, index: 9999 }
    const helper = new Worker(new URL('./worker.ts', import.meta.url), { workerData })
    const crashed = new Promise((resolve) => helper.on('error', resolve))
    await new Promise((resolve) => helper.once('message', resolve))
    const [m, n, k] = [640, 64, 64]
    const [a, b, out] = [10 * PAGE, 20 * PAGE, 30 * PAGE]
    const multiply = () => {
      new Int32Array(memory.buffer).set(
        [0, a, 4 * k, b, 4 * n, out, 4 * n, m, n, k, 4, 0],
        kernels.ARGUMENTS!.value / 4,
      )
      return kernels.run(kernels.PRODUCT!.value, m / 4)
    }
    const deadline = Date.now() + 20_000
    while (multiply() === 0 && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve))
    assert.equal(multiply(), 1)
    assert.match(String(await crashed), /memory access out of bounds/)
  })

  it('are refused in numbers that make no sense', async () => {
    for (const threads of [0, 1.5, 65, Number.NaN]) await assert.rejects(createWasmEngine({ threads }), RangeError)
  })

  it('say what they were wanted for when memory cannot be reserved', async (t) => {
    t.mock.method(WebAssembly, 'Memory', () => {
      throw new RangeError('no room')
    })
    assert.throws(() => Threads.alone(), /^Problem: embedding: this process may not reserve/)
    await assert.rejects(Threads.start(1), /^Problem: training: this process may not reserve/)
  })

  it('say how to build the kernels when they are missing', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'consonance-'))
    try {
      await cp(new URL('../..', import.meta.url), join(elsewhere, 'src'), { recursive: true })
      const { createWasmEngine: create } = await import(
        pathToFileURL(join(elsewhere, 'src', 'towers', 'engine', 'wasm.ts')).href
      )
      await assert.rejects(create(), /the kernels are not built; run npm run build:kernels/)
    } finally {
      await rm(elsewhere, { recursive: true })
    }
  })
})

describe('memory of the wasm engine', () => {
  it('is zero again when used again, and old matrices stay valid when it grows', async () => {
    const engine = await createWasmEngine({ threads: 2 })
    const kept = engine.matrix(3, 3)
    kept.data.fill(5)
    engine.scope(() => engine.matrix(1000, 1000).data.fill(7))
    engine.scope(() => {
      const again = engine.matrix(1000, 1000)
      assert.ok(again.data.every((value) => value === 0))
      const large = engine.matrix(5000, 5000)
      assert.ok(large.data.every((value) => value === 0))
      engine.axpy(1, kept, kept)
    })
    assert.ok(kept.data.every((value) => value === 10))
    engine.close()
  })

  it('says so when it cannot be had', async () => {
    const engine = await createWasmEngine({ threads: 1 })
    assert.throws(() => engine.matrix(40_000, 40_000), Problem)
    engine.close()
  })

  it('is not mixed up with that of another engine', async () => {
    const engine = await createWasmEngine({ threads: 1 })
    const foreign = createReferenceEngine({ precision: 'float32' }).matrix(2, 2)
    assert.throws(() => engine.scale(2, foreign), /did not allocate/)
    engine.close()
  })
})
