import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gaussian, random } from '../../towers/random.ts'
import { fitProjection } from './projection.ts'

const columns = { output: 3, stored: 6 }
const rows = 40

describe('fitProjection', () => {
  it('keeps the cosines of the whole ensemble where every axis is kept', () => {
    const outputs = gaussian(rows * 6, random(1))
    const stored = projected(outputs, fitProjection(outputs, 2, columns), 6)
    const scaled = unitLengths(outputs)
    for (let r = 1; r < rows; r++)
      assert.ok(Math.abs(cosine(stored, 6, 0, r) - cosine(scaled, 6, 0, r)) < 1e-5, `row ${r}`)
  })

  it('makes the members count alike', () => {
    const outputs = gaussian(rows * 6, random(2))
    const louder = outputs.map((value, i) => (i % 6 < 3 ? 100 * value : value))
    const [one, other] = [outputs, louder].map((each) => projected(each, fitProjection(each, 2, columns), 6))
    for (let r = 1; r < rows; r++) assert.ok(Math.abs(cosine(one!, 6, 0, r) - cosine(other!, 6, 0, r)) < 1e-5)
  })

  it('is finite where a member says nothing', () => {
    const outputs = gaussian(rows * 6, random(3)).map((value, i) => (i % 6 < 3 ? 0 : value))
    assert.ok(fitProjection(outputs, 2, { output: 3, stored: 2 }).every(Number.isFinite))
  })
})

/** Each member's outputs at a mean square length of 1. */
function unitLengths(outputs: Float32Array): Float32Array {
  const squares = [0, 0]
  for (const [i, value] of outputs.entries()) squares[i % 6 < 3 ? 0 : 1]! += value * value
  return outputs.map((value, i) => value * Math.sqrt(rows / squares[i % 6 < 3 ? 0 : 1]!))
}

function projected(outputs: Float32Array, projection: Float32Array, stored: number): Float64Array {
  const out = new Float64Array(rows * stored)
  for (let r = 0; r < rows; r++)
    for (let i = 0; i < 6; i++)
      for (let c = 0; c < stored; c++) out[r * stored + c]! += outputs[r * 6 + i]! * projection[i * stored + c]!
  return out
}

function cosine(x: Float32Array | Float64Array, d: number, i: number, j: number): number {
  const dot = (u: number, v: number) => {
    let sum = 0
    for (let c = 0; c < d; c++) sum += x[u * d + c]! * x[v * d + c]!
    return sum
  }
  return dot(i, j) / Math.sqrt(dot(i, i) * dot(j, j))
}
