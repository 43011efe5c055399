import { width } from './block'

/**
 * codes[d] = round(values[d] / scale) with scale = max |values| / 127, and the length of what that leaves out:
 * error >= |values - scale codes|. A row of zeros has scale and error 0.
 */
export function quantise(values: usize, codes: usize, scale: usize, error: usize): void {
  const D = width()
  let largest: f32 = 0
  for (let d: usize = 0; d < D; d++) largest = max(largest, abs(load<f32>(values + (d << 2))))
  const step = largest / 127
  // Of numbers this small the quotient could overflow: all that they are is error.
  const inverse: f32 = step > 1e-30 ? 1 / step : 0
  let squares: f64 = 0
  for (let d: usize = 0; d < D; d++) {
    const value = load<f32>(values + (d << 2))
    const code = max<f32>(-127, min<f32>(127, nearest(value * inverse)))
    store<i8>(codes + d, <i8>code)
    const left = <f64>value - <f64>step * <f64>code
    squares += left * left
  }
  store<f32>(scale, step)
  store<f32>(error, <f32>(sqrt(squares) * ROUNDED_UP))
}

/** Covers the rounding of the sum, of the root and of making it float32. */
const ROUNDED_UP: f64 = 1.000001

/**
 * The same for a query, in int16: at most as large as the sum of D products with int8 codes can hold. Also writes the query as float64.
 * Returns the scale.
 */
export function quantiseQuery(values: usize, codes: usize, doubles: usize): f32 {
  const D = width()
  const most = <f32>min<i32>(32767, i32.MAX_VALUE / (127 * <i32>D))
  let largest: f32 = 0
  for (let d: usize = 0; d < D; d++) largest = max(largest, abs(load<f32>(values + (d << 2))))
  const step = largest / most
  const inverse: f32 = step > 1e-30 ? 1 / step : 0
  for (let d: usize = 0; d < D; d++) {
    const value = load<f32>(values + (d << 2))
    store<i16>(codes + (d << 1), <i16>max(-most, min(most, nearest(value * inverse))))
    store<f64>(doubles + (d << 3), value)
  }
  return step
}

/** The length of a query, and of what its codes leave out. */
export function lengthOf(values: usize): f64 {
  let squares: f64 = 0
  for (let d: usize = 0; d < width(); d++) {
    const value = <f64>load<f32>(values + (d << 2))
    squares += value * value
  }
  return sqrt(squares)
}

export function leftOut(values: usize, codes: usize, step: f32): f64 {
  let squares: f64 = 0
  for (let d: usize = 0; d < width(); d++) {
    const left = <f64>load<f32>(values + (d << 2)) - <f64>step * <f64>load<i16>(codes + (d << 1))
    squares += left * left
  }
  return sqrt(squares)
}
