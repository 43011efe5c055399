import assert from 'node:assert/strict'
import { it } from 'node:test'
import * as ort from 'onnxruntime-web'
import { Embedder } from '../inference.ts'
import { gaussian, random } from '../random.ts'
import { parameterShapes } from '../shape.ts'
import { testInput, testShape } from '../test-network.ts'
import { audioColumns, bagViews, type TowerInput } from '../tower-input.ts'
import { exportOnnx } from './export.ts'

it('computes what inference computes, in another runtime', async () => {
  const members = [0, 1].map(
    (m) =>
      new Map(
        [...parameterShapes(testShape)].map(([name, [rows, columns]], i) => [
          name,
          gaussian(rows * columns, random(3, m, i)),
        ]),
      ),
  )
  const projection = gaussian(2 * testShape.output * 3, random(4))
  const input = testInput(7, random(5))
  const session = await ort.InferenceSession.create(exportOnnx(testShape, members, projection))
  const outputs = await session.run(feeds(input))
  const embedder = new Embedder(testShape, members, projection)
  for (const [name, expected] of [
    ['listener', embedder.embedListeners(input)],
    ['item', embedder.embedItems(input)],
  ] as const) {
    const actual = outputs[name]!.data as Float32Array
    assert.equal(actual.length, expected.length)
    expected.forEach((value, i) => {
      assert.ok(Math.abs(value - actual[i]!) < 1e-5, `${name}[${i}]: ${actual[i]} where inference says ${value}`)
    })
  }
})

/** Bags padded to the longest one. */
function feeds(input: TowerInput): Record<string, ort.Tensor> {
  const { rows } = input
  const padded = bagViews.flatMap((view) => {
    const { offsets, indices, weights } = input.bags[view]
    const longest = Math.max(1, ...Array.from({ length: rows }, (_, r) => offsets[r + 1]! - offsets[r]!))
    const index = new BigInt64Array(rows * longest)
    const weight = new Float32Array(rows * longest)
    for (let r = 0; r < rows; r++)
      for (let e = offsets[r]!; e < offsets[r + 1]!; e++) {
        index[r * longest + e - offsets[r]!] = BigInt(indices[e]!)
        weight[r * longest + e - offsets[r]!] = weights[e]!
      }
    return [
      [`${view}_indices`, new ort.Tensor('int64', index, [rows, longest])] as const,
      [`${view}_weights`, new ort.Tensor('float32', weight, [rows, longest])] as const,
    ]
  })
  return {
    ...Object.fromEntries(padded),
    audio: new ort.Tensor('float32', input.audio, [rows, audioColumns]),
    has_audio: new ort.Tensor('float32', input.hasAudio, [rows, 1]),
  }
}
