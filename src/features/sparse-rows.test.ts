import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  columnCounts,
  mapValues,
  multiply,
  normaliseRows,
  rowDot,
  rowNorms,
  rowSums,
  type SparseRows,
  SparseRowsBuilder,
  selectColumns,
  selectRows,
  timesDense,
  transpose,
} from './sparse-rows.ts'

type Dense = number[][]

function sparse(dense: Dense, columns: number): SparseRows {
  const rows = new SparseRowsBuilder(columns)
  for (const row of dense) {
    for (const [column, value] of row.entries()) if (value !== 0) rows.add(column, value)
    rows.endRow()
  }
  return rows.build()
}

function dense(rows: SparseRows): Dense {
  return Array.from({ length: rows.rows }, (_, r) => {
    const row = new Array<number>(rows.columns).fill(0)
    for (let i = rows.offsets[r]!; i < rows.offsets[r + 1]!; i++) {
      assert.ok(i === rows.offsets[r]! || rows.indices[i]! > rows.indices[i - 1]!, 'indices ascend')
      row[rows.indices[i]!] = rows.values[i]!
    }
    return row
  })
}

const width = 5
/** Small whole numbers, so that sums are exact. */
const entry = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: -9, max: 9 }) },
)
const matrix = fc.array(fc.array(entry, { minLength: width, maxLength: width }), { maxLength: 6 })
const square = fc.array(fc.array(entry, { minLength: width, maxLength: width }), { minLength: width, maxLength: width })

test('transposing twice gives the matrix back', () => {
  fc.assert(
    fc.property(matrix, (a) => {
      const t = transpose(sparse(a, width))
      assert.deepEqual(
        dense(t),
        Array.from({ length: width }, (_, c) => a.map((row) => row[c]!)),
      )
      assert.deepEqual(transpose(t), sparse(a, width))
    }),
  )
})

test('products agree with their definition', () => {
  fc.assert(
    fc.property(matrix, square, (a, b) => {
      const product = a.map((row) =>
        Array.from({ length: width }, (_, c) => row.reduce((sum, v, k) => sum + v * b[k]![c]!, 0)),
      )
      assert.deepEqual(dense(multiply(sparse(a, width), sparse(b, width))), product.map(positiveZeros))
      assert.deepEqual(
        [...timesDense(sparse(a, width), Float64Array.from(b.flat()), width)].map(positiveZero),
        product.flat().map(positiveZero),
      )
      for (const [r, row] of a.entries())
        for (const [s, other] of b.entries())
          assert.equal(
            rowDot(sparse(a, width), r, sparse(b, width), s),
            row.reduce((sum, v, c) => sum + v * other[c]!, 0),
          )
    }),
  )
})

test('sums, lengths and counts of rows and columns', () => {
  fc.assert(
    fc.property(matrix, (a) => {
      const rows = sparse(a, width)
      assert.deepEqual(
        [...rowSums(rows)],
        a.map((row) => row.reduce((x, y) => x + y, 0)),
      )
      assert.deepEqual(
        [...rowNorms(rows)],
        a.map((row) => Math.sqrt(row.reduce((x, y) => x + y * y, 0))),
      )
      assert.deepEqual(
        [...columnCounts(rows)],
        Array.from({ length: width }, (_, c) => a.filter((row) => row[c] !== 0).length),
      )
      for (const norm of rowNorms(normaliseRows(rows))) assert.ok(norm === 0 || Math.abs(norm - 1) < 1e-6)
    }),
  )
})

test('rows and columns can be selected', () => {
  const a = sparse(
    [
      [1, 0, 2],
      [0, 3, 0],
      [4, 5, 6],
    ],
    3,
  )
  assert.deepEqual(dense(selectRows(a, [2, 0, 2])), [
    [4, 5, 6],
    [1, 0, 2],
    [4, 5, 6],
  ])
  assert.deepEqual(dense(selectColumns(a, Int32Array.of(1, -1, 3), 4)), [
    [0, 1, 0, 2],
    [0, 0, 0, 0],
    [0, 4, 0, 6],
  ])
  assert.deepEqual(dense(mapValues(a, (value, column) => value * 10 + column)), [
    [10, 0, 22],
    [0, 31, 0],
    [40, 51, 62],
  ])
})

test('a builder holds more than it was made for', () => {
  const builder = new SparseRowsBuilder(10_000)
  for (let row = 0; row < 3000; row++) {
    for (let column = 0; column < 5; column++) builder.add(column + row, row)
    builder.endRow()
  }
  const rows = builder.build()
  assert.equal(rows.rows, 3000)
  assert.deepEqual([...rows.indices.slice(-5)], [2999, 3000, 3001, 3002, 3003])
  assert.equal(rows.values.at(-1), 2999)
})

function positiveZeros(row: number[]): number[] {
  return row.map(positiveZero)
}

function positiveZero(value: number): number {
  return value + 0
}
