import { argument } from './threads'
import { dot, read, write } from './lanes'

/**
 * AdamW (Loshchilov & Hutter 2019) on rows of p, m, v [rows,n]. With bias = 1/√(1-β₂ᵗ), rate = learning rate / (1-β₁ᵗ), shrink =
 * 1 - learning rate · decay:  m = β₁m + (1-β₁)g;  v = β₂v + (1-β₂)g²;  p = shrink p - rate m / (√v bias + ε).
 * Which row of the compact gradient a row takes: `places`[r] - 1, 0 for g = 0; or, with `touched`, the t-th row to update is
 * touched[t], with gradient row t; or, with neither, row r has gradient row r.
 */
export function adamw(block: u32): void {
  const p = argument<usize>(0)
  const pRow = argument<usize>(1) // bytes from row to row, as everywhere
  const first = argument<usize>(2)
  const firstRow = argument<usize>(3)
  const second = argument<usize>(4)
  const secondRow = argument<usize>(5)
  const gradient = argument<usize>(6)
  const gradientRow = argument<usize>(7)
  const rows = argument<u32>(8)
  const columns = argument<i32>(9)
  const blockRows = argument<u32>(10)
  const touched = argument<usize>(11)
  const places = argument<usize>(12)
  const zeros = argument<usize>(13) // a gradient row of zeros
  const shrink = argument<f32>(14)
  const rate = argument<f32>(15)
  const beta1 = argument<f32>(16)
  const rest1 = argument<f32>(17)
  const beta2 = argument<f32>(18)
  const rest2 = argument<f32>(19)
  const bias = argument<f32>(20)
  const epsilon = argument<f32>(21)
  const b1 = f32x4.splat(beta1), r1 = f32x4.splat(rest1), b2 = f32x4.splat(beta2), r2 = f32x4.splat(rest2)
  const rates = f32x4.splat(rate), biases = f32x4.splat(bias), epsilons = f32x4.splat(epsilon)
  const shrinks = f32x4.splat(shrink)
  const last = min(rows, (block + 1) * blockRows)
  for (let t = <usize>(block * blockRows); t < last; t++) {
    const r = touched ? <usize>load<u32>(touched + (t << 2)) : t
    let g = gradient + t * gradientRow
    if (places) {
      const place = <usize>load<u32>(places + (t << 2))
      g = place ? gradient + (place - 1) * gradientRow : zeros
    }
    const pr = p + r * pRow
    const mr = first + r * firstRow
    const vr = second + r * secondRow
    for (let c = 0; c < columns; c += 4) {
      const left = columns - c
      const at = <usize>c << 2
      const x = read(g + at, left)
      const m = f32x4.add(f32x4.mul(b1, read(mr + at, left)), f32x4.mul(r1, x))
      const v = f32x4.add(f32x4.mul(b2, read(vr + at, left)), f32x4.mul(r2, f32x4.mul(x, x)))
      write(mr + at, m, left)
      write(vr + at, v, left)
      const under = f32x4.add(f32x4.mul(f32x4.sqrt(v), biases), epsilons)
      const step = f32x4.div(f32x4.mul(m, rates), under)
      write(pr + at, f32x4.sub(f32x4.mul(read(pr + at, left), shrinks), step), left)
    }
  }
}

/**
 * Row-wise Adagrad (Duchi et al. 2011; one accumulator a row, Mudigere et al. 2022) on table rows r = touched[t]:
 *   a[r] += mean_c g[t,c]²;  p[r,:] -= rate g[t,:] / (√a[r] + ε).
 */
export function adagrad(block: u32): void {
  const p = argument<usize>(0)
  const pRow = argument<usize>(1)
  const gradient = argument<usize>(2)
  const gradientRow = argument<usize>(3)
  const accumulators = argument<usize>(4)
  const accumulatorsRow = argument<usize>(5)
  const rows = argument<u32>(6)
  const columns = argument<i32>(7)
  const blockRows = argument<u32>(8)
  const touched = argument<usize>(9)
  const rate = argument<f32>(10)
  const epsilon = argument<f32>(11)
  const last = min(rows, (block + 1) * blockRows)
  for (let t = <usize>(block * blockRows); t < last; t++) {
    const r = <usize>load<u32>(touched + (t << 2))
    const g = gradient + t * gradientRow
    const pr = p + r * pRow
    const accumulator = accumulators + r * accumulatorsRow
    const total = load<f32>(accumulator) + dot(g, g, columns) / <f32>columns
    store<f32>(accumulator, total)
    const factor = f32x4.splat(rate / (sqrt<f32>(total) + epsilon))
    for (let c = 0; c < columns; c += 4) {
      const left = columns - c
      const at = <usize>c << 2
      write(pr + at, f32x4.sub(read(pr + at, left), f32x4.mul(factor, read(g + at, left))), left)
    }
  }
}
