import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Matrix, solve } from 'ml-matrix'
import { random } from '../towers/random.ts'
import { ridge } from './ridge.ts'
import { SparseRowsBuilder } from './sparse-rows.ts'

test('it solves the regularised normal equations', () => {
  const { uniform } = random(7)
  const builder = new SparseRowsBuilder(8)
  const x = Matrix.zeros(30, 8)
  for (let r = 0; r < 30; r++) {
    for (let c = 0; c < 8; c++) {
      if (uniform() > 0.4) continue
      x.set(r, c, Math.fround(uniform()))
      builder.add(c, x.get(r, c))
    }
    builder.endRow()
  }
  const y = Matrix.zeros(30, 3).apply(function (this: Matrix, i, j) {
    this.set(i, j, uniform() - 0.5)
  })
  const found = ridge(builder.build(), Float64Array.from(y.to1DArray()), 3, { lambda: 0.5, iterations: 40 })
  const left = x.transpose().mmul(x).add(Matrix.eye(8).mul(0.5))
  const exact = solve(left, x.transpose().mmul(y)).to1DArray()
  for (const [i, value] of found.entries()) assert.ok(Math.abs(value - exact[i]!) < 1e-9)
})

test('without anything to learn from it is zero', () => {
  const builder = new SparseRowsBuilder(2)
  builder.endRow()
  assert.deepEqual([...ridge(builder.build(), Float64Array.of(1, 2), 2)], [0, 0, 0, 0])
})
