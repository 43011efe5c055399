import { argument } from './threads'
import { dot, read, write } from './lanes'

/** Rows shorter than this have no direction. */
const SHORTEST: f32 = 1e-12

/** out[r,:] = gate mask[r] x[r,:] / |x[r,:]|, inverse[r] = 1/|x[r,:]|; both 0 for a row shorter than 1e-12. */
export function normalise(block: u32): void {
  const x = argument<usize>(0)
  const xRow = argument<usize>(1) // bytes from row to row, as everywhere
  const inverses = argument<usize>(2)
  const inversesRow = argument<usize>(3)
  const out = argument<usize>(4)
  const outRow = argument<usize>(5)
  const rows = argument<u32>(6)
  const columns = argument<i32>(7)
  const blockRows = argument<u32>(8)
  const mask = argument<usize>(9) // 0: none, as for gate
  const maskRow = argument<usize>(10)
  const gate = argument<usize>(11)
  const g: f32 = gate ? load<f32>(gate) : 1
  const last = min(rows, (block + 1) * blockRows)
  for (let r = <usize>(block * blockRows); r < last; r++) {
    const from = x + r * xRow
    const norm = sqrt<f32>(dot(from, from, columns))
    const inverse: f32 = norm < SHORTEST ? 0 : 1 / norm
    store<f32>(inverses + r * inversesRow, inverse)
    const factor = f32x4.splat(g * (mask ? load<f32>(mask + r * maskRow) : 1) * inverse)
    for (let c = 0; c < columns; c += 4) {
      const place = <usize>c << 2
      write(out + r * outRow + place, f32x4.mul(read(from + place, columns - c), factor), columns - c)
    }
  }
}

/** With u = x[r,:] inverse[r]: along[r] = mask[r] (u·dOut[r,:]), dX[r,:] = gate mask[r] inverse[r] (dOut[r,:] - u (u·dOut[r,:])). */
export function normaliseGradient(block: u32): void {
  const x = argument<usize>(0)
  const xRow = argument<usize>(1)
  const inverses = argument<usize>(2)
  const inversesRow = argument<usize>(3)
  const dOut = argument<usize>(4)
  const dOutRow = argument<usize>(5)
  const dX = argument<usize>(6)
  const dXRow = argument<usize>(7)
  const rows = argument<u32>(8)
  const columns = argument<i32>(9)
  const blockRows = argument<u32>(10)
  const mask = argument<usize>(11)
  const maskRow = argument<usize>(12)
  const gate = argument<usize>(13)
  const alongs = argument<usize>(14)
  const g: f32 = gate ? load<f32>(gate) : 1
  const last = min(rows, (block + 1) * blockRows)
  for (let r = <usize>(block * blockRows); r < last; r++) {
    const from = x + r * xRow
    const given = dOut + r * dOutRow
    const inverse = load<f32>(inverses + r * inversesRow)
    const along = inverse * dot(from, given, columns)
    const m: f32 = mask ? load<f32>(mask + r * maskRow) : 1
    store<f32>(alongs + (r << 2), m * along)
    const factor = f32x4.splat(g * m * inverse)
    const inward = f32x4.splat(inverse * along)
    for (let c = 0; c < columns; c += 4) {
      const place = <usize>c << 2
      const left = columns - c
      const across = f32x4.sub(read(given + place, left), f32x4.mul(read(from + place, left), inward))
      write(dX + r * dXRow + place, f32x4.mul(across, factor), left)
    }
  }
}
