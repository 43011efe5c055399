import { argument, scratch } from './threads'
import { exponentials } from './exp'
import { read, write } from './lanes'
import { dropRow } from './random'

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
 * identity (1 + tanh y)/2 = σ(2y), which keeps its relative precision for negative u. For |u| < 1e18.
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
  const one = f32x4.splat(1)
  const last = min(rows, (block + 1) * blockRows)
  for (let r = block * blockRows; r < last; r++) {
    const from = x + <usize>r * xRow
    const to = out + <usize>r * outRow
    negatedArguments(from, bias, to, columns)
    exponentials(to, columns, 0)
    for (let c = 0; c < columns; c += 4) {
      const left = columns - c
      const place = <usize>c << 2
      const u = f32x4.add(read(from + place, left), read(bias + place, left))
      write(to + place, f32x4.div(u, f32x4.add(one, read(to + place, left))), left)
    }
    if (threshold) dropRow(to, to, columns, r * columns, key0, key1, threshold, scale)
  }
}

/**
 * dX = keep · dOut · (σ + u σ (1 - σ) · 2√(2/π)(1 + 3 · 0.044715 u²)), with u and σ as in gelu. The exponentials are in
 * scratch memory, so rows are cut in pieces.
 */
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
  const last = min(rows, (block + 1) * blockRows)
  for (let r = block * blockRows; r < last; r++) {
    for (let c = 0; c < columns; c += PIECE) {
      const place = <usize>c << 2
      const n = min(PIECE, columns - c)
      const to = dX + <usize>r * dXRow + place
      geluSlope(x + <usize>r * xRow + place, bias + place, dOut + <usize>r * dOutRow + place, to, n)
      if (threshold) dropRow(to, to, n, r * columns + c, key0, key1, threshold, scale)
    }
  }
}

/** Floats of a row that geluGradient works on at a time. */
const PIECE: i32 = 1024

/** dX[c] = dOut[c] · GELU'(x[c] + bias[c]) over n floats. */
function geluSlope(x: usize, bias: usize, dOut: usize, dX: usize, n: i32): void {
  const e = scratch()
  negatedArguments(x, bias, e, n)
  exponentials(e, n, 0)
  const one = f32x4.splat(1)
  const slope = f32x4.splat(GELU_SLOPE)
  const cube = f32x4.splat(3 * GELU_CUBE * GELU_SLOPE)
  for (let c = 0; c < n; c += 4) {
    const left = n - c
    const place = <usize>c << 2
    const u = f32x4.add(read(x + place, left), read(bias + place, left))
    const s = f32x4.div(one, f32x4.add(one, read(e + place, left)))
    const inner = f32x4.add(slope, f32x4.mul(f32x4.mul(u, u), cube))
    const steep = f32x4.mul(f32x4.mul(u, f32x4.mul(s, f32x4.sub(one, s))), inner)
    write(dX + place, f32x4.mul(read(dOut + place, left), f32x4.add(s, steep)), left)
  }
}

/** out[c] = -2√(2/π)(u + 0.044715 u³), u = x[c] + bias[c], over n floats. */
function negatedArguments(x: usize, bias: usize, out: usize, n: i32): void {
  const slope = f32x4.splat(-GELU_SLOPE)
  const cube = f32x4.splat(-GELU_CUBE * GELU_SLOPE)
  for (let left = n; left > 0; left -= 4) {
    const u = f32x4.add(read(x, left), read(bias, left))
    write(out, f32x4.mul(u, f32x4.add(slope, f32x4.mul(f32x4.mul(u, u), cube))), left)
    x += 16
    bias += 16
    out += 16
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
    dropRow(x + <usize>r * xRow, out + <usize>r * outRow, columns, r * columns, key0, key1, threshold, scale)
  }
}
