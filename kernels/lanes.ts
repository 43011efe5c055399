/** Vectors of four floats over rows of any length: at the end of a row, the lanes that stand for nothing are 0 and not written. */

/** Four floats at `address`, or as many as `left` says. */
// @ts-ignore: decorator
@inline
export function read(address: usize, left: i32): v128 {
  return left >= 4 ? v128.load(address) : readPart(address, left)
}

// @ts-ignore: decorator
@inline
export function write(address: usize, x: v128, left: i32): void {
  if (left >= 4) v128.store(address, x)
  else writePart(address, x, left)
}

function readPart(address: usize, left: i32): v128 {
  let x = v128.load_zero<f32>(address)
  if (left > 1) x = f32x4.replace_lane(x, 1, load<f32>(address, 4))
  if (left > 2) x = f32x4.replace_lane(x, 2, load<f32>(address, 8))
  return x
}

function writePart(address: usize, x: v128, left: i32): void {
  store<f32>(address, f32x4.extract_lane(x, 0))
  if (left > 1) store<f32>(address, f32x4.extract_lane(x, 1), 4)
  if (left > 2) store<f32>(address, f32x4.extract_lane(x, 2), 8)
}

/** The sum of the lanes, (0 + 1) + (2 + 3). */
// @ts-ignore: decorator
@inline
export function sum(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) +
    f32x4.extract_lane(x, 1) +
    (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  )
}

/** Σ x[c] y[c] over n floats, in two chains of four lanes. */
export function dot(x: usize, y: usize, n: i32): f32 {
  let even = f32x4.splat(0)
  let odd = f32x4.splat(0)
  let c = 0
  for (; c + 8 <= n; c += 8) {
    even = f32x4.add(even, f32x4.mul(v128.load(x), v128.load(y)))
    odd = f32x4.add(odd, f32x4.mul(v128.load(x, 16), v128.load(y, 16)))
    x += 32
    y += 32
  }
  for (; c < n; c += 4) {
    even = f32x4.add(even, f32x4.mul(read(x, n - c), read(y, n - c)))
    x += 16
    y += 16
  }
  return sum(f32x4.add(even, odd))
}
