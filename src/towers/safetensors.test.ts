import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Problem } from '../taste/problem.ts'
import { readSafetensors, type Tensor, writeSafetensors } from './safetensors.ts'

const tensors = new Map<string, Tensor>([
  ['a', { shape: [2, 3], data: Float32Array.of(1, -2.5, Number.NaN, 0, 1e-40, Number.POSITIVE_INFINITY) }],
  ['b', { shape: [0], data: new Uint32Array() }],
  ['c', { shape: [2], data: Uint32Array.of(0, 4294967295) }],
])
const bytes = writeSafetensors(tensors, { format: 'x' })

describe('safetensors', () => {
  it('gives back what was written', () => {
    const read = readSafetensors(bytes, 'x')
    assert.deepEqual([...read.tensors], [...tensors])
    assert.deepEqual(read.metadata, { format: 'x' })
  })

  it('reads a Buffer that is a part of another', () => {
    const part = Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(5)]).subarray(3, 3 + bytes.length)
    assert.deepEqual([...readSafetensors(part, 'x').tensors], [...tensors])
  })

  it('lays the file out as the format says', () => {
    const small = writeSafetensors(new Map([['w', { shape: [1], data: Float32Array.of(1) }]]))
    const header = '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
    assert.equal(Buffer.from(small.subarray(0, 8)).readBigUInt64LE(), 56n)
    assert.equal(Buffer.from(small.subarray(8, 64)).toString(), header.padEnd(56))
    assert.deepEqual([...small.subarray(64)], [0, 0, 0x80, 0x3f])
  })

  it('refuses every truncation with a Problem', () => {
    for (let length = 0; length < bytes.length; length++)
      assert.throws(() => readSafetensors(bytes.subarray(0, length), 'model'), Problem, `${length} bytes`)
  })

  it('reads or refuses any bytes, and never fails otherwise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat({ max: 120 }), (noise, at) => {
        const changed = bytes.slice()
        changed.set(noise.subarray(0, Math.max(0, changed.length - at)), at)
        try {
          readSafetensors(changed, 'model')
        } catch (error) {
          assert.ok(error instanceof Problem, String(error))
        }
      }),
    )
  })
})
