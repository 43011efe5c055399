import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Matrix, SingularValueDecomposition } from 'ml-matrix'
import { random } from '../towers/random.ts'
import { randomisedSvd } from './randomised-svd.ts'
import { type SparseRows, SparseRowsBuilder } from './sparse-rows.ts'

function sparseMatrix(rows: number, columns: number, seed: number): SparseRows {
  const { uniform } = random(seed)
  const builder = new SparseRowsBuilder(columns)
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) if (uniform() < 0.3) builder.add(c, uniform() / (1 + (c % 7)))
    builder.endRow()
  }
  return builder.build()
}

function dense(a: SparseRows): Matrix {
  const matrix = Matrix.zeros(a.rows, a.columns)
  for (let r = 0; r < a.rows; r++)
    for (let i = a.offsets[r]!; i < a.offsets[r + 1]!; i++) matrix.set(r, a.indices[i]!, a.values[i]!)
  return matrix
}

function column(values: Float64Array, width: number, c: number): number[] {
  return Array.from({ length: values.length / width }, (_, r) => values[r * width + c]!)
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0)
}

test('singular values and vectors agree with those of the dense decomposition', () => {
  for (const [rows, columns] of [
    [60, 40],
    [40, 70],
  ] as const) {
    const a = sparseMatrix(rows, columns, rows)
    const { singularValues, right } = randomisedSvd(a, 4, { seed: 1, iterations: 60 })
    const exact = new SingularValueDecomposition(dense(a), { autoTranspose: true })
    for (let d = 0; d < 4; d++) {
      assert.ok(Math.abs(singularValues[d]! - exact.diagonal[d]!) < 1e-8 * exact.diagonal[0]!)
      const along = dot(column(right, 4, d), exact.rightSingularVectors.getColumn(d))
      assert.ok(Math.abs(Math.abs(along) - 1) < 1e-6, `vector ${d}: ${along}`)
    }
  }
})

test('vectors are orthonormal, and their largest entry is positive', () => {
  const { right } = randomisedSvd(sparseMatrix(80, 50, 3), 10, { seed: 2 })
  for (let i = 0; i < 10; i++) {
    const vector = column(right, 10, i)
    assert.ok(Math.max(...vector) >= Math.max(...vector.map((value) => -value)))
    for (let j = 0; j <= i; j++) assert.ok(Math.abs(dot(vector, column(right, 10, j)) - Number(i === j)) < 1e-9)
  }
})

test('the same matrix and seed give the same bits', () => {
  const a = sparseMatrix(30, 50, 4)
  assert.deepEqual(randomisedSvd(a, 8, { seed: 5 }), randomisedSvd(a, 8, { seed: 5 }))
})

test('what lies past the rank is zero', () => {
  const builder = new SparseRowsBuilder(3)
  for (let r = 0; r < 20; r++) {
    builder.add(0, 3)
    builder.add(2, 4)
    builder.endRow()
  }
  const { singularValues, right } = randomisedSvd(builder.build(), 5, { seed: 1 })
  assert.ok(Math.abs(singularValues[0]! - 5 * Math.sqrt(20)) < 1e-9)
  assert.deepEqual([...singularValues.slice(1)], [0, 0, 0, 0])
  assert.deepEqual(
    column(right, 5, 0).map((value) => Math.round(value * 1e9) / 1e9 + 0),
    [0.6, 0, 0.8],
  )
  assert.deepEqual(column(right, 5, 1), [0, 0, 0])
})

test('matrices of nothing have no direction', () => {
  for (const [rows, columns] of [
    [0, 0],
    [3, 0],
    [0, 3],
    [2, 2],
  ] as const) {
    const builder = new SparseRowsBuilder(columns)
    for (let r = 0; r < rows; r++) builder.endRow()
    const { right, singularValues } = randomisedSvd(builder.build(), 4, { seed: 1 })
    assert.deepEqual([...singularValues], [0, 0, 0, 0])
    assert.equal(right.length, columns * 4)
    assert.ok(right.every((value) => value === 0))
  }
})
