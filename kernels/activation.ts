import { argument } from './threads'
import { exp } from './exp'
import { read, write } from './lanes'
import { keep } from './random'

/** 2 √(2/π), so that (1 + tanh(√(2/π) p)) / 2 = 1 / (1 + e^(-GELU_SLOPE p)). */
const GELU_SLOPE: f32 = 1.5957691216057308
const GELU_CUBE: f32 = 0.044715

/** out[m,n] = x + bias[n]. */
export function addBias(block: u32): void {
  const x = argument<usize>(0)
  const xRow = argument<usize>(1) // bytes from row to row, as everywhere
  const bias = argument<usize>(2)
  const out = argument<usize>(3)
  const outRow = argument<usize>(4)
  const rows = argument<u32>(5)
  const columns = argument<i32>(6)
  const blockRows = argument<u32>(7)
  const last = min(rows, (block + 1) * blockRows)
  for (let r = block * blockRows; r < last; r++) {
    for (let c = 0; c < columns; c += 4) {
      const left = columns - c
      const place = <usize>c << 2
      const y = f32x4.add(read(x + <usize>r * xRow + place, left), read(bias + place, left))
      write(out + <usize>r * outRow + place, y, left)
    }
  }
}

/**
 * out[m,n] = keep · u σ(2√(2/π)(u + 0.044715 u³)) with u = x + bias: GELU in its tanh form (Hendrycks & Gimpel 2016), by the
 * identity (1 + tanh y)/2 = σ(2y), which keeps its relative precision for negative u.
 */
export function gelu(block: u32): void {
  const x = argument<usize>(0)
  const xRow = argument<usize>(1)
  const bias = argument<usize>(2)
  const out = argument<usize>(3)
  const outRow = argument<usize>(4)
  const rows = argument<u32>(5)
  const columns = argument<i32>(6)
  const blockRows = argument<u32>(7)
  const key0 = argument<u32>(8)
  const key1 = argument<u32>(9)
  const threshold = argument<u32>(10)
  const scale = argument<f32>(11)
  const last = min(rows, (block + 1) * blockRows)
  for (let r = block * blockRows; r < last; r++) {
    for (let c = 0; c < columns; c += 4) {
      const left = columns - c
      const place = <usize>c << 2
      const u = f32x4.add(read(x + <usize>r * xRow + place, left), read(bias + place, left))
      let y = f32x4.mul(u, sigmoid(geluArgument(u)))
      if (threshold) y = f32x4.mul(y, keep(r * columns + c, key0, key1, threshold, scale))
      write(out + <usize>r * outRow + place, y, left)
    }
  }
}

/** dX = keep · dOut · (σ + u σ (1 - σ) · 2√(2/π)(1 + 3 · 0.044715 u²)), with u and σ as in gelu. */
export function geluGradient(block: u32): void {
  const x = argument<usize>(0)
  const xRow = argument<usize>(1)
  const bias = argument<usize>(2)
  const dOut = argument<usize>(3)
  const dOutRow = argument<usize>(4)
  const dX = argument<usize>(5)
  const dXRow = argument<usize>(6)
  const rows = argument<u32>(7)
  const columns = argument<i32>(8)
  const blockRows = argument<u32>(9)
  const key0 = argument<u32>(10)
  const key1 = argument<u32>(11)
  const threshold = argument<u32>(12)
  const scale = argument<f32>(13)
  const one = f32x4.splat(1)
  const last = min(rows, (block + 1) * blockRows)
  for (let r = block * blockRows; r < last; r++) {
    for (let c = 0; c < columns; c += 4) {
      const left = columns - c
      const place = <usize>c << 2
      const u = f32x4.add(read(x + <usize>r * xRow + place, left), read(bias + place, left))
      const s = sigmoid(geluArgument(u))
      const inner = f32x4.add(f32x4.splat(GELU_SLOPE), f32x4.mul(f32x4.mul(u, u), f32x4.splat(3 * GELU_CUBE * GELU_SLOPE)))
      const steep = f32x4.mul(f32x4.mul(u, f32x4.mul(s, f32x4.sub(one, s))), inner)
      let d = f32x4.mul(read(dOut + <usize>r * dOutRow + place, left), f32x4.add(s, steep))
      if (threshold) d = f32x4.mul(d, keep(r * columns + c, key0, key1, threshold, scale))
      write(dX + <usize>r * dXRow + place, d, left)
    }
  }
}

/** out[m,n] = keep · x. */
export function dropout(block: u32): void {
  const x = argument<usize>(0)
  const xRow = argument<usize>(1)
  const out = argument<usize>(2)
  const outRow = argument<usize>(3)
  const rows = argument<u32>(4)
  const columns = argument<i32>(5)
  const blockRows = argument<u32>(6)
  const key0 = argument<u32>(7)
  const key1 = argument<u32>(8)
  const threshold = argument<u32>(9)
  const scale = argument<f32>(10)
  const last = min(rows, (block + 1) * blockRows)
  for (let r = block * blockRows; r < last; r++) {
    for (let c = 0; c < columns; c += 4) {
      const left = columns - c
      const place = <usize>c << 2
      const y = f32x4.mul(read(x + <usize>r * xRow + place, left), keep(r * columns + c, key0, key1, threshold, scale))
      write(out + <usize>r * outRow + place, y, left)
    }
  }
}

/** 2√(2/π)(u + 0.044715 u³). */
// @ts-ignore: decorator
@inline
function geluArgument(u: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(u, u), f32x4.splat(GELU_CUBE * GELU_SLOPE))
  return f32x4.mul(u, f32x4.add(f32x4.splat(GELU_SLOPE), cube))
}

/** 1 / (1 + e⁻ʸ). */
// @ts-ignore: decorator
@inline
function sigmoid(y: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp(f32x4.neg(y))))
}
