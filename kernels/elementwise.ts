import { argument } from './threads'
import { read, write } from './lanes'

/** Memory from `start`, `length` bytes in blocks of `blockLength`, becomes 0. */
export function clear(block: u32): void {
  const start = argument<usize>(0)
  const length = argument<usize>(1)
  const blockLength = argument<usize>(2)
  const from = <usize>block * blockLength
  memory.fill(start + from, 0, min(blockLength, length - from))
}

/** y[m,n] += alpha x. */
export function axpy(block: u32): void {
  const x = argument<usize>(0)
  const xRow = argument<usize>(1) // bytes from row to row, as everywhere
  const y = argument<usize>(2)
  const yRow = argument<usize>(3)
  const rows = argument<u32>(4)
  const columns = argument<i32>(5)
  const blockRows = argument<u32>(6)
  const alpha = f32x4.splat(argument<f32>(7))
  const last = min(rows, (block + 1) * blockRows)
  for (let r = <usize>(block * blockRows); r < last; r++) {
    for (let c = 0; c < columns; c += 4) {
      const left = columns - c
      const at = <usize>c << 2
      const to = y + r * yRow + at
      write(to, f32x4.add(read(to, left), f32x4.mul(alpha, read(x + r * xRow + at, left))), left)
    }
  }
}

/** x[m,n] = alpha x. */
export function scale(block: u32): void {
  const x = argument<usize>(0)
  const xRow = argument<usize>(1)
  const rows = argument<u32>(2)
  const columns = argument<i32>(3)
  const blockRows = argument<u32>(4)
  const alpha = f32x4.splat(argument<f32>(5))
  const last = min(rows, (block + 1) * blockRows)
  for (let r = <usize>(block * blockRows); r < last; r++) {
    for (let c = 0; c < columns; c += 4) {
      const place = x + r * xRow + (<usize>c << 2)
      write(place, f32x4.mul(alpha, read(place, columns - c)), columns - c)
    }
  }
}

/** out[m,n] = a ∘ b. */
export function multiply(block: u32): void {
  const a = argument<usize>(0)
  const aRow = argument<usize>(1)
  const b = argument<usize>(2)
  const bRow = argument<usize>(3)
  const out = argument<usize>(4)
  const outRow = argument<usize>(5)
  const rows = argument<u32>(6)
  const columns = argument<i32>(7)
  const blockRows = argument<u32>(8)
  const last = min(rows, (block + 1) * blockRows)
  for (let r = <usize>(block * blockRows); r < last; r++) {
    for (let c = 0; c < columns; c += 4) {
      const left = columns - c
      const at = <usize>c << 2
      write(out + r * outRow + at, f32x4.mul(read(a + r * aRow + at, left), read(b + r * bRow + at, left)), left)
    }
  }
}

/** out[c] (+)= Σ_r x[r,c], rows in order, for the columns of one block. */
export function columnSums(block: u32): void {
  const x = argument<usize>(0)
  const xRow = argument<usize>(1)
  const out = argument<usize>(2)
  const rows = argument<u32>(3)
  const columns = argument<i32>(4)
  const blockColumns = argument<i32>(5)
  const add = argument<u32>(6)
  const last = min(columns, (block + 1) * blockColumns)
  for (let c = <i32>block * blockColumns; c < last; c += 4) {
    const left = columns - c
    const at = <usize>c << 2
    let s = add ? read(out + at, left) : f32x4.splat(0)
    for (let r: usize = 0; r < rows; r++) s = f32x4.add(s, read(x + r * xRow + at, left))
    write(out + at, s, left)
  }
}

/** partial[block] = Σ x[r,c]² over the rows of one block, in float64. */
export function squaredNorm(block: u32): void {
  const x = argument<usize>(0)
  const xRow = argument<usize>(1)
  const rows = argument<u32>(2)
  const columns = argument<i32>(3)
  const blockRows = argument<u32>(4)
  const partial = argument<usize>(5)
  const last = min(rows, (block + 1) * blockRows)
  let low = f64x2.splat(0)
  let high = f64x2.splat(0)
  for (let r = <usize>(block * blockRows); r < last; r++) {
    for (let c = 0; c < columns; c += 4) {
      const v = read(x + r * xRow + (<usize>c << 2), columns - c)
      const first = f64x2.promote_low_f32x4(v)
      const second = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 0, 1))
      low = f64x2.add(low, f64x2.mul(first, first))
      high = f64x2.add(high, f64x2.mul(second, second))
    }
  }
  const both = f64x2.add(low, high)
  store<f64>(partial + (<usize>block << 3), f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1))
}
