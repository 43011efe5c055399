import { NEIGHBOUR, NEIGHBOURS } from './job'
import { compareRows } from './names'

/** The best k neighbours of a part: a binary heap whose root is the worst of them. */

// @ts-ignore: decorator
@inline
export function similarityAt(part: usize, i: u32): f64 {
  return load<f64>(part + NEIGHBOURS + <usize>i * NEIGHBOUR)
}

/** Adds a neighbour if it is better than the worst of k, or if there are fewer. */
export function offer(part: usize, k: u32, similarity: f64, row: u32, change: u32): void {
  const count = load<u32>(part)
  if (count < k) {
    store<u32>(part, count + 1)
    rise(part, count, similarity, row, change)
  } else if (isWorse(similarityAt(part, 0), rowAt(part, 0), similarity, row)) {
    sink(part, count, similarity, row, change)
  }
}

/** Orders the heap, best first. */
export function sort(part: usize): void {
  for (let count = load<u32>(part); count > 1; count--) {
    const last = count - 1
    const similarity = similarityAt(part, last)
    const row = rowAt(part, last)
    const change = changeAt(part, last)
    set(part, last, similarityAt(part, 0), rowAt(part, 0), changeAt(part, 0))
    sink(part, last, similarity, row, change)
  }
}

// @ts-ignore: decorator
@inline
export function rowAt(part: usize, i: u32): u32 {
  return load<u32>(part + NEIGHBOURS + <usize>i * NEIGHBOUR, 8)
}

// @ts-ignore: decorator
@inline
export function changeAt(part: usize, i: u32): u32 {
  return load<u32>(part + NEIGHBOURS + <usize>i * NEIGHBOUR, 12)
}

function set(part: usize, i: u32, similarity: f64, row: u32, change: u32): void {
  const place = part + NEIGHBOURS + <usize>i * NEIGHBOUR
  store<f64>(place, similarity)
  store<u32>(place, row, 8)
  store<u32>(place, change, 12)
}

function isWorse(a: f64, rowA: u32, b: f64, rowB: u32): bool {
  return a < b || (a == b && compareRows(rowA, rowB) > 0)
}

function rise(part: usize, i: u32, similarity: f64, row: u32, change: u32): void {
  while (i > 0) {
    const parent = (i - 1) >> 1
    if (!isWorse(similarity, row, similarityAt(part, parent), rowAt(part, parent))) break
    set(part, i, similarityAt(part, parent), rowAt(part, parent), changeAt(part, parent))
    i = parent
  }
  set(part, i, similarity, row, change)
}

/** From the root down, in a heap of `count`. */
function sink(part: usize, count: u32, similarity: f64, row: u32, change: u32): void {
  let i: u32 = 0
  for (;;) {
    let child: u32 = (i << 1) + 1
    if (child >= count) break
    if (
      child + 1 < count &&
      isWorse(similarityAt(part, child + 1), rowAt(part, child + 1), similarityAt(part, child), rowAt(part, child))
    ) child++
    if (!isWorse(similarityAt(part, child), rowAt(part, child), similarity, row)) break
    set(part, i, similarityAt(part, child), rowAt(part, child), changeAt(part, child))
    i = child
  }
  set(part, i, similarity, row, change)
}
