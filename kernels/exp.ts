/** Exponential and logarithm of our own: only additions, multiplications and bit moves, so the same bits on every machine. */

/** 1.5 · 2²³: adding it to |x| < 2²² rounds x to an integer, in the low bits of the sum. */
const ROUNDER: f32 = 12582912

/**
 * eˣ in each lane: x = n ln 2 + r with |r| <= ln 2 / 2, eʳ by a polynomial of degree 7 (Cephes expf, Moshier 1989), times 2ⁿ.
 * Below -87.7 (where results would be subnormal) 0; above 88.3 infinity; NaN stays.
 */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-88)), f32x4.splat(89))
  const rounded = f32x4.add(f32x4.mul(bounded, f32x4.splat(1.44269504088896341)), f32x4.splat(ROUNDER))
  const n = f32x4.sub(rounded, f32x4.splat(ROUNDER))
  let r = f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(0.693359375)))
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)))
  let p = f32x4.splat(1.9875691500e-4)
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1))
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1))
  const powerOfTwo = i32x4.add(i32x4.shl(rounded, 23), i32x4.splat(0x3f800000))
  return f32x4.mul(p, powerOfTwo)
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
