import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { gaussian, random } from '../../towers/random.ts'
import { ReferenceIndex } from './reference-index.ts'
import { instantiate } from './search-kernels.ts'
import { createSharedIndex, SharedIndex, type SharedIndexOptions } from './shared-index.ts'
import type { IndexRow, NearestOptions, VectorIndex } from './vector-index.ts'

type Step =
  | { readonly put: Omit<IndexRow, 'flags'> & { readonly flags: number | undefined } }
  | { readonly delete: string }
  | { readonly flag: string; readonly flags: number }
  | { readonly query: Float32Array; readonly options: NearestOptions }

const names = Array.from({ length: 12 }, (_, i) => `k${i}`)

/** Few keys, few listeners and few vectors, so that rows are replaced, ids are equal and similarities tie. */
function stepsOf(dimensions: number): fc.Arbitrary<Step[]> {
  const key = fc.constantFrom(...names)
  const listener = fc.constantFrom('a:1', 'a:10', 'a:2', 'b:ß', 'b:\uffee', 'b:😀', '')
  const flags = fc.constantFrom(0, 1, 2, 3, 64, 127)
  const vector = vectorOf(dimensions)
  const options = fc.record(
    { k: fc.oneof(fc.nat(6), fc.constant(1000)), exclude: fc.array(key, { maxLength: 3 }), mask: flags },
    { requiredKeys: ['k'] },
  )
  return fc.array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc
          .record({ key, listener, vector, flags: fc.option(flags, { nil: undefined }) })
          .map((put) => ({ put })),
      },
      { weight: 2, arbitrary: key.map((name) => ({ delete: name })) },
      { weight: 1, arbitrary: fc.record({ flag: key, flags }) },
      { weight: 3, arbitrary: fc.record({ query: vector, options }) },
    ),
    { maxLength: 60, size: 'max' },
  )
}

function vectorOf(dimensions: number): fc.Arbitrary<Float32Array> {
  const axis = (d: number, sign: number) => Float32Array.from({ length: dimensions }, (_, i) => (i === d ? sign : 0))
  return fc.oneof(
    fc.constantFrom(new Float32Array(dimensions), axis(0, 1), axis(0, -1), axis(dimensions - 1, 1)),
    // Numbers so small that their codes and their squares vanish.
    fc.constantFrom(1e-20, 1e-38, 1e-45).map((small) => axis(1, small)),
    fc
      .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: dimensions, maxLength: dimensions })
      .map((values) => unit(Float32Array.from(values))),
    // Hardly apart: codes do not tell them from each other.
    fc.nat(5).map((n) => unit(Float32Array.from({ length: dimensions }, (_, i) => 1 + (i === n ? 1e-6 : 0)))),
  )
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector)
  return length === 0 ? vector : vector.map((value) => value / length)
}

function take(step: Step, index: VectorIndex): unknown {
  if ('put' in step) {
    const { flags, ...row } = step.put
    return index.put({ ...row, ...(flags !== undefined && { flags }) })
  }
  if ('delete' in step) return index.delete(step.delete)
  if ('flag' in step) return [index.setFlags(step.flag, step.flags), index.flags(step.flag)]
  return index.nearest(step.query, step.options)
}

function assertSame(index: VectorIndex, reference: VectorIndex): void {
  assert.equal(index.size, reference.size)
  assert.deepEqual([...index.keys()].sort(), [...reference.keys()].sort())
  for (const key of reference.keys()) assert.deepEqual(index.get(key), reference.get(key))
}

const kinds: readonly (SharedIndexOptions & { readonly dimensions: number })[] = [
  { dimensions: 16, threads: 1 },
  { dimensions: 48, threads: 2 },
  { dimensions: 64, threads: 1, scan: 'codes' },
  { dimensions: 64, threads: 1, scan: 'values' },
]

for (const { dimensions, ...options } of kinds) {
  test(`as the plain index, whatever is done: ${JSON.stringify({ dimensions, ...options })}`, async () => {
    const index = await createSharedIndex(dimensions, options)
    fc.assert(
      fc.property(stepsOf(dimensions), (steps) => {
        for (const key of [...index.keys()]) index.delete(key)
        const reference = new ReferenceIndex(dimensions)
        for (const step of steps) assert.deepEqual(take(step, index), take(step, reference))
        assertSame(index, reference)
      }),
      { numRuns: 100 },
    )
    index.close()
  })
}

/** Listeners as alike as embeddings are; every 16th is one of a few, so that there are many ties. */
function crowd(count: number, dimensions: number, seed: number): IndexRow[] {
  const draws = random(seed)
  const few = Array.from({ length: 3 }, () => unit(gaussian(dimensions, draws)))
  return Array.from({ length: count }, (_, i) => ({
    key: `key-${i}`,
    listener: `x:${draws.below(count)}`,
    vector: i % 16 === 0 ? few[(i / 16) % 3]! : unit(gaussian(dimensions, draws)),
    flags: draws.below(4),
  }))
}

for (const threads of [1, 2]) {
  test(`many listeners, on ${threads} threads: the same neighbours in the same order`, async () => {
    const [count, dimensions] = [20_000, 32]
    const index = await createSharedIndex(dimensions, { threads })
    const reference = new ReferenceIndex(dimensions)
    const rows = crowd(count, dimensions, 5)
    for (const row of rows) assert.equal(index.put(row), reference.put(row))
    const draws = random(6)
    for (let round = 0; round < 12; round++) {
      for (let i = 0; i < 40; i++) {
        const [deleted, changed] = [rows[draws.below(count)]!, rows[draws.below(count)]!]
        assert.equal(index.delete(deleted.key), reference.delete(deleted.key))
        const row = { ...changed, vector: rows[draws.below(count)]!.vector }
        assert.equal(index.put(row), reference.put(row))
      }
      const query = round % 3 === 0 ? rows[16 * round]!.vector : unit(gaussian(dimensions, draws))
      // Of more than 1,024 no row waits for the others.
      const many = round % 4 === 0 ? [{ k: 1024 }, { k: 1500 }] : []
      for (const options of [{ k: 1 }, { k: 10, mask: 2 }, { k: 300, exclude: [rows[3]!.key] }, ...many])
        assert.deepEqual(index.nearest(query, options), reference.nearest(query, options))
    }
    assert.deepEqual(index.nearest(rows[16]!.vector, { k: count }), reference.nearest(rows[16]!.vector, { k: count }))
    assertSame(index, reference)
    index.close()
  })
}

test('queries that hardly differ from everybody are answered by values', async () => {
  const [count, dimensions] = [15_000, 64]
  const index = await createSharedIndex(dimensions)
  const reference = new ReferenceIndex(dimensions)
  const draws = random(7)
  const middle = unit(gaussian(dimensions, draws))
  for (let i = 0; i < count; i++) {
    const noise = gaussian(dimensions, draws)
    const row = { key: `${i}`, listener: `x:${i}`, vector: unit(middle.map((m, d) => m + 1e-4 * noise[d]!)) }
    index.put(row)
    reference.put(row)
  }
  assert.deepEqual(index.nearest(middle, { k: 50 }), reference.nearest(middle, { k: 50 }))
  index.close()
})

test('several queries at once are those one by one', async () => {
  const dimensions = 16
  const index = await createSharedIndex(dimensions, { threads: 1 })
  for (const row of crowd(100, dimensions, 8)) index.put(row)
  const queries = gaussian(3 * dimensions, random(9)).map((value) => value / 8)
  const each = [0, 1, 2].map((row) => index.nearest(queries.slice(row * dimensions, (row + 1) * dimensions), { k: 4 }))
  assert.deepEqual(index.nearestOfEach(queries, { k: 4 }), each)
  index.close()
})

test('what is deleted or replaced leaves no byte behind', async () => {
  const dimensions = 32
  const index = await createSharedIndex(dimensions, { threads: 1 })
  const vector = unit(gaussian(dimensions, random(10)))
  const holds = (bytes: Uint8Array) => Buffer.from(index.handle.memory.buffer).includes(Buffer.from(bytes))
  const traces = [Buffer.from('wren-5'), Buffer.from('x:robin'), new Uint8Array(vector.slice(3, 9).buffer)]
  const row = { key: 'wren-5', listener: 'x:robin', vector }
  const nobody = { key: 'nobody', listener: 'x:', vector: new Float32Array(dimensions) }
  index.put(nobody)
  index.put(row)
  index.nearest(vector, { k: 5 })
  index.get('wren-5')
  assert.deepEqual(traces.map(holds), [true, true, true])
  index.delete('wren-5')
  assert.deepEqual(traces.map(holds), [false, false, false])
  index.put(row)
  index.put({ ...nobody, key: 'wren-5' })
  assert.deepEqual(traces.slice(1).map(holds), [false, false])
  index.close()
})

test('memory is used again', async () => {
  const dimensions = 16
  const index = await createSharedIndex(dimensions, { threads: 1 })
  const rows = crowd(3000, dimensions, 11)
  for (const row of rows) index.put(row)
  const { bytes } = index
  for (let round = 0; round < 5; round++) {
    for (const row of rows) index.delete(row.key)
    assert.equal(index.size, 0)
    for (const row of rows) index.put({ ...row, key: `${row.key.slice(4)}-key` })
    for (const row of rows) index.delete(`${row.key.slice(4)}-key`)
    for (const row of rows) index.put(row)
  }
  assert.equal(index.bytes, bytes)
  assert.ok(bytes < 3000 * dimensions * 20)
  index.close()
})

test('a query ends when whoever was writing a row died', async () => {
  const dimensions = 16
  const owner = await createSharedIndex(dimensions, { threads: 1 })
  const rows = crowd(10, dimensions, 12)
  for (const row of rows) owner.put(row)
  const kernels = instantiate(owner.handle)
  kernels.WAITS!.value = 0
  const index = new SharedIndex(owner.handle, kernels, () => {})
  const query = rows[3]!.vector
  const [nearest] = index.nearest(query, { k: 1 })
  assert.equal(nearest?.key, rows[3]!.key)
  const words = new Int32Array(owner.handle.memory.buffer)
  const version = words[kernels.DIRECTORY!.value / 4]! / 4
  Atomics.add(words, version, 1)
  assert.throws(() => index.nearest(query, { k: 1 }), WebAssembly.RuntimeError)
  Atomics.add(words, version, 1)
  assert.deepEqual(owner.nearest(query, { k: 1 }), [nearest])
  index.close()
  owner.close()
})

test('what makes no sense is refused', async () => {
  await assert.rejects(createSharedIndex(40), /40 dimensions/)
  await assert.rejects(createSharedIndex(64, { threads: 0 }), /0 threads/)
  const index = await createSharedIndex(16, { threads: 1 })
  const vector = new Float32Array(16)
  const row = { key: 'a', listener: 'x:a', vector }
  for (const plain of [index, new ReferenceIndex(16)]) {
    assert.throws(() => plain.put({ ...row, vector: new Float32Array(15) }), /15 dimensions/)
    assert.throws(() => plain.put({ ...row, vector: vector.with(3, Number.NaN) }), /NaN long/)
    assert.throws(() => plain.put({ ...row, vector: vector.fill(0.5) }), /2 long/)
    vector.fill(0)
    assert.throws(() => plain.put({ ...row, flags: 128 }), /flags 128/)
    assert.throws(() => plain.nearest(vector, { k: -1 }), /k is -1/)
    assert.throws(() => plain.nearest(vector.with(0, Number.POSITIVE_INFINITY), { k: 1 }), /Infinity long/)
    assert.throws(() => plain.nearestOfEach(new Float32Array(17), { k: 1 }), /rows of 16/)
    assert.deepEqual(plain.nearest(vector, { k: 5 }), [])
  }
  assert.throws(() => index.put({ ...row, key: 'a\nb' }), /not a key/)
  assert.throws(() => index.put({ ...row, listener: 'x'.repeat(1365) }), /not a listener/)
  assert.equal(index.size, 0)
  index.close()
  assert.throws(() => index.nearest(vector, { k: 1 }), /closed/)
})
