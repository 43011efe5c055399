import { codesOf, changesOf, errorOf, flagsOf, PRESENT, ROWS, scaleOf, valuesOf, width } from './block'
import {
  BLOCK_NEIGHBOURS, CODES_SLACK, FOUR, LENGTH, MASK, NEIGHBOUR, queryCodes, queryDoubles, STEP, VALUES_SLACK, vectorOf,
} from './job'

/** How many rows of the last block that was scanned reached the bar by their bound, but not for sure or not in fact. */
export let doubtful: u32 = 0

let found: usize = 0

/**
 * The rows of a block that may be among the k nearest: at least as similar as `bar`. What decides is an upper bound, from
 * int8 codes c of x = s c + r with |r| <= error, and int16 codes b of the query q = t b + u:
 *
 *   q·x = t s b·c + q·r + u·(s c) <= t s b·c + |q| error + |u| |s c|
 *
 * Rows whose bound reaches the bar are computed exactly, or noted with both bounds where they are to wait. `slack` covers the last
 * term and all rounding. Returns how many rows were found; they are in the part's block neighbours. `first` is the block's
 * first row.
 */
export function scanCodes(job: usize, part: usize, block: usize, first: u32, bar: f64, wait: bool): u32 {
  const D = width()
  const query = queryCodes(job)
  const step = f32x4.splat(load<f32>(job, STEP))
  const length = f32x4.splat(load<f32>(job, LENGTH))
  const floor = f32x4.splat(<f32>bar - load<f32>(job, CODES_SLACK))
  found = 0
  doubtful = 0
  let a = codesOf(block, 0)
  for (let i: u32 = 0; i < ROWS; i += 4) {
    const b = a + D
    const c = b + D
    const d = c + D
    let x = i32x4.splat(0)
    let y = i32x4.splat(0)
    let z = i32x4.splat(0)
    let w = i32x4.splat(0)
    for (let k: usize = 0; k < D; k += 16) {
      const low = v128.load(query + (k << 1))
      const high = v128.load(query + (k << 1), 16)
      x = i32x4.add(x, i32x4.dot_i16x8_s(v128.load_ext<i8>(a + k), low))
      y = i32x4.add(y, i32x4.dot_i16x8_s(v128.load_ext<i8>(b + k), low))
      z = i32x4.add(z, i32x4.dot_i16x8_s(v128.load_ext<i8>(c + k), low))
      w = i32x4.add(w, i32x4.dot_i16x8_s(v128.load_ext<i8>(d + k), low))
      x = i32x4.add(x, i32x4.dot_i16x8_s(v128.load_ext<i8>(a + k, 8), high))
      y = i32x4.add(y, i32x4.dot_i16x8_s(v128.load_ext<i8>(b + k, 8), high))
      z = i32x4.add(z, i32x4.dot_i16x8_s(v128.load_ext<i8>(c + k, 8), high))
      w = i32x4.add(w, i32x4.dot_i16x8_s(v128.load_ext<i8>(d + k, 8), high))
    }
    a = d + D
    const xy = i32x4.add(v128.shuffle<i32>(x, y, 0, 4, 1, 5), v128.shuffle<i32>(x, y, 2, 6, 3, 7))
    const zw = i32x4.add(v128.shuffle<i32>(z, w, 0, 4, 1, 5), v128.shuffle<i32>(z, w, 2, 6, 3, 7))
    const sums = i32x4.add(v128.shuffle<i64>(xy, zw, 0, 2), v128.shuffle<i64>(xy, zw, 1, 3))
    const estimates = f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(sums), step), v128.load(scaleOf(block, i)))
    const bounds = f32x4.add(estimates, f32x4.mul(length, v128.load(errorOf(block, i))))
    const reach = f32x4.ge(bounds, floor)
    if (!v128.any_true(reach)) continue
    if (!wait) {
      examine(job, part, block, first, i, i32x4.bitmask(reach), bar)
      continue
    }
    v128.store(part + FOUR, estimates)
    v128.store(part + FOUR, bounds, 16)
    note(job, part, block, first, i, i32x4.bitmask(reach), <f32>bar)
  }
  return <u32>found
}

/** Notes those of four rows, from row i of the block on, that `which` has a bit for. */
function note(job: usize, part: usize, block: usize, first: u32, i: usize, which: i32, bar: f32): void {
  const wanted = load<u32>(job, MASK)
  const slack = load<f32>(job, CODES_SLACK)
  for (; which != 0; which &= which - 1) {
    const four = part + FOUR + (<usize>ctz(which) << 2)
    const row = i + ctz(which)
    if ((<u32>load<u8>(flagsOf(block, row)) & wanted) != wanted) continue
    const bound = load<f32>(four, 16)
    const estimate = load<f32>(four)
    const least = estimate + (estimate - bound) - slack
    if (least < bar) doubtful++
    const to = part + BLOCK_NEIGHBOURS + found * NEIGHBOUR
    store<f32>(to, bound + slack)
    store<f32>(to, least, 4)
    store<u32>(to, first + <u32>row, 8)
    store<u32>(to, load<u32>(changesOf(block, row)), 12)
    found++
  }
}

/**
 * The same by float32 values, whose bound is tight: for rows that codes hardly tell apart. One row after the other, as they
 * lie in memory: read four at a time, they come at a fraction of the speed.
 */
export function scanValues(job: usize, part: usize, block: usize, first: u32, bar: f64): u32 {
  const row = width() << 2
  const query = vectorOf(job)
  const floor = f32x4.splat(<f32>bar - load<f32>(job, VALUES_SLACK))
  found = 0
  doubtful = 0
  let a = valuesOf(block, 0)
  for (let i: u32 = 0; i < ROWS; i += 4) {
    const x = products(query, a, row)
    const y = products(query, a + row, row)
    const z = products(query, a + 2 * row, row)
    const w = products(query, a + 3 * row, row)
    a += 4 * row
    const xy = f32x4.add(v128.shuffle<i32>(x, y, 0, 4, 1, 5), v128.shuffle<i32>(x, y, 2, 6, 3, 7))
    const zw = f32x4.add(v128.shuffle<i32>(z, w, 0, 4, 1, 5), v128.shuffle<i32>(z, w, 2, 6, 3, 7))
    const sums = f32x4.add(v128.shuffle<i64>(xy, zw, 0, 2), v128.shuffle<i64>(xy, zw, 1, 3))
    const reach = f32x4.ge(sums, floor)
    if (v128.any_true(reach)) examine(job, part, block, first, i, i32x4.bitmask(reach), bar)
  }
  return <u32>found
}

/** Four sums of a row's products with the query, which together are their dot product. */
// @ts-ignore: decorator
@inline
function products(query: usize, values: usize, row: usize): v128 {
  let x = f32x4.splat(0)
  let y = f32x4.splat(0)
  let z = f32x4.splat(0)
  let w = f32x4.splat(0)
  for (let k: usize = 0; k < row; k += 64) {
    x = f32x4.add(x, f32x4.mul(v128.load(values + k), v128.load(query + k)))
    y = f32x4.add(y, f32x4.mul(v128.load(values + k, 16), v128.load(query + k, 16)))
    z = f32x4.add(z, f32x4.mul(v128.load(values + k, 32), v128.load(query + k, 32)))
    w = f32x4.add(w, f32x4.mul(v128.load(values + k, 48), v128.load(query + k, 48)))
  }
  return f32x4.add(f32x4.add(x, y), f32x4.add(z, w))
}

/** Computes those of four rows, from row i of the block on, that `which` has a bit for. */
function examine(job: usize, part: usize, block: usize, first: u32, i: usize, which: i32, bar: f64): void {
  const wanted = load<u32>(job, MASK)
  const query = queryDoubles(job)
  for (; which != 0; which &= which - 1) {
    const row = i + ctz(which)
    if ((<u32>load<u8>(flagsOf(block, row)) & wanted) != wanted) continue
    const similarity = exact(query, valuesOf(block, row))
    if (similarity < bar) {
      doubtful++
      continue
    }
    const to = part + BLOCK_NEIGHBOURS + found * NEIGHBOUR
    store<f64>(to, similarity)
    store<u32>(to, first + <u32>row, 8)
    store<u32>(to, load<u32>(changesOf(block, row)), 12)
    found++
  }
}

/** Σ q[d] x[d] in float64, where the products of float32 are exact: (Σ0 + Σ1) + (Σ2 + Σ3), where Σj is over d = j mod 4. */
export function exact(query: usize, values: usize): f64 {
  let even = f64x2.splat(0)
  let odd = f64x2.splat(0)
  const end = query + (width() << 3)
  while (query < end) {
    even = f64x2.add(even, f64x2.mul(f64x2.promote_low_f32x4(v128.load_zero<u64>(values)), v128.load(query)))
    odd = f64x2.add(odd, f64x2.mul(f64x2.promote_low_f32x4(v128.load_zero<u64>(values, 8)), v128.load(query, 16)))
    query += 32
    values += 16
  }
  return (
    f64x2.extract_lane(even, 0) + f64x2.extract_lane(even, 1) + (f64x2.extract_lane(odd, 0) + f64x2.extract_lane(odd, 1))
  )
}
