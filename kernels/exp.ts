/** Exponential and logarithm of our own: only additions, multiplications and bit moves, so the same bits on every machine. */
import { read, sum, write } from './lanes'

/** 1.5 · 2²³: adding it to |x| < 2²² rounds x to an integer, in the low bits of the sum. */
const ROUNDER: f32 = 12582912

/**
 * The numbers that `exponentials` needs, in memory: they are read into registers once, where constants would be made anew in
 * every turn of the loop. First lowest and highest x, then 1 / ln 2, ln 2 in two parts, and the polynomial.
 */
const NUMBERS = memory.data<f32>([
  -88, 89, 1.44269504088896341, 0.693359375, -2.12194440e-4, 1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3,
  4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1, 1, ROUNDER,
])

/**
 * row[c] = e^(row[c] - shift) over n floats; returns their sum. eˣ by x = n ln 2 + r with |r| <= ln 2 / 2, eʳ by a polynomial of
 * degree 7 (Cephes expf, Moshier 1989), times 2ⁿ. Below -87.7 (where results would be subnormal) 0; above 88.3 infinity;
 * NaN stays.
 */
export function exponentials(row: usize, n: i32, shift: f32): f32 {
  const lowest = v128.load_splat<f32>(NUMBERS), highest = v128.load_splat<f32>(NUMBERS, 4)
  const inverse = v128.load_splat<f32>(NUMBERS, 8)
  const ln2 = v128.load_splat<f32>(NUMBERS, 12), ln2Rest = v128.load_splat<f32>(NUMBERS, 16)
  const p5 = v128.load_splat<f32>(NUMBERS, 20), p4 = v128.load_splat<f32>(NUMBERS, 24)
  const p3 = v128.load_splat<f32>(NUMBERS, 28), p2 = v128.load_splat<f32>(NUMBERS, 32)
  const p1 = v128.load_splat<f32>(NUMBERS, 36), p0 = v128.load_splat<f32>(NUMBERS, 40)
  const one = v128.load_splat<f32>(NUMBERS, 44), rounder = v128.load_splat<f32>(NUMBERS, 48)
  const shifts = f32x4.splat(shift)
  let total = f32x4.splat(0)
  for (let left = n; left > 0; left -= 4) {
    const x = f32x4.pmin(f32x4.pmax(f32x4.sub(read(row, left), shifts), lowest), highest)
    const rounded = f32x4.add(f32x4.mul(x, inverse), rounder)
    const n = f32x4.sub(rounded, rounder)
    const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, ln2)), f32x4.mul(n, ln2Rest))
    let p = f32x4.add(f32x4.mul(p5, r), p4)
    p = f32x4.add(f32x4.mul(p, r), p3)
    p = f32x4.add(f32x4.mul(p, r), p2)
    p = f32x4.add(f32x4.mul(p, r), p1)
    p = f32x4.add(f32x4.mul(p, r), p0)
    p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), one)
    const powerOfTwo = i32x4.add(i32x4.shl(rounded, 23), one)
    const e = f32x4.mul(p, powerOfTwo)
    write(row, e, left)
    total = f32x4.add(total, left < 4 ? firstLanes(e, left) : e)
    row += 16
  }
  return sum(total)
}

/** The first `count` lanes, 0 in the others. */
function firstLanes(x: v128, count: i32): v128 {
  return v128.and(x, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count)))
}

/**
 * ln x of a normal x > 0: x = 2ⁿ m with m in [√½, √2), ln m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + ...) with s = (m - 1)/(m + 1),
 * |s| < 0.172, cut after s¹³ (relative error below 1e-11). NaN and infinity stay; 0 gives -infinity.
 */
export function log(x: f64): f64 {
  if (!(x > 0 && x < f64.MAX_VALUE)) return x == 0 ? -Infinity : x
  const bits = reinterpret<i64>(x)
  let n = <i32>(bits >> 52) - 1023
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000)
  if (m > 1.4142135623730951) {
    m *= 0.5
    n += 1
  }
  const s = (m - 1) / (m + 1)
  const z = s * s
  const series = 1 + z * (1.0 / 3 + z * (1.0 / 5 + z * (1.0 / 7 + z * (1.0 / 9 + z * (1.0 / 11 + z / 13)))))
  return n * 0.6931471805599453 + 2 * s * series
}
