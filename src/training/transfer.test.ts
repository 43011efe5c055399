import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SparseRowsBuilder } from '../features/sparse-rows.ts'
import { Transfer } from './transfer.ts'

/** [listeners x artists], one list of [artist, count] per listener. */
function countsOf(artists: number, rows: readonly (readonly (readonly [number, number])[])[]) {
  const builder = new SparseRowsBuilder(artists)
  for (const row of rows) {
    for (const [artist, count] of row) builder.add(artist, count)
    builder.endRow()
  }
  return builder.build()
}
const set = (...values: number[]) => Uint32Array.from(values)
const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`)

test('recall counts the hidden artists that neighbours vote for, over their number', () => {
  const transfer = new Transfer(
    countsOf(8, [
      [
        [0, 1],
        [1, 5],
      ],
      [[2, 3]],
      [[5, 1]],
    ]),
  )
  close(transfer.recall(set(0, 1), 10, set(0), set(1, 3)), 1 / 2)
  close(transfer.recall(set(0, 1, 2), 10, set(0), set(1, 2, 5)), 1)
  // Only the first voters vote.
  close(transfer.recall(set(0, 1, 2), 2, set(0), set(1, 2, 5)), 2 / 3)
})

test('artists of the known half are neither recommended nor wanted', () => {
  const transfer = new Transfer(
    countsOf(4, [
      [
        [0, 1],
        [1, 1],
      ],
    ]),
  )
  close(transfer.recall(set(0), 10, set(1), set(0, 1)), 1)
  assert.ok(Number.isNaN(transfer.recall(set(0), 10, set(0, 1), set(0, 1))))
})

test('the nearer voter and the higher count win the places', () => {
  // 100 artists: the first voter holds 0..49, the second 50..99; 50 places.
  const half = (from: number, count: number) => Array.from({ length: 50 }, (_, i) => [from + i, count] as const)
  const hiddenFirst = Uint32Array.from({ length: 50 }, (_, i) => i)
  const hiddenSecond = hiddenFirst.map((artist) => artist + 50)
  const equal = new Transfer(countsOf(100, [half(0, 1), half(50, 1)]))
  close(equal.recall(set(0, 1), 10, set(), hiddenFirst), 1)
  close(equal.recall(set(1, 0), 10, set(), hiddenFirst), 0)
  // .95 log1p(2) is more than log1p(1), whatever the order.
  const louder = new Transfer(countsOf(100, [half(0, 1), half(50, 2)]))
  close(louder.recall(set(0, 1), 10, set(), hiddenSecond), 1)
  // With 30 voters the second one's vote weighs 1 - 1/60.
  const near = Math.expm1(Math.log(2) / 0.97)
  const almost = new Transfer(countsOf(100, [half(0, 1), half(50, near)]))
  close(almost.recall(set(0, 1), 10, set(), hiddenFirst), 1)
  close(almost.recall(set(0, 1), 30, set(), hiddenSecond), 1)
})

test('ties for the last places share them', () => {
  const everybody = Array.from({ length: 100 }, (_, artist) => [artist, 1] as const)
  const transfer = new Transfer(countsOf(100, [everybody]))
  close(transfer.recall(set(0), 10, set(), set(7)), 0.5)
  close(
    transfer.recall(
      set(0),
      10,
      Uint32Array.from({ length: 20 }, (_, i) => i),
      set(70, 80),
    ),
    50 / 80,
  )
  close(transfer.recallOfPopularity(set(), set(7)), 0.5)
})

test('one listener leaves nothing behind for the next', () => {
  const transfer = new Transfer(
    countsOf(6, [
      [
        [0, 1],
        [1, 1],
      ],
      [
        [2, 1],
        [3, 1],
      ],
    ]),
  )
  const first = transfer.recall(set(0), 10, set(0), set(1, 2))
  transfer.recall(set(1), 10, set(2), set(0, 3))
  transfer.recallOfPopularity(set(0), set(1))
  close(transfer.recall(set(0), 10, set(0), set(1, 2)), first)
})

test('popularity recommends what most stored listeners have', () => {
  // Artist 0 is everybody's; artists 1..60 belong to one listener each.
  const rows = Array.from(
    { length: 60 },
    (_, i) =>
      [
        [0, 1],
        [i + 1, 1],
      ] as const,
  )
  const transfer = new Transfer(countsOf(70, rows))
  close(transfer.recallOfPopularity(set(), set(0)), 1)
  close(transfer.recallOfPopularity(set(), set(5)), 49 / 60)
  close(transfer.recallOfPopularity(set(0), set(5)), 50 / 60)
  close(transfer.recallOfPopularity(set(), set(65)), 0)
})

test('a store of nobody recommends nothing', () => {
  const transfer = new Transfer(countsOf(3, []))
  close(transfer.recall(set(), 10, set(0), set(1)), 0)
  close(transfer.recallOfPopularity(set(0), set(1)), 0)
})
